import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { LOCAL_MODEL, LOCAL_MODEL_KEY, startLanguageModel } from '../../dev/upstreams/language-model.ts';
import { startUpstream, type Upstream } from '../../dev/upstreams/server.ts';
import type { Webhook } from '../../shared/webhook.ts';
import { request } from '../helpers/requests.ts';
import { openService } from '../helpers/service.ts';
import { openTestStore, SEEDED_AT, type TestStore } from '../helpers/store.ts';

let store: TestStore;
let upstream: Upstream;
/** What a model of our own says, where a test is about what it says. */
let says: (body: string) => { content: string | null; finish_reason?: string };
let own: Upstream;

beforeAll(async () => {
  store = await openTestStore();
  upstream = await startLanguageModel();
  own = await startUpstream(({ body }) => {
    const { content, finish_reason = 'stop' } = says(body);
    return { body: { choices: [{ index: 0, finish_reason, message: { role: 'assistant', content } }] } };
  });
});
afterAll(async () => {
  await Promise.all([store.close(), upstream.close(), own.close()]);
});
beforeEach(() => {
  for (const name of ['OPENAI_BASE_URL', 'OPENAI_API_KEY', 'OPENAI_MODEL']) delete process.env[name];
});

/** The function as a new process has it: what it keeps of a model, and of its failures, begins anew. */
let loads = 0;
async function load(base?: Upstream): Promise<Webhook> {
  const settings = { OPENAI_BASE_URL: `${base?.url}/v1`, OPENAI_API_KEY: LOCAL_MODEL_KEY, OPENAI_MODEL: LOCAL_MODEL };
  if (base) Object.assign(process.env, settings);
  const { default: webhook } = (await import(`../../functions/ask.ts?load=${++loads}`)) as { default: Webhook };
  return webhook;
}

async function ask(webhook: Webhook, question: string | null, more = {}) {
  const service = openService(webhook, { name: 'ask', store, now: () => SEEDED_AT });
  const { body } = await service.post(request('ask', question === null ? {} : { question }, more));
  const [first, ...others] = body.fulfillmentResponse.messages as { text?: { text: string[] } }[];
  return { say: first!.text!.text[0]!, others, session: body.sessionInfo?.parameters, body, log: service.text() };
}

const HOSTEL = 'The fee for hostel is ₹38,000 per semester.';
const HOSTEL_REPLY = {
  fulfillmentResponse: {
    messages: [
      { text: { text: [`Here is what I know. ${HOSTEL}`] } },
      { payload: { richContent: [[{ type: 'list', title: 'Hostel fee', subtitle: HOSTEL }]] } },
    ],
  },
  sessionInfo: { parameters: { answer_sources: ['Hostel fee'], 'ask-error': null } },
};

test('Without a language model the best facts themselves are the answer.', async () => {
  expect((await ask(await load(), 'How much is the hostel fee?')).body).toEqual(HOSTEL_REPLY);
});

test('Without a parameter the question is what was just said, on the telephone too.', async () => {
  const webhook = await load();
  const heard = { text: undefined, transcript: 'how much is the hostel fee' };
  expect((await ask(webhook, null, { text: 'how much is the hostel fee' })).body).toEqual(HOSTEL_REPLY);
  expect((await ask(webhook, null, heard)).body).toEqual(HOSTEL_REPLY);
});

test('Where nothing was asked, it asks.', async () => {
  const { say, session } = await ask(await load(), null, { text: undefined, triggerEvent: 'ask' });
  expect([say, session]).toEqual(['What would you like to know about the college?', undefined]);
});

test('What no fact answers is not asked of the model, and nothing is guessed.', async () => {
  const before = upstream.requests.length;
  const { say, session } = await ask(await load(upstream), 'xqzzv blorf');
  expect([say, session]).toEqual([
    "I'm sorry, I don't know that, and I would rather not guess.",
    { answer_sources: [], 'ask-error': null },
  ]);
  expect(upstream.requests.length).toBe(before);
});

test('The model answers from the facts of the store, which it is given with the question, and nothing of students is.', async () => {
  const before = upstream.requests.length;
  const { say, session } = await ask(await load(upstream), 'Who teaches machine learning?');
  expect(say).toMatch(/Ashwini Torvane/);
  expect(session).toEqual({ answer_sources: ['Dr. Ashwini Torvane', 'Dr. Hemlata Virkude'], 'ask-error': null });
  const sent = upstream.requests.slice(before).map(({ body }) => body);
  expect(sent).toHaveLength(1);
  expect(sent[0]).toContain('teaches machine learning, deep learning');
  expect(sent[0]).not.toMatch(/Kulkarni|S1024|scrypt/);
});

test('A student is no fact: asking for one finds nothing of the account.', async () => {
  const { say, log } = await ask(await load(), 'What is the balance of Asha Kulkarni, S1024?');
  expect(say).not.toMatch(/Asha|S1024|1,240|scrypt/);
  expect(log).not.toMatch(/Asha|S1024/);
});

test.each([
  ['a fee', 'The hostel costs ₹12,000 a semester.', 'stop', 'ungrounded'],
  ['a name', 'Mr. Bhosale of the hostel office knows.', 'stop', 'ungrounded'],
  ['half a sentence', 'The fee for hostel is', 'length', 'cut-off'],
  ['nothing, because it may not', null, 'content_filter', 'refused'],
])('A model that says %s is not repeated: the facts are.', async (_, content, finish_reason, error) => {
  says = () => ({ content, finish_reason });
  const { body } = await ask(await load(own), 'How much is the hostel fee?');
  const { sessionInfo, fulfillmentResponse } = HOSTEL_REPLY;
  expect(body).toEqual({
    fulfillmentResponse,
    sessionInfo: { parameters: { ...sessionInfo.parameters, 'ask-error': error } },
  });
});

test('A model that says what the facts say is repeated word for word.', async () => {
  says = () => ({ content: 'The hostel is ₹38,000 for each semester.' });
  const { say, session } = await ask(await load(own), 'How much is the hostel fee?');
  expect([say, session]).toEqual([
    'The hostel is ₹38,000 for each semester.',
    { answer_sources: ['Hostel fee'], 'ask-error': null },
  ]);
});

test.each([
  [{ kind: 'status', status: 500, times: 3 }, 'status'],
  [{ kind: 'status', status: 401, times: 3 }, 'status'],
  [{ kind: 'garbage', times: 3 }, 'invalid'],
  [{ kind: 'oversized', times: 3 }, 'too-large'],
  [{ kind: 'drop', times: 3 }, 'unreachable'],
] as const)('After %j the facts are said, and ask-error is "%s".', async (fault, reason) => {
  const webhook = await load(upstream);
  upstream.faults.clear();
  upstream.faults.add(fault);
  const { body, log } = await ask(webhook, 'How much is the hostel fee?');
  upstream.faults.clear();
  expect(body.fulfillmentResponse).toEqual(HOSTEL_REPLY.fulfillmentResponse);
  expect(body.sessionInfo.parameters['ask-error']).toBe(reason);
  expect(log).not.toMatch(/hostel|local-model-key|127\.0\.0\.1/i);
});

test('A model that hangs is given up early enough for the facts to be said in time.', async () => {
  const webhook = await load(upstream);
  if (webhook.kind !== 'standard') throw new Error('not a standard webhook');
  const hurried: Webhook = { ...webhook, options: { ...webhook.options, timeout: '2s' } };
  upstream.faults.add({ kind: 'hang', times: 3 });
  const service = openService(hurried, { name: 'ask', store });
  const started = Date.now();
  const { body } = await service.post(request('ask', { question: 'How much is the hostel fee?' }));
  upstream.faults.clear();
  expect(body.fulfillmentResponse).toEqual(HOSTEL_REPLY.fulfillmentResponse);
  expect(body.sessionInfo.parameters['ask-error']).toBe('timeout');
  expect(Date.now() - started).toBeLessThan(1700);
});
