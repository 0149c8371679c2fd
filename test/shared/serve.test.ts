import { expect, test } from '@jest/globals';
import { number, string } from 'valibot';
import { WebhookError } from '../../shared/errors.ts';
import type { Reply } from '../../shared/response.ts';
import { type Call, defineWebhook, type Schemas } from '../../shared/webhook.ts';
import { AGENT, FLOW, formRequest, request } from '../helpers/requests.ts';
import { openService, token } from '../helpers/service.ts';

const says = (...texts: string[]) => ({ messages: texts.map((text) => ({ text: { text: [text] } })) });
const APOLOGY = 'Sorry, something went wrong on our side. Please try again.';
const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };
const hello = defineWebhook({}, () => ({ say: 'Hello' }), { tags: ['greet'] });

test('a verified call of its tag gets the reply of the handler', async () => {
  const { post } = openService(hello);
  const answer = { status: 200, headers: JSON_TYPE, body: { fulfillmentResponse: says('Hello') } };
  expect(await post(request('test'))).toEqual(answer);
  expect(await post(request('greet'))).toEqual(answer);
});

test('the body may be parsed JSON, text or bytes', async () => {
  const { post } = openService(hello);
  const text = JSON.stringify(request('test'));
  for (const body of [request('test'), text, Buffer.from(text)]) expect((await post(body)).status).toBe(200);
});

test('GET and HEAD answer OK to anybody, and leave no line in the log', async () => {
  const { send, lines } = openService(hello);
  for (const method of ['GET', 'HEAD']) {
    expect(await send({ method })).toEqual({
      status: 200,
      headers: { 'content-type': 'text/plain; charset=utf-8' },
      body: 'OK',
    });
  }
  expect(lines()).toEqual([]);
});

test('the caller is verified before the body is looked at', async () => {
  const { send } = openService(hello);
  expect((await send({ body: '{' })).body.error.code).toBe('unauthenticated');
  expect((await send({ body: '{', headers: { authorization: `Bearer ${token}x` } })).body.error.code).toBe(
    'unauthenticated',
  );
});

test('the method is checked first', async () => {
  const { send } = openService(hello);
  expect(await send({ method: 'PUT' })).toMatchObject({
    status: 405,
    headers: { allow: 'POST' },
    body: { error: { code: 'method-not-allowed', message: 'This webhook answers POST, not PUT.' } },
  });
});

test.each<[unknown, number, object]>([
  ['{', 400, { code: 'bad-request', message: 'The body is not JSON.' }],
  ['', 400, { code: 'bad-request', message: 'The body must be a JSON object, this one is nothing.' }],
  [undefined, 400, { code: 'bad-request', message: 'The body must be a JSON object, this one is nothing.' }],
  [Buffer.from('"hi"'), 400, { code: 'bad-request', message: 'The body must be a JSON object, this one is a string.' }],
  [[], 400, { code: 'bad-request', message: 'The body must be a JSON object, this one is a list.' }],
  [{ text: 1 }, 400, { code: 'bad-request', message: 'text: expected a string, got a number.' }],
  [request('other'), 404, { code: 'unknown-tag', message: 'This webhook does not answer the tag other.' }],
  [{}, 404, { code: 'unknown-tag', message: 'The request has no tag.' }],
])('the body %j is the fault of the caller', async (body, status, error) => {
  const { post } = openService(hello);
  expect(await post(body)).toEqual({
    status,
    headers: { ...JSON_TYPE, 'cache-control': 'no-store' },
    body: { error },
  });
});

test('a tag called like a member of every object is unknown', async () => {
  const { post } = openService(hello);
  for (const tag of ['constructor', '__proto__', 'toString']) expect((await post(request(tag))).status).toBe(404);
});

test('a parameter that is missing or not valid is asked for, and the form asks again', async () => {
  const order = defineWebhook(
    { orderId: string(), count: number() },
    ({ params }) => ({ say: `${params.count} of ${params.orderId}` }),
    { ask: { orderId: 'Which order?' } },
  );
  const { post, lines } = openService(order);
  expect((await post(formRequest('test', { OrderId: null, count: 'two' }))).body).toEqual({
    fulfillmentResponse: says('Which order?'),
    pageInfo: {
      formInfo: {
        parameterInfo: [
          { displayName: 'OrderId', state: 'INVALID' },
          { displayName: 'count', state: 'INVALID' },
        ],
      },
    },
  });
  expect((await post(request('test', { orderid: 'A1' }))).body).toEqual({
    fulfillmentResponse: says('What is the count?'),
  });
  expect((await post(request('test', { orderid: 'A1', count: 2 }))).body).toEqual({
    fulfillmentResponse: says('2 of A1'),
  });
  expect(lines().map(({ outcome, severity }) => [outcome, severity])).toEqual([
    ['asked', 'INFO'],
    ['asked', 'INFO'],
    ['ok', 'INFO'],
  ]);
});

test('a handler that fails is apologised for, and the session says why', async () => {
  const broken = defineWebhook({}, () => {
    throw new Error('no database');
  });
  const { post } = openService(broken);
  expect(await post(request('test'))).toEqual({
    status: 200,
    headers: JSON_TYPE,
    body: { fulfillmentResponse: says(APOLOGY), sessionInfo: { parameters: { 'webhook-error': 'internal' } } },
  });
});

test('a handler that says raise fails with 500, without a word of the reason', async () => {
  const broken = defineWebhook(
    {},
    async () => {
      throw new Error('no database');
    },
    { onError: 'raise' },
  );
  expect(await openService(broken).post(request('test'))).toEqual({
    status: 500,
    headers: { ...JSON_TYPE, 'cache-control': 'no-store' },
    body: { error: { code: 'internal', message: 'The webhook failed.' } },
  });
});

test('after a call that went well the session no longer says what went wrong', async () => {
  const { post } = openService(hello);
  expect((await post(request('test', { 'webhook-error': 'late' }))).body).toEqual({
    fulfillmentResponse: says('Hello'),
    sessionInfo: { parameters: { 'webhook-error': null } },
  });
});

test('when the time is up the late reply goes out and the signal aborts', async () => {
  let aborted = false;
  const slow = defineWebhook(
    {},
    ({ signal }) =>
      new Promise<Reply>((_, reject) => {
        signal.addEventListener('abort', () => {
          aborted = true;
          reject(signal.reason);
        });
      }),
    { timeout: '0.35s', late: { say: 'Still looking.', session: { looking: true } } },
  );
  const { post, lines } = openService(slow);
  expect((await post(request('test'))).body).toEqual({
    fulfillmentResponse: says('Still looking.'),
    sessionInfo: { parameters: { 'webhook-error': 'late', looking: true } },
  });
  expect(aborted).toBe(true);
  expect(lines()).toMatchObject([{ severity: 'WARNING', outcome: 'late', status: 200 }]);
});

test('a handler that never ends is answered in time with an apology', async () => {
  const stuck = defineWebhook({}, () => new Promise<Reply>(() => {}), { timeout: '0.35s' });
  expect((await openService(stuck).post(request('test'))).body.fulfillmentResponse).toEqual(
    says('Sorry, this is taking longer than it should. Please try again in a moment.'),
  );
});

test.each<[string, unknown, string]>([
  ['nothing', undefined, 'A handler returns an object, this one returned nothing.'],
  ['words', 'Hello', 'A handler returns an object, this one returned a string.'],
  ['an unknown key', { text: 'Hello' }, 'text: a reply has no such key'],
  ['a page without a name', { toPage: 'no such page' }, 'toPage: expected a page id'],
  ['too much state', { session: { big: 'x'.repeat(70_000) } }, 'The reply is over 64 KiB even without its messages.'],
])('a handler that returns %s is apologised for', async (_title, reply, reason) => {
  const { post, lines } = openService(defineWebhook({}, () => reply as Reply));
  expect((await post(request('test', { 'webhook-error': 'late' }))).body).toEqual({
    fulfillmentResponse: says(APOLOGY),
    sessionInfo: { parameters: { 'webhook-error': 'invalid-reply' } },
  });
  expect(lines()).toMatchObject([{ severity: 'ERROR', outcome: 'invalid-reply', status: 200 }]);
  expect(lines()[0]?.stack_trace).toContain(reason);
});

test('a reply over 64 KiB is trimmed, and the log says so', async () => {
  const { post, lines } = openService(defineWebhook({}, () => ({ say: ['Hello', 'x'.repeat(70_000)] })));
  const { body } = await post(request('test'));
  expect(body.fulfillmentResponse.messages).toHaveLength(2);
  expect(lines()).toMatchObject([{ severity: 'ERROR', outcome: 'trimmed' }]);
});

test('a call leaves one line: where, how and how long, and the trace', async () => {
  let now = Date.now();
  const timed = defineWebhook({}, ({ log }) => {
    log('Looked it up.', { rows: 3, tag: 'not this' });
    now += 25;
    return {};
  });
  const { post, lines } = openService(timed, { now: () => now });
  await post(request('test'), { headers: { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' } });
  const where = { function: 'test', tag: 'test', turn: '5d0f6a3b-1c2d-4e3f-9a4b-5c6d7e8f9a0b', page: 'Help desk' };
  const trace = {
    'logging.googleapis.com/trace': 'projects/project-1/traces/4bf92f3577b34da6a3ce929d0e0e4736',
    'logging.googleapis.com/spanId': '00f067aa0ba902b7',
    'logging.googleapis.com/trace_sampled': true,
    'logging.googleapis.com/insertId': expect.any(String),
    timestamp: { seconds: expect.any(Number), nanos: expect.any(Number) },
    logName: 'projects/project-1/logs/cx-webhook',
    severity: 'INFO',
  };
  expect(lines()).toEqual([
    { ...trace, ...where, message: 'Looked it up.', data: { rows: 3, tag: 'not this' } },
    { ...trace, ...where, message: 'test ok', outcome: 'ok', status: 200, milliseconds: 25 },
  ]);
});

test('the log has the reason of a failure, and nothing that the person said', async () => {
  const leaky = defineWebhook({ pin: string() }, ({ params }) => {
    throw new TypeError(`cannot use pin ${params.pin} of Alex Example`);
  });
  const { post, lines, text } = openService(leaky);
  await post(request('test', { pin: '4711-0815', who: { name: 'Alex Example' } }, { text: 'my pin is 4711-0815' }));
  expect(lines()[0]?.stack_trace).toContain('TypeError: cannot use pin [redacted] of [redacted]');
  expect(lines()[0]?.stack_trace).toContain('serve.test.ts');
  expect(text()).not.toMatch(/4711|Alex/);
});

test('neither answer nor log has a piece of the token', async () => {
  const { send, post, text } = openService(hello);
  const answers = [
    await send({ headers: { authorization: `Bearer ${token.slice(0, -4)}AAAA` }, body: request('test') }),
    await send({ headers: { authorization: [`Bearer ${token}`, `Bearer ${token}`] }, body: request('test') }),
    await post(request('test')),
  ];
  expect(answers.map(({ status }) => status)).toEqual([401, 401, 200]);
  for (const segment of token.split('.')) {
    expect(text() + JSON.stringify(answers)).not.toContain(segment.slice(0, 20));
  }
});

test('a form parameter that the page does not have is named in the log', async () => {
  const { post, lines } = openService(defineWebhook({}, () => ({ invalid: ['emial', 'email'] })));
  expect((await post(formRequest('test', { email: null }))).body).toEqual({
    pageInfo: { formInfo: { parameterInfo: [{ displayName: 'email', state: 'INVALID' }] } },
  });
  expect(lines()).toMatchObject([{ outcome: 'ok', unknownFormParameters: ['emial'] }]);
});

test('a failure that no code foresaw is 500 and told to the log alone', async () => {
  const { post, lines } = openService({
    kind: 'router',
    find: async () => {
      throw new Error('disk on fire');
    },
  });
  expect((await post(request('test'))).body).toEqual({ error: { code: 'internal', message: 'The webhook failed.' } });
  expect(lines()).toMatchObject([{ severity: 'ERROR', outcome: 'internal', status: 500 }]);
  expect(lines()[0]?.stack_trace).toContain('disk on fire');
});

test('the handler gets the turn, the deadline and typed parameters', async () => {
  let seen: Call<Schemas> | undefined;
  const now = Date.now();
  const curious = defineWebhook({ n: number() }, (call) => {
    const n: number = call.params.n;
    // @ts-expect-error only what was declared is there
    expect([n, call.params.other]).toEqual([1, undefined]);
    seen = call;
    return { toPage: 'next', session: { flow: call.turn.page?.flow ?? null } };
  });
  const { post } = openService(curious, { now: () => now });
  expect((await post(request('test', { n: 1 }))).body).toEqual({
    sessionInfo: { parameters: { flow: FLOW } },
    targetPage: `${FLOW}/pages/next`,
  });
  expect(seen?.deadline.at).toBe(now + 4500);
  expect(seen?.deadline.remaining()).toBe(4500);
  expect(seen?.turn.agent).toEqual({
    project: 'campus-demo',
    location: 'europe-west1',
    agent: AGENT.split('/').at(-1),
  });
});

test('what a handler throws on purpose keeps its code', async () => {
  const { post } = openService(
    defineWebhook({}, () => {
      throw new WebhookError('invalid-reply', 'I know better.');
    }),
  );
  expect((await post(request('test'))).body.sessionInfo.parameters).toEqual({ 'webhook-error': 'invalid-reply' });
});

test('what is asked, said when late and said while the store is away comes in the language of the turn', async () => {
  const hindi = (text: string) => ({ languageCode: 'hi-IN', text });
  const greets = defineWebhook({ name: string() }, () => ({ say: 'Hello' }), {
    store: true,
    ask: { name: { en: 'Your name?', hi: 'आपका नाम?' } },
    away: ({ language, params }) => {
      if (params.forget) return undefined;
      return language === 'hi-IN' ? { say: 'नमस्ते।', session: { stranger: true } } : { say: 'Hello, stranger.' };
    },
  });
  const { post, lines } = openService(greets);
  expect((await post(request('test'))).body.fulfillmentResponse).toEqual(says('Your name?'));
  expect((await post(request('test', {}, hindi('हैलो')))).body.fulfillmentResponse).toEqual(says('आपका नाम?'));
  expect((await post(request('test', { name: 'Asha' }))).body).toEqual({
    fulfillmentResponse: says('Hello, stranger.'),
    sessionInfo: { parameters: { 'webhook-error': 'store-unavailable' } },
  });
  expect((await post(request('test', { name: 'Asha' }, hindi('हैलो')))).body).toEqual({
    fulfillmentResponse: says('नमस्ते।'),
    sessionInfo: { parameters: { 'webhook-error': 'store-unavailable', stranger: true } },
  });
  expect((await post(request('test', { name: 'Asha', forget: true }))).body.fulfillmentResponse).toEqual(says(APOLOGY));
  expect(lines().at(-1)).toMatchObject({ severity: 'ERROR', outcome: 'store-unavailable', status: 200 });

  const slow = defineWebhook({}, () => new Promise<Reply>(() => {}), {
    timeout: '0.35s',
    late: { en: { say: 'Still looking.' }, hi: { say: 'देख रहे हैं।' } },
  });
  const service = openService(slow);
  expect((await service.post(request('test', {}, hindi('हैलो')))).body.fulfillmentResponse).toEqual(says('देख रहे हैं।'));
  expect((await service.post(request('test'))).body.fulfillmentResponse).toEqual(says('Still looking.'));
  const plain = openService(defineWebhook({}, () => new Promise<Reply>(() => {}), { timeout: '0.35s' }));
  expect((await plain.post(request('test', {}, hindi('हैलो')))).body.fulfillmentResponse).toEqual(
    says('क्षमा करें, इसमें ज़्यादा समय लग रहा है। कृपया थोड़ी देर में फिर से कोशिश करें।'),
  );
});

test('what a tag discards stays in the session after no answer: good, asked, late, failed', async () => {
  const answers: { [how: string]: () => Reply | Promise<Reply> } = {
    good: () => ({ say: 'Hello', session: { greeted: true, pin: '4821' } }),
    late: () => new Promise(() => {}),
    failed: () => {
      throw new Error('broken');
    },
  };
  const secretive = defineWebhook({ how: string(), pin: string() }, ({ params }) => answers[params.how]!(), {
    discard: ['pin'],
    timeout: '0.35s',
  });
  const { post } = openService(secretive);
  const after = async (parameters: { [name: string]: string }) =>
    (await post(request('test', parameters))).body.sessionInfo.parameters;
  expect(await after({ how: 'good', pin: '4821' })).toEqual({ greeted: true, pin: null });
  expect(await after({ pin: '4821' })).toEqual({ pin: null });
  expect(await after({ how: 'late', pin: '4821' })).toEqual({ 'webhook-error': 'late', pin: null });
  expect(await after({ how: 'failed', pin: '4821' })).toEqual({ 'webhook-error': 'internal', pin: null });
});
