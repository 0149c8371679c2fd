import { afterEach, expect, test } from '@jest/globals';
import {
  LOCAL_MODEL,
  LOCAL_MODEL_KEY,
  LOCAL_REASONING_MODEL,
  startLanguageModel,
} from '../../../dev/upstreams/language-model.ts';
import { type Fault, startUpstream, type Upstream, type UpstreamAnswer } from '../../../dev/upstreams/server.ts';
import { ConfigError } from '../../../shared/errors.ts';
import { createLanguageModel } from '../../../shared/upstream/language-model.ts';
import { FAULTS, failureOf, impatient, tracesOf } from './faults.ts';

const call = { signal: AbortSignal.timeout(60_000) };
const prompt = {
  system: 'Answer only from the facts.',
  facts: ['Library: The library is open from 8:00 to 22:00.\nIt is in block C.', 'Canteen: Lunch is served from noon.'],
  question: 'When is the library open?',
};

const upstreams: Upstream[] = [];
afterEach(async () => {
  await Promise.all(upstreams.splice(0).map((upstream) => upstream.close()));
});

const connect = (upstream: Upstream, env = {}, fault?: Fault) =>
  createLanguageModel(
    { OPENAI_BASE_URL: `${upstream.url}/v1`, OPENAI_API_KEY: LOCAL_MODEL_KEY, OPENAI_MODEL: LOCAL_MODEL, ...env },
    { ...impatient(fault), tries: 2 },
  )!;

async function start(env = {}, fault?: Fault) {
  const upstream = await startLanguageModel();
  upstreams.push(upstream);
  return { upstream, model: connect(upstream, env, fault) };
}

/** A server of some vendor that always answers this. */
async function startAnswering(answer: UpstreamAnswer) {
  const upstream = await startUpstream(() => answer);
  upstreams.push(upstream);
  return { upstream, model: connect(upstream) };
}

const choice = (message: object, finish_reason: unknown = 'stop') => ({
  body: { choices: [{ message, finish_reason }] },
});

test('Without OPENAI_API_KEY there is no language model.', () => {
  expect([createLanguageModel({}), createLanguageModel({ OPENAI_API_KEY: ' ', OPENAI_MODEL: 'm' })]).toEqual([
    null,
    null,
  ]);
});

test('A question is answered from the facts.', async () => {
  const { upstream, model } = await start();
  expect(await model.answer(prompt, call)).toEqual({
    text: 'The library is open from 8:00 to 22:00.',
    finishReason: 'stop',
  });
  expect(
    upstream.requests.map(({ method, url, headers, body }) => ({
      line: `${method} ${url.pathname}`,
      authorization: headers.authorization,
      body: JSON.parse(body),
    })),
  ).toEqual([
    {
      line: 'POST /v1/chat/completions',
      authorization: `Bearer ${LOCAL_MODEL_KEY}`,
      body: {
        model: LOCAL_MODEL,
        messages: [
          {
            role: 'system',
            content:
              'Answer only from the facts.\n\nFacts:\n- Library: The library is open from 8:00 to 22:00. It is in block C.\n- Canteen: Lunch is served from noon.',
          },
          { role: 'user', content: 'When is the library open?' },
        ],
        max_tokens: 300,
        temperature: 0,
      },
    },
  ]);
});

test('Where no fact fits, the model can only say so.', async () => {
  const { model } = await start();
  const ask = (facts: string[]) => model.answer({ ...prompt, facts, question: 'Who won the cricket match?' }, call);
  const unknown = { text: "I'm sorry, I don't know that.", finishReason: 'stop' };
  expect([await ask(prompt.facts), await ask([])]).toEqual([unknown, unknown]);
});

test('Without OPENAI_MODEL and OPENAI_BASE_URL it is a small model of OpenAI.', async () => {
  const { upstream } = await startAnswering(choice({ content: 'Yes.' }));
  await connect(upstream, { OPENAI_MODEL: '' }).answer(prompt, call);
  expect(JSON.parse(upstream.requests[0]!.body).model).toBe('gpt-4.1-mini');

  const { fetch } = globalThis;
  const asked: string[] = [];
  globalThis.fetch = async (url) => {
    asked.push(String(url));
    return Response.json(choice({ content: 'Yes.' }).body);
  };
  try {
    await createLanguageModel({ OPENAI_API_KEY: 'key' })!.answer(prompt, call);
  } finally {
    globalThis.fetch = fetch;
  }
  expect(asked).toEqual(['https://api.openai.com/v1/chat/completions']);
});

test.each(['', '/'])('OPENAI_BASE_URL may end with "%s".', async (end) => {
  const { upstream } = await start();
  await connect(upstream, { OPENAI_BASE_URL: `${upstream.url}/v1${end}` }).answer(prompt, call);
  expect(upstream.requests.map(({ url }) => url.pathname)).toEqual(['/v1/chat/completions']);
});

test('A reasoning model is asked as it wants to be, and from then on at once.', async () => {
  const { upstream, model } = await start({ OPENAI_MODEL: LOCAL_REASONING_MODEL });
  await Promise.all([model.answer(prompt, call), model.answer(prompt, call)]);
  expect((await model.answer(prompt, call)).text).toBe('The library is open from 8:00 to 22:00.');
  const limits = upstream.requests.map(({ body }) => {
    const { max_tokens, max_completion_tokens, temperature } = JSON.parse(body);
    return max_tokens ? { max_tokens, temperature } : { max_completion_tokens, temperature };
  });
  const [plain, reasoning] = [
    { max_tokens: 300, temperature: 0 },
    { max_completion_tokens: 2000, temperature: undefined },
  ];
  expect(limits).toEqual([plain, plain, reasoning, reasoning, reasoning]);
});

test('A model that refuses both ways is asked no third time.', async () => {
  const { upstream, model } = await startAnswering({ status: 400, body: { error: { param: 'max_tokens' } } });
  expect(await failureOf(model.answer(prompt, call))).toEqual({
    reason: 'status',
    message: 'The language model answered with HTTP status 400.',
  });
  expect(upstream.requests).toHaveLength(2);
});

const REFUSED = { text: '', finishReason: 'refused' };
const whole = { text: 'Until ten.', finishReason: 'stop' };

test.each([
  ['OpenAI', choice({ role: 'assistant', content: 'Until ten.', refusal: null, annotations: [] }), whole],
  ['OpenAI, refusing', choice({ content: null, refusal: "I can't help with that." }), REFUSED],
  ['OpenAI, filtered', choice({ content: 'Unt', refusal: null }, 'content_filter'), REFUSED],
  ['OpenAI, cut off', choice({ content: 'Until' }, 'length'), { text: 'Until', finishReason: 'length' }],
  [
    'a reasoning model, cut off before it spoke',
    choice({ content: '' }, 'length'),
    { text: '', finishReason: 'length' },
  ],
  [
    'Azure, whose filter looked at the prompt',
    { status: 400, body: { error: { code: 'content_filter', message: 'very-secret-question', innererror: {} } } },
    REFUSED,
  ],
  ['Azure, with its extra fields', choice({ content: 'Until ten.', content_filter_results: {} }), whole],
  ['Gemini, which leaves fields out', choice({ content: 'Until ten.\n' }), whole],
  ['vLLM, with its extra fields', choice({ content: ' Until ten.', reasoning_content: null, tool_calls: [] }), whole],
  ['Ollama, without a reason', choice({ content: 'Until ten.' }, null), whole],
  ['Ollama, thinking aloud', choice({ content: '<think>The facts say 22:00.</think>\n\nUntil ten.' }), whole],
  ['Ollama, still thinking', choice({ content: '<think>The facts' }, 'length'), { text: '', finishReason: 'length' }],
  [
    'Mistral, in parts',
    choice({
      content: [
        { type: 'thinking', thinking: [] },
        { type: 'text', text: 'Until ten.' },
      ],
    }),
    whole,
  ],
])('%s is understood.', async (_vendor, answer, expected) => {
  const { model } = await startAnswering(answer);
  expect(await model.answer(prompt, call)).toEqual(expected);
});

test.each([
  ['no choices', { body: { choices: [] } }, 'invalid'],
  ['an empty answer', choice({ content: '' }), 'invalid'],
  ['null', choice({ content: null }), 'invalid'],
  ['a tool call', choice({ content: null, tool_calls: [{}] }, 'tool_calls'), 'invalid'],
  [
    '400 of Gemini, in a list',
    { status: 400, body: [{ error: { code: 400, message: 'API key not valid.' } }] },
    'status',
  ],
  ['400 without a form', { status: 400, body: '<html>' }, 'status'],
])('%s is an UpstreamError.', async (_name, answer, reason) => {
  const { model, upstream } = await startAnswering(answer);
  expect((await failureOf(model.answer(prompt, call))).reason).toBe(reason);
  expect(upstream.requests).toHaveLength(1);
});

test.each(FAULTS)(
  'The fault %j is an UpstreamError %j after %s of two tries, and the next question is answered.',
  async (fault, { reason, sentence }, tries) => {
    const { upstream, model } = await start({}, fault);
    upstream.faults.add({ ...fault, times: 2 });
    expect(await failureOf(model.answer(prompt, call))).toEqual({ reason, message: `The language model ${sentence}` });
    expect(upstream.requests).toHaveLength(tries === 'all' ? 2 : 1);
    upstream.faults.clear();
    expect((await model.answer(prompt, call)).finishReason).toBe('stop');
  },
);

test.each(FAULTS)('The fault %j takes neither the key nor the prompt anywhere.', async (fault) => {
  const { upstream, model } = await start({}, fault);
  upstream.faults.add({ ...fault, times: 2 });
  const traces = await tracesOf(model.answer(prompt, call));
  expect(traces).toContain('UpstreamError: The language model');
  expect(traces).not.toMatch(new RegExp(`${LOCAL_MODEL_KEY}|library|canteen|facts`, 'i'));
});

test('A refused key is a status; what the server quotes of it is not repeated.', async () => {
  const { model } = await start({ OPENAI_API_KEY: 'wrong-secret-key' });
  const traces = await tracesOf(model.answer(prompt, call));
  expect(traces).toContain('UpstreamError: The language model answered with HTTP status 401.');
  expect(traces).not.toMatch(/wrong-secret|secret-key/);
});

test('A redirect takes the key nowhere.', async () => {
  const { upstream: thief } = await start();
  const { upstream, model } = await start();
  upstream.faults.add({ kind: 'redirect', to: `${thief.url}/v1/chat/completions` });
  expect((await failureOf(model.answer(prompt, call))).reason).toBe('status');
  expect(thief.requests).toEqual([]);
});

test('An answer that goes on for ever is given up when the time is up.', async () => {
  const { upstream, model } = await start();
  upstream.faults.add({ kind: 'hang', times: 2 });
  expect(await failureOf(model.answer(prompt, { signal: AbortSignal.timeout(30) }))).toEqual({
    reason: 'timeout',
    message: 'The language model did not answer in time.',
  });
  await upstream.idle();
});

test('Settings that cannot work are refused without being repeated.', () => {
  expect(() => createLanguageModel({ OPENAI_API_KEY: 'very secret' })).toThrow(
    new ConfigError('OPENAI_API_KEY must be visible ASCII without spaces.'),
  );
  expect(() => createLanguageModel({ OPENAI_API_KEY: 'key', OPENAI_BASE_URL: 'api.openai.com' })).toThrow(
    new ConfigError('OPENAI_BASE_URL must be an http or https address without credentials and query.'),
  );
});
