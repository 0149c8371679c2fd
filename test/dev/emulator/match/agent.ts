import type { Agent, EntityType, FormParameter, Intent } from '../../../../dev/emulator/agent.ts';
import { createMatcher, type Expectation, type Understanding } from '../../../../dev/emulator/match.ts';

/** Wednesday, 14 October 2026, 10:00 in Berlin. */
export const NOW = Date.parse('2026-10-14T10:00:00+02:00');
export const MOMENT = { languageCode: 'en', timeZone: 'Europe/Berlin', now: NOW };

/** Phrases as `book a [red:colour] room`: a parameter's value and its id. */
export interface SketchedIntent {
  readonly phrases?: readonly string[];
  readonly phrasesIn?: Readonly<Record<string, readonly string[]>>;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly lists?: readonly string[];
  readonly priority?: number;
  readonly isFallback?: boolean;
}
export interface SketchedType {
  readonly kind?: EntityType['kind'];
  readonly fuzzy?: boolean;
  readonly entities?: Readonly<Record<string, readonly string[]>>;
  readonly entitiesIn?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  readonly excluded?: readonly string[];
}

export function sketchAgent(
  intents: Readonly<Record<string, SketchedIntent>>,
  entityTypes: Readonly<Record<string, SketchedType>> = {},
): Agent {
  return {
    displayName: 'sketch',
    defaultLanguageCode: 'en',
    languageCodes: ['en'],
    timeZone: 'Europe/Berlin',
    startFlow: 'Default Start Flow',
    flows: new Map(),
    routeGroups: new Map(),
    intents: new Map(Object.entries(intents).map(([name, intent]) => [name, intentOf(name, intent)])),
    entityTypes: new Map(Object.entries(entityTypes).map(([name, type]) => [name, typeOf(name, type)])),
    webhooks: new Map(),
    testCases: [],
    findings: [],
  };
}

function intentOf(displayName: string, sketch: SketchedIntent): Intent {
  return {
    id: displayName,
    displayName,
    parameters: Object.entries(sketch.parameters ?? {}).map(([id, entityType]) => ({
      id,
      entityType,
      isList: sketch.lists?.includes(id) ?? false,
      redact: false,
    })),
    priority: sketch.priority ?? 500_000,
    isFallback: sketch.isFallback ?? false,
    trainingPhrases: new Map(
      Object.entries({ en: sketch.phrases ?? [], ...sketch.phrasesIn }).map(([code, phrases]) => [
        code,
        phrases.map((phrase) =>
          phrase.split(/(\[[^\]]+\])/).flatMap((part): { text: string; parameterId: string | null }[] => {
            const [, text, parameterId] = /^\[(.+):(.+)\]$/.exec(part) ?? [];
            if (parameterId) return [{ text: text!, parameterId }];
            return part === '' ? [] : [{ text: part, parameterId: null }];
          }),
        ),
      ]),
    ),
  };
}

function typeOf(displayName: string, sketch: SketchedType): EntityType {
  return {
    id: displayName,
    displayName,
    kind: sketch.kind ?? 'KIND_MAP',
    fuzzy: sketch.fuzzy ?? false,
    redact: false,
    entities: new Map(
      Object.entries({ en: sketch.entities ?? {}, ...sketch.entitiesIn }).map(([code, entities]) => [
        code,
        Object.entries(entities).map(([value, synonyms]) => ({ value, synonyms })),
      ]),
    ),
    excludedPhrases: new Map([['en', sketch.excluded ?? []]]),
  };
}

export function parameter(displayName: string, entityType: string, more: Partial<FormParameter> = {}): FormParameter {
  const initialPrompt: FormParameter['initialPrompt'] = {
    messages: [],
    webhook: null,
    tag: '',
    returnPartialResponses: false,
    setParameterActions: [],
    conditionalCases: [],
    unsupported: [],
  };
  return {
    displayName,
    entityType,
    required: true,
    isList: false,
    redact: false,
    defaultValue: undefined,
    dtmf: null,
    initialPrompt,
    repromptEventHandlers: [],
    ...more,
  };
}

/** Says texts to a matcher that has all intents in scope. */
export function talkTo(
  agent: Agent,
  expected: Partial<Expectation> = {},
): (text: string, more?: Partial<Expectation>) => Understanding {
  const match = createMatcher(agent);
  const intents = [...agent.intents.keys()];
  return (text, more) =>
    match(
      { kind: 'text', text },
      { intents, parameter: null, form: [], threshold: 0.3, ...MOMENT, ...expected, ...more },
    );
}
