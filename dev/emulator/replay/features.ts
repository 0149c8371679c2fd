import type { TraceEvent } from '../trace.ts';
import type { ReplayedTurn } from './run.ts';

/** What a turn can touch, in the order in which it is reported. Each is a part of CX's runtime that can be right or wrong. */
export const FEATURES = [
  'routes with an intent',
  'routes with a condition',
  'routes in groups',
  'form filling',
  'prompts',
  'reprompts',
  'no-match and no-input',
  'other events',
  'parameter presets',
  'conditional cases',
  'flows that are called',
  'flows that return',
  'ends of a session',
  'webhooks',
  'what the emulator cannot do',
] as const;
export type Feature = (typeof FEATURES)[number];

/** The features that a turn touched, by its trace. */
export function featuresOf({ turn, result }: ReplayedTurn): ReadonlySet<Feature> {
  const found = new Set(result.trace.flatMap(featuresOfEvent));
  if (result.page === 'End Session') found.add('ends of a session');
  if (turn.expected.intent === null && found.size === 0) found.add('no-match and no-input');
  return found;
}

function featuresOfEvent(event: TraceEvent): readonly Feature[] {
  switch (event.kind) {
    case 'route':
      if (!event.holds) return [];
      return [
        event.intent === null ? 'routes with a condition' : 'routes with an intent',
        ...(event.place.group === undefined ? [] : (['routes in groups'] as const)),
      ];
    case 'event':
      return [
        /^sys\.no-(match|input)/.test(event.event) ? 'no-match and no-input' : 'other events',
        ...(event.handler?.place.parameter === undefined ? [] : (['reprompts'] as const)),
      ];
    case 'fill':
      return ['form filling'];
    case 'prompt':
      return ['prompts'];
    case 'set':
      return event.by === 'preset' ? ['parameter presets'] : [];
    case 'case':
      return ['conditional cases'];
    case 'enter':
      return event.page === null ? ['flows that are called'] : [];
    case 'return':
      return ['flows that return'];
    case 'webhook':
      return event.outcome.kind === 'skipped' ? [] : ['webhooks'];
    case 'unsupported':
      return ['what the emulator cannot do'];
    default:
      return [];
  }
}
