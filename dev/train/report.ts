import { OTHER_BELOW } from '../../shared/text/categories.ts';
import { SCALE } from '../../shared/text/classify.ts';
import type { Reader } from '../../shared/text/read.ts';
import { SENTIMENTS } from '../../shared/text/sentiment.ts';
import { type Builds, samplesOf, wordSamplesOf } from './build.ts';
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
import { LESSONS, type Lesson, type Subject } from './lessons.ts';

/** What `node dev/train/feedback.ts` prints. */

export interface Trained {
  readonly data: Data;
  readonly read: Reader;
  readonly builds: Builds;
  /** Size of the models' file. */
  readonly bytes: number;
}

/** The pair that is most often right about the texts of the training, were wink asked alone. */
const WINK_POSITIVE_FROM = 0.25;
const WINK_NEGATIVE_FROM = -0.05;

export function report(trained: Trained): string {
  const { data, bytes } = trained;
  const sections = [
    `Learns from ${data.examples.length} texts,`,
    `${data.words.category.length} words of categories and ${data.words.sentiment.length} of feelings.`,
    `Tested on ${data.test.length} and ${data.last.length} other texts. The models: ${bytes} bytes.`,
    '',
    '# Category',
    ...subject('category', trained),
    '',
    `Confidence below which other is said (now ${OTHER_BELOW}):`,
    ...thresholds(trained),
    '',
    '# Sentiment',
    ...subject('sentiment', trained),
    '',
    `In cross-validation without what wink says of the sentiment: ${percent(withoutWink(trained))} right.`,
    '',
    'Confidence from which negative is believed, in cross-validation, feedback-test.tsv and feedback-last.tsv:',
    ...believed('sentiment', 'negative', trained),
    '',
    'What needs no training, on the texts of the training, feedback-test.tsv and feedback-last.tsv:',
    ...baselines(trained),
  ];
  return `${sections.join('\n')}\n`;
}

function subject(subject: Subject, { data, read, builds }: Trained): string[] {
  const lesson = LESSONS[subject];
  const { model, folds } = builds[subject];
  const temperature = model.temperature / SCALE;
  const tested = (texts: readonly Example[]) =>
    quality(lesson, judge(model, samplesOf(subject, texts, read)), temperature);
  const alone = decide(lesson, crossValidate(lesson, samplesOf(subject, data.examples, read), []).flat(), 1);
  const perFold = folds.map((fold) => percent(accuracy(decide(lesson, fold, temperature))));
  return [
    `The model: ${Object.keys(model.terms).length} terms, temperature ${temperature}.`,
    '',
    `== Cross-validation, ${folds.length} folds (${perFold.join(', ')})`,
    ...quality(lesson, folds.flat(), temperature),
    `The best guess without the lists of words: ${percent(rightGuesses(alone))} right.`,
    '',
    '== feedback-test.tsv, which nothing was learnt from or tuned on',
    ...tested(data.test),
    '',
    '== feedback-last.tsv, which was written when the category was final',
    ...tested(data.last),
  ];
}

function withoutWink({ data, read }: Trained): number {
  const deaf: Reader = (text) => ({ ...read(text), sentiment: 0 });
  const [texts, words] = [samplesOf('sentiment', data.examples, deaf), wordSamplesOf('sentiment', data, deaf)];
  return rightGuesses(decide(LESSONS.sentiment, crossValidate(LESSONS.sentiment, texts, words).flat(), 1));
}

function quality(lesson: Lesson, verdicts: readonly Verdict[], temperature: number): string[] {
  const judged = decide(lesson, verdicts, temperature);
  const rows = confusion(lesson, judged).map(({ label, texts, precision, recall, answers }) =>
    [label.padEnd(11), pad(texts), percent(precision), percent(recall), ' ', ...answers.map(pad)].join(' '),
  );
  const short = lesson.labels.map((label) => label.slice(0, 5).padStart(5));
  const [error, nats] = [calibrationError(judged), surprise(lesson, verdicts, temperature)];
  return [
    `right ${percent(accuracy(judged))}; the best guess alone: ${percent(rightGuesses(judged))}`,
    `calibration error ${error.toFixed(3)}, surprise ${nats.toFixed(3)}`,
    ['           ', 'texts', ' prec.', 'recall', ' ', ...short].join(' '),
    ...rows,
  ];
}

/** The share of right ones, were the best guess always said. */
function rightGuesses(judged: readonly Judged[]): number {
  return mean(judged.map(({ right, best }) => Number(right === best)));
}

function thresholds({ builds }: Trained): string[] {
  const { model, folds } = builds.category;
  const judged = decide(LESSONS.category, folds.flat(), model.temperature / SCALE);
  const isSure = ({ chances }: Judged, threshold: number) => Math.max(...chances) >= threshold;
  return [0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6].map((threshold) => {
    const kept = judged.filter((one) => isSure(one, threshold));
    const rights = kept.filter(({ best, right }) => best === right).length;
    const rest = judged.filter((one) => !isSure(one, threshold));
    const wrongs = rest.filter(({ best, right }) => best !== right).length;
    const all = rights + rest.filter(({ right }) => right === 'other').length;
    return [
      `  ${threshold.toFixed(2)}  answers ${percent(kept.length / judged.length)}`,
      `of which right ${percent(rights / kept.length)}`,
      `of the others the best guess is wrong in ${percent(wrongs / rest.length)}`,
      `right in all ${percent(all / judged.length)}`,
    ].join(', ');
  });
}

/**
 * How often one answer is right and how much of what it should find it finds, the surer it must be: in
 * cross-validation, on feedback-test.tsv and on feedback-last.tsv.
 */
function believed(subject: Subject, answer: string, { data, read, builds }: Trained): string[] {
  const { model, folds } = builds[subject];
  const tests = [data.test, data.last].map((texts) => judge(model, samplesOf(subject, texts, read)));
  const sets = [folds.flat(), ...tests].map((verdicts) =>
    decide(LESSONS[subject], verdicts, model.temperature / SCALE),
  );
  return [0, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.9].map((threshold) => {
    const figures = sets.map((judged) => {
      const own = judged.filter(({ right }) => right === answer);
      const said = judged.filter(({ said, confidence }) => said === answer && confidence >= threshold);
      const hits = said.filter(({ right }) => right === answer).length;
      return `precision ${percent(hits / said.length)} recall ${percent(hits / own.length)}`;
    });
    return `  ${threshold.toFixed(2)}  ${figures.join(', ')}`;
  });
}

function baselines({ data, read }: Trained): string[] {
  const sets = [data.examples, data.test, data.last];
  const shares = (said: (example: Example) => string) =>
    sets.map((texts) => percent(accuracy(texts.map((one) => ({ right: one.sentiment, said: said(one) }))))).join(', ');
  return [
    ...SENTIMENTS.map((word) => `  always ${word}: ${shares(() => word)} right`),
    `  wink alone: ${shares(({ text }) => winkOf(text, read))} right`,
  ];
}

function winkOf(text: string, read: Reader): string {
  const { sentiment } = read(text);
  if (sentiment >= WINK_POSITIVE_FROM) return 'positive';
  return sentiment <= WINK_NEGATIVE_FROM ? 'negative' : 'neutral';
}

function percent(share: number): string {
  return Number.isNaN(share) ? '     -' : `${(share * 100).toFixed(1)} %`.padStart(6);
}

function pad(value: number): string {
  return String(value).padStart(5);
}
