import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { number, optional, string, unknown } from 'valibot';
import fallback from '../functions/fallback.ts';
import feeQuote from '../functions/fee-quote.ts';
import firstPage from '../functions/first-page.ts';
import welcome from '../functions/welcome.ts';
import type { Reply } from '../shared/response.ts';
import { defineWebhook } from '../shared/webhook.ts';
import { MAX_ANSWER_BYTES, type WebhookRequest } from '../shared/wire.ts';
import { fixture, formRequest, request } from './helpers/requests.ts';
import { type Answer, openService } from './helpers/service.ts';
import { openTestStore, type TestStore } from './helpers/store.ts';

/**
 * The whole pipeline against input that nobody would write: 12,000 calls. Every answer with status 200 passes the strict
 * check of `helpers/service.ts`, so that a property need not say it.
 */
const RUNS = 2_000;
const check = (property: fc.IAsyncProperty<unknown>) =>
  fc.assert(property as fc.IAsyncProperty<[unknown]>, { numRuns: RUNS });

const THEIR_FAULT = [400, 401, 403, 404, 405];

/** JSON, names that mean something to JavaScript among its keys. */
const key = fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'toString', 'length', 'orderId', 'text'));
const { json } = fc.letrec((tie) => ({
  json: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.oneof(fc.constant(null), fc.boolean(), fc.double(), fc.integer(), fc.string({ unit: 'binary' })),
    fc.array(tie('json'), { maxLength: 4 }),
    // `fromEntries` keeps a key called __proto__ an ordinary one, as JSON.parse does.
    fc.array(fc.tuple(key, tie('json')), { maxLength: 4 }).map((entries) => Object.fromEntries(entries)),
  ),
}));

/** A request as CX sends it, with some places overwritten by anything. */
const spoiled = fc
  .tuple(
    fc.constantFrom<WebhookRequest>(
      fixture('form-turn'),
      request('test', { orderId: 'A1', count: 2, name: { name: 'Alex', original: 'Alex' } }),
      formRequest('test', { name: 'Alex Example', email: 'a@example.com', phone: '+12025550100', programme: null }),
    ),
    fc.array(fc.tuple(fc.nat(), json), { maxLength: 3 }),
  )
  .map(([base, changes]) => changes.reduce<unknown>((body, [at, value]) => overwrite(body, at, value), base));

/** Puts `value` at the place that `at` leads to. */
function overwrite(into: unknown, at: number, value: unknown): unknown {
  if (typeof into !== 'object' || into === null || at % 5 === 0) return value;
  const keys = Object.keys(into);
  if (keys.length === 0) return value;
  const chosen = keys[at % keys.length]!;
  const changed = overwrite((into as { [key: string]: unknown })[chosen], Math.floor(at / keys.length), value);
  if (Array.isArray(into)) return into.map((item, i) => (String(i) === chosen ? changed : item));
  return { ...into, [chosen]: changed };
}

const order = defineWebhook(
  { orderId: string(), count: optional(number()), anything: optional(unknown()) },
  ({ params, turn }) => ({
    say: [`Order ${params.orderId}`, turn.query?.value ?? ''],
    session: { seen: turn.params, count: params.count },
    invalid: ['orderId'],
  }),
);

let store: TestStore;
let services: ReturnType<typeof openService>[];
beforeAll(async () => {
  store = await openTestStore();
  services = [order, welcome, firstPage, fallback].map((webhook) => openService(webhook, { store }));
});
afterAll(() => store.close());

function expectTheirFaultAtMost(answer: Answer): void {
  if (answer.status === 200) return;
  expect(THEIR_FAULT).toContain(answer.status);
  expect(answer.body).toEqual({ error: { code: expect.any(String), message: expect.any(String) } });
}

test('a request of CX with anything in it is answered, or refused as the fault of the caller', async () => {
  await check(
    fc.asyncProperty(spoiled, fc.constantFrom(...services), async (body, { post }) => {
      expectTheirFaultAtMost(await post(body));
    }),
  );
});

test('the same as text is treated the same', async () => {
  await check(
    fc.asyncProperty(spoiled, async (body) => {
      const parsed = JSON.parse(JSON.stringify(body)); // what text can carry: no -0, no NaN
      fc.pre(typeof parsed === 'object'); // a string as body is text already
      const [asJson, asText] = [await services[0]!.post(parsed), await services[0]!.post(JSON.stringify(parsed))];
      expect(asText).toEqual(asJson);
    }),
  );
});

test('any body, any method and any header are answered', async () => {
  const header = fc.oneof(fc.string(), fc.array(fc.string(), { maxLength: 3 }), fc.constant(undefined));
  await check(
    fc.asyncProperty(
      fc.oneof(json, fc.string(), fc.uint8Array({ maxLength: 64 })),
      fc.oneof(fc.constantFrom('POST', 'GET', 'HEAD', 'OPTIONS', 'TRACE'), fc.string()),
      fc.record({ authorization: header, 'x-serverless-authorization': header, traceparent: header }),
      async (body, method, headers) => expectTheirFaultAtMost(await services[0]!.send({ body, method, headers })),
    ),
  );
});

test('a verified caller may send any body', async () => {
  await check(
    fc.asyncProperty(fc.oneof(json, fc.json(), fc.string(), fc.uint8Array({ maxLength: 64 })), async (body) => {
      expectTheirFaultAtMost(await services[0]!.post(body));
    }),
  );
});

test('a flexible webhook answers any body and query', async () => {
  const { post } = openService(feeQuote, { store });
  const body = fc.oneof(
    json,
    fc.record(
      { programme: fc.constantFrom('Bachelor of Arts', 'x'), credits: json, hostel: json },
      { requiredKeys: [] },
    ),
  );
  await check(
    fc.asyncProperty(body, fc.webQueryParameters(), fc.constantFrom('GET', 'POST'), async (body, query, method) => {
      expectTheirFaultAtMost(await post(body, { method, url: `/?${query}` }));
    }),
  );
});

test('whatever a handler returns, the answer is one that CX takes', async () => {
  const anything = fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true, key });
  /** Up to about 100 KB: made by repetition, because drawing each character would take minutes. */
  const long = fc
    .tuple(fc.string({ unit: 'grapheme', maxLength: 5 }), fc.constantFrom(1, 2, 100, 20_000))
    .map(([text, times]) => text.repeat(times));
  const message = fc.oneof(
    anything,
    fc.record({
      text: fc.record({ text: fc.array(long, { maxLength: 3 }) }),
    }),
    fc.record({ payload: anything }),
    fc.record({ outputAudioText: fc.record({ ssml: fc.string(), text: fc.string() }, { requiredKeys: [] }) }),
    fc.record({ telephonyTransferCall: fc.record({ phoneNumber: fc.constantFrom('+12025550100', '911') }) }),
  );
  const reply = fc.oneof(
    anything,
    fc.record(
      {
        say: fc.oneof(fc.string({ unit: 'binary' }), fc.array(long, { maxLength: 3 }), anything),
        messages: fc.oneof(fc.array(message, { maxLength: 3 }), anything),
        session: fc.oneof(fc.dictionary(key, anything), anything),
        invalid: fc.oneof(fc.array(fc.constantFrom('name', 'EMAIL', 'other')), anything),
        form: fc.oneof(fc.dictionary(key, fc.record({ value: anything, required: fc.boolean() })), anything),
        payload: anything,
        replace: fc.boolean(),
        toPage: fc.oneof(fc.constantFrom('START_PAGE', 'a b', 'x'), anything),
        toFlow: anything,
        end: fc.boolean(),
      },
      { requiredKeys: [] },
    ),
  );
  let returned: unknown;
  const { post } = openService(defineWebhook({}, () => returned as Reply));
  await check(
    fc.asyncProperty(reply, fc.boolean(), async (value, withForm) => {
      returned = value;
      const answer = await post(withForm ? formRequest('test', { name: null, Email: 'x' }) : request('test'));
      expect(answer.status).toBe(200);
      expect(Buffer.byteLength(JSON.stringify(answer.body))).toBeLessThanOrEqual(MAX_ANSWER_BYTES);
    }),
  );
});
