import { expect, test } from '@jest/globals';
import { says } from '../../../helpers/agent-export.ts';
import { answers, answerText, talk } from '../../../helpers/emulated.ts';

const START = 'Default Start Flow';

/** An agent whose one intent is answered by this fulfilment. */
const saying = (triggerFulfillment: object, more: object = {}) => ({
  flows: { [START]: { transitionRoutes: [{ intent: 'go', triggerFulfillment }] } },
  intents: { go: {} },
  webhooks: { backend: 'https://backend.invalid/' },
  ...more,
});
const text = (words: string, more: object = {}) => ({ text: { text: [words] }, languageCode: 'en', ...more });

test('of the variants of a text one is said, by the chance that is handed in', () => {
  const agent = saying(says(['a', 'b', 'c']));
  const chosen = [0, 0.4, 0.99].map((chance) => talk(agent, { turn: { random: () => chance } }).means('go'));
  expect(chosen.flatMap(({ texts }) => texts)).toEqual(['a', 'b', 'c']);
  expect(chosen[0]!.messages[0]!.variants).toEqual(['a', 'b', 'c']);
});

test('what cannot be replaced in a text stays as it is written', () => {
  const person = talk(saying(says('$session.params.x and $session.params.y')));
  expect(person.means('go', { x: 1 }).texts).toEqual(['1 and $session.params.y']);
});

test('references in a payload keep their types', () => {
  const person = talk(saying({ messages: [{ payload: { n: '$session.params.x', list: ['of $session.params.x'] } }] }));
  expect(person.means('go', { x: 1 }).messages.map(({ content }) => content)).toEqual([{ n: 1, list: ['of 1'] }]);
});

test('the first case that holds is said, with the cases in it, and no other', () => {
  const caseOf = (condition: string | undefined, ...caseContent: readonly object[]) => ({ condition, caseContent });
  const inner = {
    additionalCases: {
      cases: [caseOf('false', { message: text('no') }), caseOf(undefined, { message: text('inner') })],
    },
  };
  const cases = [
    caseOf('$session.params.x > 5', { message: text('large') }),
    caseOf('$session.params.x > 1', { message: text('before') }, inner, { message: text('after') }),
    caseOf(undefined, { message: text('small') }),
  ];
  const agent = saying({ conditionalCases: [{ cases }] });
  const said = (x: number) => talk(agent).means('go', { x }).texts;
  expect([said(9), said(3), said(0)]).toEqual([['large'], ['before', 'inner', 'after'], ['small']]);
});

test('a channel gets its own messages, or where a fulfilment has none for it those for no channel', () => {
  const agent = saying({ messages: [text('For all.'), text('For the ear.', { channel: 'voice' })] });
  const heard = (channel: string | null) => talk(agent, { turn: { channel } }).means('go').texts;
  expect([heard('voice'), heard('chat'), heard(null)]).toEqual([['For the ear.'], ['For all.'], ['For all.']]);
});

test('likewise the messages of a webhook', () => {
  const messages = [answerText('For all.'), { ...answerText('For the ear.'), channel: 'voice' }];
  const agent = saying({ webhook: 'backend', tag: 't' });
  const heard = (channel: string | null) =>
    talk(agent, { turn: { channel }, webhook: () => answers({ messages }) }).means('go').texts;
  expect([heard('voice'), heard(null)]).toEqual([['For the ear.'], ['For all.']]);
});

test('words are said in the language of the turn, of its root, or in the default one', () => {
  const words = ['en', 'fr', 'pt-br'].map((languageCode) => text(languageCode, { languageCode }));
  const agent = saying({ messages: words }, { agent: { supportedLanguageCodes: ['fr', 'pt-br'] } });
  const said = (languageCode: string) => talk(agent, { turn: { languageCode } }).means('go').texts;
  expect(['fr', 'FR-ca', 'pt-BR', 'de'].map(said)).toEqual([['fr'], ['fr'], ['pt-br'], ['en']]);
});

test('every kind that an agent may say is in the queue as it is', () => {
  const messages = [
    { outputAudioText: { ssml: '<speak>Hello</speak>' } },
    { playAudio: { audioUri: 'https://audio.invalid/a.wav' } },
    { liveAgentHandoff: { metadata: { queue: 'a' } } },
    { conversationSuccess: { metadata: {} } },
    { telephonyTransferCall: { phoneNumber: '+15550100' } },
    { toolCall: { tool: 't', action: 'a' } },
  ];
  const said = talk(saying({ messages })).means('go').messages;
  expect(said.map(({ kind, content }) => ({ [kind]: content }))).toEqual(messages);
});

test('what CX alone says is left out of an agent’s mouth, and so is a card that has no answer to show', () => {
  const messages = [
    { endInteraction: {} },
    { mixedAudio: { segments: [] } },
    { knowledgeInfoCard: {} },
    text('Hello.'),
  ];
  const { messages: said, trace } = talk(saying({ messages })).means('go');
  expect(said.map(({ kind }) => kind)).toEqual(['text']);
  const told = trace.filter(({ kind }) => kind === 'hidden' || kind === 'unsupported');
  expect(told.map(({ kind }) => kind)).toEqual(['hidden', 'hidden', 'unsupported']);
});

test('a streaming caller gets at most three parts before the rest, none of them empty', () => {
  const part = (words: string) => ({
    condition: 'true',
    triggerFulfillment: { ...says(words), returnPartialResponses: true },
  });
  const empty = { condition: 'true', triggerFulfillment: { returnPartialResponses: true } };
  const person = talk({
    flows: { [START]: { transitionRoutes: [part('1'), empty, part('2'), part('3'), part('4')] } },
    intents: { go: {} },
  });
  const { texts, partialResponses } = person.means('go');
  expect(texts).toEqual(['1', '2', '3', '4']);
  expect(partialResponses.map((messages) => messages.map(({ variants }) => variants))).toEqual([
    [['1']],
    [['2']],
    [['3']],
  ]);
});

test('a part is sent before the webhook is called, and what was sent cannot be replaced', () => {
  const agent = saying({ ...says('One moment.'), returnPartialResponses: true, webhook: 'backend', tag: 't' });
  const webhook = () => answers({ mergeBehavior: 'REPLACE' as const, messages: [answerText('Here.')] });
  const { texts, partialResponses } = talk(agent, { webhook }).means('go');
  expect(texts).toEqual(['Here.']);
  expect(partialResponses.flat().map(({ variants }) => variants)).toEqual([['One moment.']]);
});

test('what a webhook has put in place of what was sent is sent with the next part', () => {
  const part = (more: object) => ({ condition: 'true', triggerFulfillment: { returnPartialResponses: true, ...more } });
  const first = part({ ...says('One.', 'Two.'), webhook: 'backend', tag: 't' });
  const person = talk(
    { ...saying({}), flows: { [START]: { transitionRoutes: [first, part(says('Last.'))] } } },
    { webhook: () => answers({ mergeBehavior: 'REPLACE', messages: [answerText('Here.')] }) },
  );
  const { partialResponses } = person.means('go');
  expect(partialResponses.map((messages) => messages.flatMap(({ variants }) => variants))).toEqual([
    ['One.', 'Two.'],
    ['Here.', 'Last.'],
  ]);
});

test.each(['generators', 'enableGenerativeFallback', 'sendCallCompanionSms'])(
  '%s is told where it would be used',
  (construct) => {
    const { texts, trace } = talk(
      saying({ ...says('Goes on.'), [construct]: construct === 'generators' ? [{}] : true }),
    ).means('go');
    expect(texts).toEqual(['Goes on.']);
    expect(trace).toContainEqual(expect.objectContaining({ kind: 'unsupported', construct }));
  },
);
