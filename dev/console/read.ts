import type { Agent, JsonObject, UserInput } from '../emulator/agent.ts';
import { type Fault, FaultError, parseFault } from '../emulator/call/faults.ts';
import { flawOf } from '../emulator/levels.ts';
import type { NewSession } from './api.ts';
import { Refusal } from './problem.ts';

/** Bodies of requests, read: each gives what it says, or throws a `Refusal` with what is wrong. */
type Body = { readonly [name: string]: unknown };

/** BCP 47, as far as CX uses it: `en`, `pt-br`, `zh-Hant-TW`. */
const LANGUAGE = /^[a-z]{2,3}(-[a-z\d]{2,8}){0,3}$/i;
/** Characters of a channel's name. */
const MAX_CHANNEL = 100;
/** Keys of a telephone (ITU-T E.161, and the four letters of DTMF). */
const KEYS = /^[\d*#A-D]*$/;

export function readNewSession(body: object): NewSession {
  const { languageCode, channel } = body as Body;
  if (languageCode !== undefined && !(typeof languageCode === 'string' && LANGUAGE.test(languageCode))) {
    throw bad('"languageCode" is a code such as en or pt-br.');
  }
  if (channel !== undefined && !(typeof channel === 'string' && channel !== '' && channel.length <= MAX_CHANNEL)) {
    throw bad(`"channel" is a name of at most ${MAX_CHANNEL} characters.`);
  }
  return { ...(languageCode !== undefined && { languageCode }), ...(channel !== undefined && { channel }) };
}

export function readNewTurn(body: object, agent: Agent): { readonly input: UserInput; readonly injected: JsonObject } {
  const { input, parameters = {} } = body as Body;
  if (!isObject(parameters)) throw bad('"parameters" is an object of session parameters.');
  const flaw = flawOf(parameters);
  if (flaw !== null) throw bad(`The value of "parameters" ${flaw}.`);
  return { input: readInput(input, agent), injected: parameters as JsonObject };
}

function readInput(input: unknown, agent: Agent): UserInput {
  if (!isObject(input)) throw bad('"input" is what the person does, such as { "kind": "text", "text": "hello" }.');
  const { kind, text, event, digits, finishDigit = '', intent } = input;
  switch (kind) {
    case 'text':
      if (typeof text !== 'string') throw bad('An input of the kind text has a "text".');
      return { kind, text };
    case 'event':
      if (typeof event !== 'string' || event === '')
        throw bad('An input of the kind event has the name of an "event".');
      return { kind, event };
    case 'dtmf':
      if (!isKeys(digits) || !isKeys(finishDigit) || finishDigit.length > 1) {
        throw bad('An input of the kind dtmf has "digits" of 0 to 9, *, # and A to D, and perhaps one "finishDigit".');
      }
      return { kind, digits, finishDigit };
    case 'intent':
      if (typeof intent !== 'string' || !agent.intents.has(intent)) {
        throw bad('An input of the kind intent has the name of an "intent" of the agent.');
      }
      return { kind, intent };
    default:
      throw bad('"input" has one of the kinds text, event, dtmf and intent.');
  }
}

/** How many turns are kept. */
export function readTurns(body: object): number {
  const { turns } = body as Body;
  if (typeof turns === 'number' && Number.isInteger(turns) && turns >= 0) return turns;
  throw bad('"turns" is how many turns are kept, 0 or more.');
}

export function readFault(body: object): Fault | null {
  const { fault } = body as Body;
  if (fault === null) return null;
  if (typeof fault !== 'string') throw bad('"fault" is a fault such as timeout or booking:slow=1200, or null.');
  try {
    return parseFault(fault);
  } catch (error) {
    if (error instanceof FaultError) throw bad(error.message);
    throw error;
  }
}

const isObject = (value: unknown): value is Body =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isKeys = (value: unknown): value is string => typeof value === 'string' && KEYS.test(value);

const bad = (message: string) => new Refusal('bad-request', message);
