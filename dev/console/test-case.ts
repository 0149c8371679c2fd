import { randomUUID } from 'node:crypto';
import type { JsonObject, UserInput } from '../emulator/agent.ts';
import { textsOf } from '../emulator/step/queue.ts';
import type { SessionView, TurnView } from './api.ts';

/**
 * A conversation as a test case of an export, to be saved in its folder `testCases`: the names of fields are those of
 * exports (`testCaseConversationTurns`), which differ from the API's. Payloads and other kinds of messages are not recorded.
 */
export function toTestCase({ turns, languageCode }: SessionView, displayName: string): JsonObject {
  return {
    name: randomUUID(),
    tags: [],
    displayName,
    testCaseConversationTurns: turns.map((turn) => toTurn(turn, languageCode)),
    creationTime: { seconds: Math.floor((turns[0]?.at ?? Date.now()) / 1000) },
  };
}

function toTurn({ input, injected, ...turn }: TurnView, languageCode: string): JsonObject {
  const { session, understanding, flow, page, messages } = turn;
  const texts = messages.filter(({ kind }) => kind === 'text').map(({ content }) => textsOf(content));
  return {
    userInput: {
      ...unlessEmpty('injectedParameters', injected),
      isWebhookEnabled: true,
      input: { ...toInput(input), languageCode },
    },
    virtualAgentOutput: {
      ...unlessEmpty('sessionParameters', session),
      ...(understanding.intent !== null && { triggeredIntent: { name: understanding.intent } }),
      currentPage: { name: page, flow },
      textResponses: texts.filter((text) => text.length > 0).map((text) => ({ text })),
      currentFlow: { name: flow },
    },
  };
}

function toInput(input: UserInput): JsonObject {
  switch (input.kind) {
    case 'text':
      return { text: { text: input.text } };
    case 'event':
      return { event: { event: input.event } };
    case 'dtmf':
      return { dtmf: { digits: input.digits, ...(input.finishDigit !== '' && { finishDigit: input.finishDigit }) } };
    case 'intent':
      return { intent: { intent: input.intent } };
  }
}

function unlessEmpty(name: string, value: JsonObject): JsonObject {
  return Object.keys(value).length > 0 ? { [name]: value } : {};
}
