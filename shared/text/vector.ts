import { isPair } from './terms.ts';

/** What a word that was never seen in training weighs, as an inverse document frequency. Chosen by cross-validation. */
const UNKNOWN_IDF = 5;

/**
 * TF-IDF of a text, of length 1. A word that the model does not know adds to the length and to nothing else: of a
 * text that is mostly unknown little is left, and the classifier stays unsure. An unknown pair is the rule and counts
 * for nothing.
 */
export function vectorOf(
  terms: readonly string[],
  idfOf: (term: string) => number | undefined,
): readonly [term: string, weight: number][] {
  const counts = new Map<string, number>();
  for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1);
  const known: [string, number][] = [];
  let squares = 0;
  for (const [term, count] of counts) {
    const idf = idfOf(term);
    if (idf === undefined && isPair(term)) continue;
    const weight = (1 + Math.log(count)) * (idf ?? UNKNOWN_IDF);
    squares += weight * weight;
    if (idf !== undefined) known.push([term, weight]);
  }
  const length = Math.sqrt(squares);
  return known.map(([term, weight]) => [term, weight / length]);
}
