import { createClassifier, type Model, probabilities, SCALE } from '../../shared/text/classify.ts';
import type { Answer, Lesson } from './lessons.ts';
import { createRandom, shuffle } from './random.ts';
import { type Sample, train } from './train.ts';

/** How good a classifier is, on texts that it has not learnt from. */

const FOLDS = 5;
const SEED = 7;

/** What the model makes of a sample: its chances at temperature 1, in the order of the labels. */
export interface Verdict {
  readonly right: string;
  readonly chances: readonly number[];
}

/**
 * Every text judged by a model that learnt from the others. The words are dealt out too, so that each model lacks a
 * fifth of them as well: they were chosen by somebody who knew the texts, and would flatter the result.
 */
export function crossValidate(lesson: Lesson, texts: readonly Sample[], words: readonly Sample[]): Verdict[][] {
  const [textFolds, wordFolds] = [deal(lesson, texts), deal(lesson, words)];
  return textFolds.map((held, i) => {
    const others = (folds: Sample[][]) => folds.filter((_, j) => j !== i).flat();
    return judge(train(lesson, others(textFolds), others(wordFolds)), held);
  });
}

export function judge(model: Model, samples: readonly Sample[]): Verdict[] {
  const classifier = createClassifier({ ...model, temperature: SCALE });
  return samples.map(({ right, terms }) => ({ right, chances: classifier.chances(terms) }));
}

/** Folds in which each label has its share. */
function deal({ labels }: Lesson, samples: readonly Sample[]): Sample[][] {
  const shuffled = shuffle(samples, createRandom(SEED));
  const sorted = labels.flatMap((label) => shuffled.filter(({ right }) => right === label));
  return Array.from({ length: FOLDS }, (_, fold) => sorted.filter((_, i) => i % FOLDS === fold));
}

/** The temperature, in hundredths, at which the chances are nearest to the truth: where `surprise` is least. */
export function fitTemperature(lesson: Lesson, verdicts: readonly Verdict[]): number {
  let best = SCALE;
  for (let hundredths = 20; hundredths <= 300; hundredths++) {
    if (surprise(lesson, verdicts, hundredths / SCALE) < surprise(lesson, verdicts, best / SCALE)) best = hundredths;
  }
  return best;
}

/** Mean negative log likelihood. */
export function surprise({ labels }: Lesson, verdicts: readonly Verdict[], temperature: number): number {
  return mean(verdicts.map((verdict) => -Math.log(heated(verdict, temperature)[labels.indexOf(verdict.right)]!)));
}

/** The chances at another temperature: the logarithms of chances serve as scores. */
export function heated({ chances }: Verdict, temperature: number): number[] {
  return probabilities(chances.map(Math.log), temperature);
}

export interface Judged extends Answer {
  readonly right: string;
  /** The best guess, which is not said where it is not sure enough. */
  readonly best: string;
  readonly chances: readonly number[];
}

export function decide(lesson: Lesson, verdicts: readonly Verdict[], temperature: number): Judged[] {
  return verdicts.map((verdict) => {
    const chances = heated(verdict, temperature);
    const best = lesson.labels[chances.indexOf(Math.max(...chances))]!;
    return { right: verdict.right, best, chances, ...lesson.answer(chances) };
  });
}

type Said = Pick<Judged, 'right' | 'said'>;

/** The share of right ones. */
export function accuracy(judged: readonly Said[]): number {
  return mean(judged.map(({ right, said }) => Number(right === said)));
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
  readonly label: string;
  readonly texts: number;
  readonly precision: number;
  readonly recall: number;
  /** How often which label was answered, in their order. */
  readonly answers: readonly number[];
}

/** One row of the confusion matrix for each label, with its precision and recall. */
export function confusion({ labels }: Lesson, judged: readonly Said[]): Scores[] {
  return labels.map((label) => {
    const own = judged.filter(({ right }) => right === label);
    const said = judged.filter((one) => one.said === label);
    const hits = own.filter((one) => one.said === label).length;
    return {
      label,
      texts: own.length,
      precision: hits / said.length,
      recall: hits / own.length,
      answers: labels.map((answer) => own.filter((one) => one.said === answer).length),
    };
  });
}

export function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}
