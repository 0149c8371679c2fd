import { isDeepStrictEqual } from 'node:util';
import type { Agent, Json, JsonObject, TestTurn } from '../agent.ts';
import type { Expectation, Matcher, Understanding } from '../match.ts';
import { parameterIn } from '../names.ts';

type Values = Understanding['form'];

/** Where a recorded turn begins. */
export interface Beginning {
  /** The session parameters here. */
  readonly parameters: JsonObject;
  /** Those recorded after the turn before. */
  readonly recorded: JsonObject;
  readonly expectation: Expectation;
}

export interface Recorded {
  readonly understanding: Understanding;
  /** Values that are not in the recording, but were heard in the words. */
  readonly guessed: readonly string[];
}

/**
 * What Google's service understood on a recorded turn, as far as the recording tells: the intent, and the values of its
 * parameters or of the form that are new. Nothing else is taken from it: pages, texts and all other parameters have to
 * come out of the agent. A value that is gone at the end of the turn is not in the recording; then the words that were said
 * are looked through for one.
 */
export function understandAsRecorded(
  agent: Agent,
  { input, injectedParameters, expected }: TestTurn,
  { parameters, recorded, expectation }: Beginning,
  match: Matcher,
): Recorded {
  const said = input.kind === 'text' ? input.text : input.kind === 'dtmf' ? input.digits : '';
  const known = { ...recorded, ...injectedParameters };
  const isRecorded = (name: string) => (parameterIn(expected.parameters, name) ?? null) !== null;
  const newOf = (names: readonly string[]): Values =>
    Object.fromEntries(
      names.filter(isRecorded).flatMap((name) => {
        const value = parameterIn(expected.parameters, name) as Json;
        const isNew =
          !isDeepStrictEqual(value, parameterIn(known, name)) || parameterIn(parameters, name) === undefined;
        return isNew ? [[name, { original: said, resolved: value }]] : [];
      }),
    );

  // An intent that no route in scope has can't be matched, whatever the recording says.
  const isInScope = input.kind === 'intent' || expectation.intents.includes(expected.intent ?? '');
  if (expected.intent !== null && isInScope) {
    const names = agent.intents.get(expected.intent)?.parameters.map(({ id }) => id) ?? [];
    const values = newOf(names);
    const gone = names.filter((name) => !isRecorded(name));
    const scope = { ...expectation, intents: [expected.intent], parameter: null, form: [], threshold: 0 };
    const heard = gone.length > 0 ? (match(input, scope).intent?.parameters ?? {}) : {};
    const guessed = only(heard, gone);
    return {
      understanding: {
        intent: { displayName: expected.intent, confidence: 1, parameters: { ...guessed, ...values } },
        form: {},
      },
      guessed: Object.keys(guessed),
    };
  }
  // Nobody says a value by an event or by silence.
  const values = said.trim() === '' ? {} : newOf(expectation.form.map(({ displayName }) => displayName));
  if (said.trim() === '' || Object.keys(values).length > 0)
    return { understanding: { intent: null, form: values }, guessed: [] };
  const { form } = match(input, { ...expectation, intents: [] });
  const guessed = only(
    form,
    Object.keys(form).filter((name) => !isRecorded(name)),
  );
  return { understanding: { intent: null, form: guessed }, guessed: Object.keys(guessed) };
}

/**
 * Without the guessed values that are left after the turn: the recording would have them, under their name or one that the
 * parameter had then. `null`: there is none.
 */
export function withoutLeft(
  { understanding, guessed }: Recorded,
  after: JsonObject,
  news: JsonObject,
): Recorded | null {
  const isLeft = (name: string) => {
    const value = parameterIn(after, name) ?? null;
    const isRenamed = name in understanding.form && Object.values(news).some((each) => isDeepStrictEqual(each, value));
    return value !== null && !isRenamed;
  };
  const left = guessed.filter(isLeft);
  if (left.length === 0) return null;
  const { intent, form } = understanding;
  const keep = (values: Values) =>
    only(
      values,
      Object.keys(values).filter((name) => !left.includes(name)),
    );
  return {
    understanding: { intent: intent && { ...intent, parameters: keep(intent.parameters) }, form: keep(form) },
    guessed: guessed.filter((name) => !left.includes(name)),
  };
}

/** The parameters that a turn has set, as far as the recording tells. */
export function newsOf({ injectedParameters, expected }: TestTurn, recorded: JsonObject): JsonObject {
  const known = { ...recorded, ...injectedParameters };
  return Object.fromEntries(
    Object.entries(expected.parameters).filter(([name, value]) => !isDeepStrictEqual(value, known[name])),
  );
}

function only(values: Values, names: readonly string[]): Values {
  return Object.fromEntries(Object.entries(values).filter(([name]) => names.includes(name)));
}
