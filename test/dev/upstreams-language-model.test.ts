import { afterEach, expect, test } from '@jest/globals';
import {
  LOCAL_MODEL,
  LOCAL_MODEL_KEY,
  LOCAL_REASONING_MODEL,
  startLanguageModel,
} from '../../dev/upstreams/language-model.ts';
import type { Upstream } from '../../dev/upstreams/server.ts';

const NOON = Date.parse('2026-03-26T12:00:00Z');
const upstreams: Upstream[] = [];
afterEach(async () => {
  await Promise.all(upstreams.splice(0).map((upstream) => upstream.close()));
});

async function start(options: Parameters<typeof startLanguageModel>[0] = {}): Promise<Upstream> {
  const upstream = await startLanguageModel({ now: () => NOON, ...options });
  upstreams.push(upstream);
  return upstream;
}

async function send(upstream: Upstream, path: string, init: RequestInit = {}) {
  const headers = { authorization: `Bearer ${LOCAL_MODEL_KEY}`, ...init.headers };
  const response = await fetch(upstream.url + path, { signal: AbortSignal.timeout(5000), ...init, headers });
  return { status: response.status, retryAfter: response.headers.get('retry-after'), body: await response.json() };
}

const complete = (upstream: Upstream, body: unknown) =>
  send(upstream, '/v1/chat/completions', {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

const FACTS = `Answer only from the facts about this campus.

- Library: The library is open from 8:00 to 22:00. It is in block C.
- Canteen: Lunch is served from 12:00 to 14:30 in the main canteen.
- Hostels: Visitors must leave the hostels by 21:00.`;

const asking = (question: string, more: object = {}) => ({
  model: LOCAL_MODEL,
  messages: [
    { role: 'system', content: FACTS },
    { role: 'user', content: question },
  ],
  ...more,
});
const error = (message: string, details = {}) => ({
  error: { message, type: 'invalid_request_error', param: null, code: null, ...details },
});

test('A completion has the form that OpenAI documents.', async () => {
  expect(await complete(await start(), asking('When does the library open?'))).toEqual({
    status: 200,
    retryAfter: null,
    body: {
      id: 'chatcmpl-local1',
      object: 'chat.completion',
      created: NOON / 1000,
      model: LOCAL_MODEL,
      choices: [
        {
          index: 0,
          message: {
            role: 'assistant',
            content: 'The library is open from 8:00 to 22:00.',
            refusal: null,
            annotations: [],
          },
          logprobs: null,
          finish_reason: 'stop',
        },
      ],
      usage: { prompt_tokens: 66, completion_tokens: 10, total_tokens: 76 },
      service_tier: 'default',
      system_fingerprint: 'fp_local',
    },
  });
});

async function say(body: unknown): Promise<string> {
  const answer = (await complete(await start(), body)) as { body: { choices: { message: { content: string } }[] } };
  return answer.body.choices[0]!.message.content;
}

test.each([
  ['Where is the library?', 'The library is open from 8:00 to 22:00. It is in block C.'],
  ['When is lunch served?', 'Lunch is served from 12:00 to 14:30 in the main canteen.'],
  ['Until when may a visitor be in the hostel?', 'Visitors must leave the hostels by 21:00.'],
  ['Who won the cricket match?', "I'm sorry, I don't know that."],
  ['Who won the cricket match in the canteen yesterday evening?', "I'm sorry, I don't know that."],
  ['What is it?', "I'm sorry, I don't know that."],
  ['Answer only from this campus', "I'm sorry, I don't know that."],
])('"%s" is answered from the facts: "%s"', async (question, answer) => {
  expect(await say(asking(question))).toBe(answer);
});

test('Without a list, what was said before is what it knows; parts of a message are read.', async () => {
  const messages = [
    { role: 'user', content: 'The exam is on Monday. The results come in June.' },
    { role: 'assistant', content: 'Noted.' },
    { role: 'user', content: [{ type: 'text', text: 'When is the exam?' }] },
  ];
  expect(await say({ model: LOCAL_MODEL, messages })).toBe('The exam is on Monday.');
});

test('max_tokens cuts the answer off.', async () => {
  const { body } = await complete(await start(), asking('When does the library open?', { max_tokens: 3 }));
  expect(body).toMatchObject({ choices: [{ message: { content: 'The library is' }, finish_reason: 'length' }] });
});

test.each([
  [{ max_tokens: 10 }, 'max_tokens', 'unsupported_parameter'],
  [{ temperature: 0 }, 'temperature', 'unsupported_value'],
])('The reasoning model refuses %j.', async (more, param, code) => {
  const answer = await complete(await start(), asking('When?', { model: LOCAL_REASONING_MODEL, ...more }));
  expect(answer).toMatchObject({ status: 400, body: { error: { type: 'invalid_request_error', param, code } } });
});

test('It takes max_completion_tokens.', async () => {
  const more = { model: LOCAL_REASONING_MODEL, max_completion_tokens: 2000 };
  expect(await say(asking('When does the library open?', more))).toBe('The library is open from 8:00 to 22:00.');
});

test.each([
  ['', "You didn't provide an API key. Use 'Authorization: Bearer YOUR_KEY'.", null],
  ['Bearer sk-another-long-key', 'Incorrect API key provided: sk-anoth*******-key.', 'invalid_api_key'],
])('The credential "%s" is refused with 401.', async (authorization, message, code) => {
  expect(await send(await start(), '/v1/models', { headers: { authorization } })).toEqual({
    status: 401,
    retryAfter: null,
    body: error(message, { code }),
  });
});

test('More than so many completions in a minute are refused with 429 and the time to wait.', async () => {
  let now = NOON;
  const upstream = await start({ perMinute: 2, now: () => now });
  const statuses = [];
  for (let i = 0; i < 2; i++) statuses.push((await complete(upstream, asking('When?'))).status);
  now += 20_000;
  const refused = await complete(upstream, asking('When?'));
  now += 40_000;
  statuses.push((await complete(upstream, asking('When?'))).status);
  expect(statuses).toEqual([200, 200, 200]);
  const message = 'Rate limit reached for local-model on requests per min (RPM): Limit 2. Please try again in 40s.';
  expect(refused).toEqual({
    status: 429,
    retryAfter: '40',
    body: error(message, { type: 'requests', code: 'rate_limit_exceeded' }),
  });
});

test.each([
  ['{', 400, error('We could not parse the JSON body of your request.')],
  ['null', 400, error('you must provide a model parameter')],
  [
    { model: 'gpt-0', messages: [] },
    404,
    error('The model `gpt-0` does not exist or you do not have access to it.', { code: 'model_not_found' }),
  ],
  [
    { model: LOCAL_MODEL, messages: [] },
    400,
    error("Missing required parameter: 'messages'.", { param: 'messages', code: 'missing_required_parameter' }),
  ],
  [
    asking('When?', { stream: true }),
    400,
    error('This server does not stream.', { param: 'stream', code: 'unsupported_value' }),
  ],
])('The request %j is refused with %d.', async (request, status, body) => {
  expect(await complete(await start(), request)).toEqual({ status, retryAfter: null, body });
});

test('Its models can be listed and looked at.', async () => {
  const upstream = await start();
  const describe = (id: string) => ({ id, object: 'model', created: 1_767_225_600, owned_by: 'local' });
  expect((await send(upstream, '/v1/models')).body).toEqual({
    object: 'list',
    data: [describe(LOCAL_MODEL), describe(LOCAL_REASONING_MODEL)],
  });
  expect((await send(upstream, `/v1/models/${LOCAL_MODEL}`)).body).toEqual(describe(LOCAL_MODEL));
  expect((await send(upstream, '/v1/models/gpt-0')).status).toBe(404);
  expect(await send(upstream, '/v1/nowhere')).toEqual({
    status: 404,
    retryAfter: null,
    body: error('Invalid URL (GET /v1/nowhere)'),
  });
});
