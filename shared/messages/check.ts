import { WebhookError } from '../errors.ts';
import { kindOf } from '../request/read.ts';
import type { Json, MessageCommon, MessageKind, ResponseMessage } from '../wire.ts';
import { type Check, findJsonProblem, HALF_CHARACTER, isPlainObject, type Problem, problem, within } from './json.ts';

/**
 * The strict check of what a handler returned, against `response_message.proto`: types do not hold at run time, and CX
 * drops an answer that has one wrong field.
 */

/**
 * The message itself, if CX takes it from a webhook; else a `WebhookError` `invalid-reply`.
 *
 * @example
 * checkMessage({ text: { text: ['Hi'] }, payload: {} }, 'messages[1]')
 * // messages[1]: a message has exactly one content, this one has text and payload.
 */
export function checkMessage(message: unknown, path: string): ResponseMessage {
  refuse(findMessageProblem(message), path);
  return message as ResponseMessage;
}

/**
 * The value itself, if it is JSON: finite numbers, whole characters, plain objects, at most `MAX_JSON_DEPTH` levels. Members
 * that are `undefined` count as absent: `JSON.stringify` leaves them out. Else a `WebhookError` `invalid-reply`.
 *
 * @example
 * checkJson({ rate: Number.NaN }, 'session') // session.rate: NaN is not a JSON number; use null or leave it out.
 */
export function checkJson(value: unknown, path: string): Json {
  refuse(findJsonProblem(value), path);
  return value as Json;
}

function refuse(found: Problem | undefined, path: string): void {
  if (found) throw new WebhookError('invalid-reply', `${path}${found.path}: ${found.sentence}`);
}

type Checks = { readonly [field: string]: Check };

interface Shape {
  readonly required?: Checks;
  readonly optional?: Checks;
  /** Exactly one of these: a proto `oneof`. */
  readonly oneOf?: Checks;
}

/** The check of an object that has these fields and no other. `what` names it in sentences. */
function shape(what: string, { required = {}, optional = {}, oneOf = {} }: Shape): Check {
  const checks: ReadonlyMap<string, Check> = new Map(Object.entries({ ...oneOf, ...required, ...optional }));
  const contents = new Set(Object.keys(oneOf));
  return (value) => {
    if (!isPlainObject(value)) return problem(`${what} is a plain object, this is ${kindOf(value)}.`);
    let content: string | undefined;
    for (const key of Object.keys(value)) {
      if (value[key] === undefined) continue;
      const check = checks.get(key);
      if (!check) return within(key, problem(MADE_BY_CX.get(key) ?? `${what} has no such field; ${fieldsOf(checks)}.`));
      if (contents.has(key)) {
        if (content) return problem(`${what} has exactly one content, this one has ${content} and ${key}.`);
        content = key;
      }
      const found: Problem | undefined = check(value[key]);
      if (found) return within(key, found);
    }
    if (contents.size > 0 && !content) {
      return problem(`${what} has exactly one content, this one has none of ${[...contents].join(', ')}.`);
    }
    const missing = Object.keys(required).find((key) => value[key] === undefined);
    return missing === undefined ? undefined : problem(`${what} needs ${missing}.`);
  };
}

function fieldsOf(checks: ReadonlyMap<string, Check>): string {
  return checks.size === 0 ? 'it is {}' : `it may have ${[...checks.keys()].join(', ')}`;
}

/** What only CX writes. The first three are "Output only" in response_message.proto; requests were seen with the others. */
const MADE_BY_CX: ReadonlyMap<string, string> = new Map([
  ['endInteraction', 'CX writes this when a session ends; to end the session, return { end: true }.'],
  ['mixedAudio', 'CX composes this from the audio of a turn; return playAudio and outputAudioText messages.'],
  ['allowPlaybackInterruption', 'CX writes this; whether a person may interrupt is a setting of the agent.'],
  ['source', 'CX adds this to the messages of a request; leave it out of a reply.'],
  ['redactedText', 'CX adds this to the messages of a request; leave it out of a reply.'],
]);

const words: Check = (value) => {
  if (typeof value !== 'string') return problem(`expected a text, got ${kindOf(value)}.`);
  if (value.trim() === '') return problem('the text is empty.');
  return value.isWellFormed() ? undefined : problem(HALF_CHARACTER);
};

const variants: Check = (value) => {
  if (!Array.isArray(value)) return problem(`expected a list of texts, got ${kindOf(value)}.`);
  if (value.length === 0) return problem('the list has no text.');
  for (const [i, variant] of value.entries()) {
    const found = words(variant);
    if (found) return within(i, found);
  }
  return undefined;
};

function matching(pattern: RegExp, expected: string): Check {
  return (value) => (typeof value === 'string' && pattern.test(value) ? undefined : problem(`expected ${expected}.`));
}

/** "Dialogflow does not impose any validation on this value. It is specific to the client that reads it": any scheme. */
const uri = matching(
  /^[a-z][a-z0-9+.-]*:\/\/[^\s/?#]\S*$/i,
  'an absolute URI such as https://example.com/a.wav or gs://bucket/a.wav',
);
const phoneNumber = matching(/^\+[1-9]\d{1,14}$/, 'a phone number in E.164 form such as +12025550100');
const toolName = matching(
  /^projects\/[^/\s]+\/locations\/[^/\s]+\/agents\/[^/\s]+\/tools\/[^/\s]+$/,
  'projects/P/locations/L/agents/A/tools/T',
);
const responseType = matching(
  /^(RESPONSE_TYPE_UNSPECIFIED|ENTRY_PROMPT|PARAMETER_PROMPT|HANDLER_PROMPT)$/,
  'ENTRY_PROMPT, PARAMETER_PROMPT, HANDLER_PROMPT or RESPONSE_TYPE_UNSPECIFIED',
);
const jsonObject: Check = (value) =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? findJsonProblem(value)
    : problem(`expected a JSON object, got ${kindOf(value)}.`);

const CONTENTS: { readonly [K in MessageKind]: Check } = {
  text: shape('a text', { required: { text: variants } }),
  payload: jsonObject,
  conversationSuccess: shape('a conversation success', { optional: { metadata: jsonObject } }),
  outputAudioText: shape('an audio text', { oneOf: { text: words, ssml: words } }),
  liveAgentHandoff: shape('a live agent handoff', { optional: { metadata: jsonObject } }),
  playAudio: shape('an audio clip', { required: { audioUri: uri } }),
  telephonyTransferCall: shape('a call transfer', { required: { phoneNumber } }),
  knowledgeInfoCard: shape('a knowledge info card', {}),
  toolCall: shape('a tool call', {
    required: { tool: toolName, action: words },
    optional: { inputParameters: jsonObject },
  }),
};

const COMMON: { readonly [K in keyof MessageCommon]-?: Check } = { channel: words, responseType };

const findMessageProblem = shape('a message', { oneOf: CONTENTS, optional: COMMON });
