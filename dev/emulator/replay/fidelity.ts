import type { TurnComparison } from './compare.ts';
import { FEATURES, type Feature, featuresOf } from './features.ts';
import type { ReplayedCase, ReplayedTurn } from './run.ts';

/** How many of how many turns are as recorded. */
export interface Share {
  readonly same: number;
  readonly of: number;
}

export interface Fidelity {
  readonly pageAndIntent: Share;
  readonly texts: Share;
  readonly parameters: Share;
  /** Conversations whose every turn has the same page, intent and texts. */
  readonly conversations: Share;
  /** ... and the same parameters. */
  readonly withParameters: Share;
  /** Turns that touched the feature, and those of them with the same page, intent and texts. */
  readonly byFeature: ReadonlyMap<Feature, Share>;
}

export function measure(cases: readonly ReplayedCase[]): Fidelity {
  const turns = cases.flatMap((each) => each.turns);
  const byFeature = FEATURES.map((feature): [Feature, Share] => {
    const touched = turns.filter((turn) => featuresOf(turn).has(feature));
    return [feature, share(touched, ({ same }) => isSame(same))];
  });
  return {
    pageAndIntent: share(turns, ({ same }) => same.page && same.intent),
    texts: share(turns, ({ same }) => same.texts),
    parameters: share(turns, ({ same }) => same.parameters),
    conversations: share(cases, (each) => each.turns.every(({ same }) => isSame(same))),
    withParameters: share(cases, (each) => each.turns.every(({ same }) => isSame(same) && same.parameters)),
    byFeature: new Map(byFeature.filter(([, { of }]) => of > 0)),
  };
}

/** What a person who talks to the agent would notice. */
export function isSame({ page, intent, texts }: TurnComparison): boolean {
  return page && intent && texts;
}

/** What Google's service itself fails a test case for: a text that differs is a warning only. */
export function hasPassed({ turns }: ReplayedCase): boolean {
  return turns.every(({ same }) => same.page && same.intent);
}

/** The first turn that a person would notice, or else one with other parameters. */
export function firstDifference({ turns }: ReplayedCase): { readonly at: number; readonly turn: ReplayedTurn } | null {
  const noticed = turns.findIndex(({ same }) => !isSame(same));
  const at = noticed >= 0 ? noticed : turns.findIndex(({ same }) => !same.parameters);
  return at < 0 ? null : { at, turn: turns[at]! };
}

function share<T>(all: readonly T[], isOne: (each: T) => boolean): Share {
  return { same: all.filter(isOne).length, of: all.length };
}
