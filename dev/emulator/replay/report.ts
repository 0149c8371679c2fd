import { isDeepStrictEqual } from 'node:util';
import type { Json, UserInput } from '../agent.ts';
import type { TraceEvent } from '../trace.ts';
import { textsOf } from './compare.ts';
import { type Fidelity, firstDifference, type Share } from './fidelity.ts';
import type { ReplayedCase, ReplayedTurn } from './run.ts';

/** Where the emulator and the recording part: the turn, and each thing that differs, as `expected` and `got`. */
export function describeDifference(replayed: ReplayedCase): readonly string[] {
  const { file, displayName } = replayed.testCase;
  const found = firstDifference(replayed);
  if (!found) return [];
  const { at, turn } = found;
  return [
    `${displayName}  (${file})`,
    `  turn ${at + 1} of ${replayed.turns.length}: ${describeInput(turn.turn.input)}`,
    ...differencesOf(turn).map((line) => `    ${line}`),
    ...notesOf(turn.result.trace).map((note) => `    note      ${note}`),
  ];
}

/** What nobody was told in a conversation, turn by turn: calls that failed, and what CX hides. */
export function describeNotes({ testCase: { displayName, file }, turns }: ReplayedCase): readonly string[] {
  const lines = turns.flatMap(({ turn, result }, at) => {
    const notes = notesOf(result.trace);
    if (notes.length === 0) return [];
    return [
      `  turn ${at + 1} of ${turns.length}: ${describeInput(turn.input)}`,
      ...notes.map((note) => `    note      ${note}`),
    ];
  });
  return lines.length === 0 ? [] : [`${displayName}  (${file})`, ...lines];
}

function differencesOf({ turn: { expected }, result, same }: ReplayedTurn): readonly string[] {
  const place = (flow: string | null, page: string | null) =>
    `${page ?? 'no page'}${flow === null ? '' : ` in ${flow}`}`;
  const lines: string[] = [];
  if (!same.intent) lines.push(...apart('intent', expected.intent ?? 'none', result.intent ?? 'none'));
  if (!same.page) lines.push(...apart('page', place(expected.flow, expected.page), place(result.flow, result.page)));
  if (!same.texts) {
    const got = textsOf(result.messages);
    for (let at = 0; at < Math.max(expected.texts.length, got.length); at += 1) {
      const wanted = expected.texts[at];
      const variants = got[at]?.variants ?? [];
      if (wanted !== undefined && variants.includes(wanted)) lines.push(`says      ${JSON.stringify(wanted)}`);
      else lines.push(...apart('says', quoted(wanted), quoted(variants[0])));
    }
  }
  if (!same.parameters) {
    const got = result.state.parameters;
    for (const name of new Set([...Object.keys(expected.parameters), ...Object.keys(got)])) {
      if (isDeepStrictEqual(expected.parameters[name], got[name])) continue;
      lines.push(
        ...apart('parameter', `${name} = ${quoted(expected.parameters[name])}`, `${name} = ${quoted(got[name])}`),
      );
    }
  }
  return lines;
}

function apart(what: string, expected: string, got: string): readonly string[] {
  return [`${what.padEnd(9)} expected  ${expected}`, `${' '.repeat(9)} got       ${got}`];
}

const quoted = (value: Json | undefined) => (value === undefined ? 'nothing' : JSON.stringify(value));

function describeInput(input: UserInput): string {
  switch (input.kind) {
    case 'text':
      return input.text === '' ? 'no input' : JSON.stringify(input.text);
    case 'event':
      return `the event ${input.event}`;
    case 'dtmf':
      return `the keys ${input.digits}${input.finishDigit}`;
    case 'intent':
      return `the intent ${input.intent}`;
  }
}

/** What CX would hide, and what the emulator cannot do. */
export function notesOf(trace: readonly TraceEvent[]): readonly string[] {
  return trace.flatMap((event) => errorOf(event) ?? skippedOf(event) ?? repetitionOf(event) ?? []);
}

/** Those of them that are failures. */
export function errorsOf(trace: readonly TraceEvent[]): readonly string[] {
  return trace.flatMap((event) => errorOf(event) ?? []);
}

function errorOf(event: TraceEvent): string | null {
  if (event.kind === 'hidden' || event.kind === 'unsupported') return event.message;
  if (event.kind !== 'webhook' || event.outcome.kind !== 'failed') return null;
  return `The webhook ${event.call.webhook.displayName} failed (${event.call.tag}): ${event.outcome.problem}`;
}

function skippedOf(event: TraceEvent): string | null {
  if (event.kind !== 'webhook' || event.outcome.kind !== 'skipped' || event.outcome.reason === 'off') return null;
  const why = event.outcome.reason === 'disabled' ? 'it is disabled' : 'no function here answers it';
  return `The webhook ${event.call.webhook.displayName} was not called (${event.call.tag}): ${why}.`;
}

function repetitionOf(event: TraceEvent): string | null {
  if (event.kind !== 'webhook' || event.outcome.kind !== 'answered') return null;
  const { call, outcome } = event;
  const [first, second] = outcome.exchange.attempts;
  if (!second) return null;
  return `The webhook ${call.webhook.displayName} was asked twice (${call.tag}): ${first!.problem}`;
}

/** How the calls of webhooks went, in a line; none where nothing was called. */
export function describeCalls(cases: readonly ReplayedCase[]): readonly string[] {
  const outcomes = cases
    .flatMap(({ turns }) => turns.flatMap(({ result }) => result.trace))
    .flatMap((event) => (event.kind === 'webhook' && event.outcome.kind !== 'skipped' ? [event.outcome] : []));
  if (outcomes.length === 0) return [];
  const attempts = outcomes.map(({ exchange }) => exchange?.attempts ?? []);
  const repeated = attempts.filter(({ length }) => length > 1).length;
  const failed = outcomes.filter(({ kind }) => kind === 'failed').length;
  const longest = Math.max(...attempts.map((all) => all.reduce((sum, { ms }) => sum + ms, 0)));
  return [
    `${outcomes.length} calls of webhooks: ${repeated} asked twice, ${failed} failed, the longest took ${longest} ms.`,
  ];
}

/** The score, as a table. */
export function describeFidelity({ byFeature, ...whole }: Fidelity): readonly string[] {
  return [
    row('page and intent', whole.pageAndIntent, 'turns'),
    row('texts', whole.texts, 'turns'),
    row('parameters', whole.parameters, 'turns'),
    row('identical', whole.conversations, 'conversations'),
    row('... with all parameters', whole.withParameters, 'conversations'),
    '',
    'Turns with the same page, intent and texts, by what they touch:',
    ...[...byFeature].map(([feature, share]) => row(feature, share, 'turns')),
  ];
}

function row(name: string, { same, of }: Share, unit: string): string {
  const percent = of === 0 ? '-' : `${((100 * same) / of).toFixed(1)} %`;
  return `  ${name.padEnd(30)} ${`${same} of ${of}`.padStart(14)} ${unit.padEnd(13)} ${percent.padStart(8)}`;
}
