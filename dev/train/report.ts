import { CATEGORIES } from '../../shared/text/categories.ts';
import { type Model, OTHER_BELOW, SCALE } from '../../shared/text/classify.ts';
import type { Reader } from '../../shared/text/read.ts';
import { NEGATIVE_FROM, POSITIVE_FROM, type SentimentWord, sentimentOf, wordOf } from '../../shared/text/sentiment.ts';
import { samplesOf } from './build.ts';
import type { Data, Example } from './data.ts';
import {
  accuracy,
  calibrationError,
  confusion,
  crossValidate,
  decide,
  type Judged,
  judge,
  mean,
  surprise,
  type Verdict,
} from './evaluate.ts';

/** What `node dev/train/feedback.ts` prints. */

export interface Trained {
  readonly data: Data;
  readonly read: Reader;
  readonly model: Model;
  readonly folds: readonly (readonly Verdict[])[];
  /** Size of the model's file. */
  readonly bytes: number;
}

export function report({ data, read, model, folds, bytes }: Trained): string {
  const temperature = model.temperature / SCALE;
  const tested = (texts: readonly Example[]) => quality(judge(model, samplesOf(texts, read)), temperature);
  const alone = decide(crossValidate(samplesOf(data.examples, read), []).flat(), 1);
  const perFold = folds.map((fold) => percent(accuracy(decide(fold, temperature))));
  const sections = [
    `Learns from ${data.examples.length} texts and ${data.words.length} words.`,
    `Tested on ${data.test.length} and ${data.last.length} other texts.`,
    `The model: ${Object.keys(model.terms).length} terms, ${bytes} bytes, temperature ${temperature}.`,
    '',
    `== Cross-validation, ${folds.length} folds (${perFold.join(', ')})`,
    ...quality(folds.flat(), temperature),
    `The best guess without the words of feedback-words.tsv: ${percent(rightGuesses(alone))} right.`,
    '',
    `Confidence below which other is said (now ${OTHER_BELOW}):`,
    ...thresholds(folds.flat(), temperature),
    '',
    '== feedback-test.tsv, which nothing was learnt from or tuned on',
    ...tested(data.test),
    '',
    '== feedback-last.tsv, which was written when all else was final',
    ...tested(data.last),
    '',
    '== Sentiment: wink, with thresholds from the texts of the training',
    ...sentiment(data, read),
  ];
  return `${sections.join('\n')}\n`;
}

function quality(verdicts: readonly Verdict[], temperature: number): string[] {
  const judged = decide(verdicts, temperature);
  const rows = confusion(judged).map(({ category, texts, precision, recall, answers }) =>
    [category.padEnd(11), pad(texts), percent(precision), percent(recall), ' ', ...answers.map(pad)].join(' '),
  );
  const short = CATEGORIES.map((category) => category.slice(0, 5).padStart(5));
  return [
    `right ${percent(accuracy(judged))}; the best guess alone: ${percent(rightGuesses(judged))}`,
    `calibration error ${calibrationError(judged).toFixed(3)}, surprise ${surprise(verdicts, temperature).toFixed(3)}`,
    ['category   ', 'texts', ' prec.', 'recall', ' ', ...short].join(' '),
    ...rows,
  ];
}

/** The share of right ones, were `other` not said for the unsure ones. */
function rightGuesses(judged: readonly Judged[]): number {
  return mean(judged.map(({ right, best }) => Number(right === best)));
}

function thresholds(verdicts: readonly Verdict[], temperature: number): string[] {
  const judged = decide(verdicts, temperature);
  const chances = judged.map((one, i) => ({ ...one, top: topOf(verdicts[i]!, temperature) }));
  return [0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6].map((threshold) => {
    const kept = chances.filter(({ top }) => top >= threshold);
    const rights = kept.filter(({ best, right }) => best === right).length;
    const rest = chances.filter(({ top }) => top < threshold);
    const wrongs = rest.filter(({ best, right }) => best !== right).length;
    const all = rights + rest.filter(({ right }) => right === 'other').length;
    return [
      `  ${threshold.toFixed(2)}  answers ${percent(kept.length / chances.length)}`,
      `of which right ${percent(rights / kept.length)}`,
      `of the others the best guess is wrong in ${percent(wrongs / rest.length)}`,
      `right in all ${percent(all / chances.length)}`,
    ].join(', ');
  });
}

function topOf(verdict: Verdict, temperature: number): number {
  const powers = verdict.chances.map((chance) => chance ** (1 / temperature));
  return Math.max(...powers) / powers.reduce((a, b) => a + b, 0);
}

function sentiment({ examples, test, last }: Data, read: Reader): string[] {
  const [known, held] = [examples, [...test, ...last]].map((texts) =>
    texts.map((example) => ({ example, ...sentimentOf(example.text, read(example.text), read) })),
  );
  const steps = (from: number, to: number) =>
    Array.from({ length: Math.round((to - from) / 0.05) + 1 }, (_, i) => Math.round((from + i * 0.05) * 100) / 100);
  const pairs = steps(0.05, 0.6).flatMap((positive) => steps(-0.6, -0.05).map((negative) => ({ positive, negative })));
  const ranked = pairs
    .map(({ positive, negative }) => {
      const word = (value: number) => (value >= positive ? 'positive' : value <= negative ? 'negative' : 'neutral');
      return { positive, negative, f1: meanF1(known!.map(({ example, sentiment }) => [example, word(sentiment)])) };
    })
    .sort((a, b) => b.f1 - a.f1);
  const best = ranked[0]!;
  return [
    `best: positive from ${best.positive}, negative from ${best.negative}, mean F1 ${best.f1.toFixed(3)}`,
    `now: positive from ${POSITIVE_FROM}, negative from ${NEGATIVE_FROM}`,
    ...[known!, held!].flatMap((texts, i) => {
      const words = texts.map(({ example, sentiment }) => [example, wordOf(sentiment)] as const);
      const right = mean(words.map(([example, word]) => Number(example.sentiment === word)));
      return [
        `${i === 0 ? 'training' : 'both tests'}: ${percent(right)} right`,
        ...(['positive', 'neutral', 'negative'] as const).map((kind) => {
          const { said, own, hits } = count(words, kind);
          return `  ${kind.padEnd(8)} precision ${percent(hits / said)} recall ${percent(hits / own)}`;
        }),
      ];
    }),
  ];
}

type Said = readonly [example: Example, word: SentimentWord];

function count(words: readonly Said[], kind: SentimentWord) {
  const said = words.filter(([, word]) => word === kind);
  return {
    said: said.length,
    own: words.filter(([example]) => example.sentiment === kind).length,
    hits: said.filter(([example]) => example.sentiment === kind).length,
  };
}

function meanF1(words: readonly Said[]): number {
  return mean(
    (['positive', 'neutral', 'negative'] as const).map((kind) => {
      const { said, own, hits } = count(words, kind);
      return (2 * hits) / (said + own);
    }),
  );
}

function percent(share: number): string {
  return Number.isNaN(share) ? '     -' : `${(share * 100).toFixed(1)} %`.padStart(6);
}

function pad(value: number): string {
  return String(value).padStart(5);
}
