import type { Agent, FormParameter, Json, UserInput } from './agent.ts';
import { createEntities } from './match/entities.ts';
import { fill } from './match/filling.ts';
import { createIntents, type RankedIntent } from './match/intents.ts';
import { asName } from './match/open.ts';
import { SYSTEM_ENTITIES } from './match/system.ts';

/** What a conversation can understand at a moment. */
export interface Expectation {
  /** Display names of the intents in scope, the most important first: of equally likely ones it is chosen. */
  readonly intents: readonly string[];
  /** The form parameter that is being asked for. */
  readonly parameter: FormParameter | null;
  /** Every form parameter that has no value, the one that is asked for among them. */
  readonly form: readonly FormParameter[];
  /** 0 to 1: a weaker intent is none (`NluSettings.classification_threshold`). */
  readonly threshold: number;
  readonly languageCode: string;
  /** IANA name. */
  readonly timeZone: string;
  /** Milliseconds since the epoch: the now of `tomorrow`. */
  readonly now: number;
}

/** An intent, or values for the form, or neither: no match, or no input. Never both. */
export interface Understanding {
  readonly intent: {
    readonly displayName: string;
    /** 0 to 1; 1: a training phrase, but for case, accents and punctuation. */
    readonly confidence: number;
    readonly parameters: { readonly [name: string]: { readonly original: string; readonly resolved: Json } };
  } | null;
  readonly form: { readonly [parameter: string]: { readonly original: string; readonly resolved: Json } };
}

export type Matcher = (input: UserInput, expectation: Expectation) => Understanding;

/** One that can tell what else was in question. */
export interface RankingMatcher extends Matcher {
  /** The intents in scope that a text is like, the most alike first, whatever a form and the threshold make of them. */
  rank(text: string, expectation: Expectation): readonly RankedIntent[];
}

/** From here on an intent is clear enough to go before a form parameter. No recorded conversation needs less, or more than 0.7. */
const CLEAR = 0.8;
/** Characters of a text that are read. CX takes 256 (CX docs, Quotas and limits); more would only take time. */
const READ = 1_000;
const NOTHING: Understanding = { intent: null, form: {} };

/** The names, with their `@`, of the system entities that are found in texts; of any other type a value is the whole text. */
export const FOUND_SYSTEM_ENTITIES: readonly string[] = [...SYSTEM_ENTITIES.keys()].map((name) => `@${name}`);

/**
 * Understands people who type to an emulated agent: by likeness to training phrases, by synonyms and patterns. It is no language model
 * and not Dialogflow's: see docs/decisions/simple-matcher.md. What it needs is made at the first text in a language, and kept.
 */
export function createMatcher(agent: Agent): RankingMatcher {
  const entities = createEntities(agent);
  const intents = createIntents(agent, entities);

  const understand = (text: string, expectation: Expectation): Understanding => {
    const { parameter, form, threshold } = expectation;
    const filling = parameter && fill(parameter, form, text, entities, expectation);
    if (filling?.isWhole) return { intent: null, form: filling.values };
    const intent = intents.match(text, expectation.intents, expectation);
    if (intent && intent.confidence >= (filling ? Math.max(CLEAR, threshold) : threshold)) return { intent, form: {} };
    if (filling) return { intent: null, form: filling.values };
    const name = parameter && asName(parameter.entityType, text);
    if (!parameter || name === null) return NOTHING;
    const resolved = parameter.isList ? [name] : name;
    return { intent: null, form: { [parameter.displayName]: { original: text, resolved } } };
  };

  const match: Matcher = (input, expectation) => {
    switch (input.kind) {
      case 'text': {
        const text = readable(input.text);
        return text === '' ? NOTHING : understand(text, expectation);
      }
      case 'dtmf': {
        const { parameter } = expectation;
        const digits = input.digits.slice(0, parameter?.dtmf?.maxDigits ?? undefined);
        if (!parameter?.dtmf || digits === '') return NOTHING;
        // What the keys mean is decided as if it were said; of other parameters nothing is known from a keypad.
        const filling = fill(parameter, [], digits, entities, expectation);
        return filling ? { intent: null, form: filling.values } : NOTHING;
      }
      case 'intent':
        return { intent: { displayName: input.intent, confidence: 1, parameters: {} }, form: {} };
      case 'event':
        return NOTHING;
    }
  };
  return Object.assign(match, {
    rank: (text: string, expectation: Expectation) => intents.rank(readable(text), expectation.intents, expectation),
  });
}

const readable = (text: string) => text.trim().slice(0, READ);

const matchers = new WeakMap<Agent, RankingMatcher>();

/** The matcher of an agent, made once: what it has indexed serves every conversation. */
export function matcherOf(agent: Agent): RankingMatcher {
  const matcher = matchers.get(agent) ?? createMatcher(agent);
  matchers.set(agent, matcher);
  return matcher;
}
