import { isDeepStrictEqual } from 'node:util';
import type { JsonObject, TestCase, TestTurn } from '../agent.ts';
import type { QueuedMessage } from '../call/request.ts';
import type { TurnResult } from '../step.ts';

/** How a turn went here, beside how it was recorded. */
export interface TurnComparison {
  readonly page: boolean;
  readonly intent: boolean;
  readonly texts: boolean;
  readonly parameters: boolean;
}

/**
 * A page is the same when its name and its flow's are; a text, when it is any variant of the message that says it, since
 * the service picks variants at random; parameters, when all session parameters are, or those that the test case tracks.
 */
export function compareTurn(
  { expected }: TestTurn,
  result: TurnResult,
  { trackingParameters }: TestCase,
): TurnComparison {
  const tracked = ({ ...all }: JsonObject) =>
    trackingParameters.length === 0
      ? all
      : Object.fromEntries(trackingParameters.flatMap((name) => (name in all ? [[name, all[name]!]] : [])));
  return {
    page: expected.page === result.page && (expected.flow === null || expected.flow === result.flow),
    intent: expected.intent === result.intent,
    texts: sameTexts(expected.texts, result.messages),
    parameters: isDeepStrictEqual(tracked(expected.parameters), tracked(result.state.parameters)),
  };
}

function sameTexts(expected: readonly string[], messages: readonly QueuedMessage[]): boolean {
  const texts = textsOf(messages);
  return texts.length === expected.length && texts.every(({ variants }, at) => variants.includes(expected[at]!));
}

/** The messages that test cases record. A text without a variant says nothing. */
export function textsOf(messages: readonly QueuedMessage[]): readonly QueuedMessage[] {
  return messages.filter(({ kind, variants }) => kind === 'text' && variants.length > 0);
}
