import { CATEGORIES, type Category } from '../../shared/text/categories.ts';
import { createClassifier, type Guess, guess, type Model, probabilities, SCALE } from '../../shared/text/classify.ts';
import { createRandom, shuffle } from './random.ts';
import { type Sample, train } from './train.ts';

/** How good a classifier is, on texts that it has not learnt from. */

const FOLDS = 5;
const SEED = 7;

/** What the model makes of a sample: its chances at temperature 1. */
export interface Verdict {
  readonly right: Category;
  readonly chances: readonly number[];
}

/**
 * Every text judged by a model that learnt from the others. The words are dealt out too, so that each model lacks a
 * fifth of them as well: they were chosen by somebody who knew the texts, and would flatter the result.
 */
export function crossValidate(texts: readonly Sample[], words: readonly Sample[]): Verdict[][] {
  const [textFolds, wordFolds] = [deal(texts), deal(words)];
  return textFolds.map((held, i) => {
    const others = (folds: Sample[][]) => folds.filter((_, j) => j !== i).flat();
    return judge(train(others(textFolds), others(wordFolds)), held);
  });
}

export function judge(model: Model, samples: readonly Sample[]): Verdict[] {
  const classifier = createClassifier({ ...model, temperature: SCALE });
  return samples.map(({ category, terms }) => ({ right: category, chances: classifier.chances(terms) }));
}

/** Folds in which each category has its share. */
function deal(samples: readonly Sample[]): Sample[][] {
  const shuffled = shuffle(samples, createRandom(SEED));
  const sorted = CATEGORIES.flatMap((category) => shuffled.filter((sample) => sample.category === category));
  return Array.from({ length: FOLDS }, (_, fold) => sorted.filter((_, i) => i % FOLDS === fold));
}

/** The temperature, in hundredths, at which the chances are nearest to the truth: where `surprise` is least. */
export function fitTemperature(verdicts: readonly Verdict[]): number {
  let best = SCALE;
  for (let hundredths = 20; hundredths <= 300; hundredths++) {
    if (surprise(verdicts, hundredths / SCALE) < surprise(verdicts, best / SCALE)) best = hundredths;
  }
  return best;
}

/** Mean negative log likelihood. */
export function surprise(verdicts: readonly Verdict[], temperature: number): number {
  return mean(verdicts.map((verdict) => -Math.log(heated(verdict, temperature)[CATEGORIES.indexOf(verdict.right)]!)));
}

/** The chances at another temperature: the logarithms of chances serve as scores. */
function heated({ chances }: Verdict, temperature: number): number[] {
  return probabilities(chances.map(Math.log), temperature);
}

export interface Judged extends Guess {
  readonly right: Category;
  /** The best guess, were `other` not said for the unsure ones. */
  readonly best: Category;
}

export function decide(verdicts: readonly Verdict[], temperature: number): Judged[] {
  return verdicts.map((verdict) => {
    const chances = heated(verdict, temperature);
    return { right: verdict.right, best: CATEGORIES[chances.indexOf(Math.max(...chances))]!, ...guess(chances) };
  });
}

/** The share of right ones. */
export function accuracy(judged: readonly Judged[]): number {
  return mean(judged.map(({ right, category }) => Number(right === category)));
}

/** How far confidence is from the share of right answers, on the average, in ten steps (expected calibration error). */
export function calibrationError(judged: readonly Judged[]): number {
  const bins = Array.from({ length: 10 }, (_, bin) =>
    judged.filter(({ confidence }) => Math.min(9, Math.floor(confidence * 10)) === bin),
  ).filter((bin) => bin.length > 0);
  const errors = bins.map(
    (bin) => bin.length * Math.abs(accuracy(bin) - mean(bin.map(({ confidence }) => confidence))),
  );
  return errors.reduce((a, b) => a + b, 0) / judged.length;
}

export interface Scores {
  readonly category: Category;
  readonly texts: number;
  readonly precision: number;
  readonly recall: number;
  /** How often which category was answered, in the order of CATEGORIES. */
  readonly answers: readonly number[];
}

/** One row of the confusion matrix for each category, with its precision and recall. */
export function confusion(judged: readonly Judged[]): Scores[] {
  return CATEGORIES.map((category) => {
    const own = judged.filter(({ right }) => right === category);
    const said = judged.filter((one) => one.category === category);
    const hits = own.filter((one) => one.category === category).length;
    return {
      category,
      texts: own.length,
      precision: hits / said.length,
      recall: hits / own.length,
      answers: CATEGORIES.map((answer) => own.filter((one) => one.category === answer).length),
    };
  });
}

export function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}
