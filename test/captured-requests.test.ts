import { expect, test } from '@jest/globals';
import { startLocal } from '../dev/local/server.ts';
import { parseRequest } from '../shared/request.ts';
import { defineRouter } from '../shared/router.ts';
import { expectConformant } from './helpers/conformance.ts';
import { corpusFiles, corpusTest } from './helpers/corpus.ts';
import { openService } from './helpers/service.ts';

const requests = [
  ...corpusFiles('payloads/captured', '.request.json'),
  ...corpusFiles('payloads/handmade', '.request.json'),
];
const [cases] = corpusFiles('payloads', 'webhook-cases.json');
const router = openService(defineRouter(new URL('./fixtures/telecom/', import.meta.url)), { name: 'router' });

corpusTest('there are captured requests to try', () => {
  expect(requests.length).toBeGreaterThan(20);
});

corpusTest('every captured request is understood, with all its parameters', () => {
  for (const { name, json } of requests) {
    const turn = parseRequest(json);
    expect([name, turn.tag, turn.id]).toEqual([
      name,
      json.fulfillmentInfo?.tag ?? '',
      json.detectIntentResponseId ?? '',
    ]);
    expect([name, turn.params]).toEqual([name, expect.objectContaining(json.sessionInfo?.parameters ?? {})]);
    expect([name, turn.messages.length]).toEqual([name, json.messages?.length ?? 0]);
    const form = json.pageInfo?.formInfo?.parameterInfo?.map((info: { displayName: string }) => info.displayName);
    expect([name, turn.form?.map((parameter) => parameter.name) ?? []]).toEqual([name, form ?? []]);
  }
});

corpusTest('every captured request is answered', async () => {
  for (const { name, json } of requests) {
    const { status, body } = await router.post(json);
    const tag = json.fulfillmentInfo?.tag ?? '';
    if (tag === 'validatePhoneLine') continue; // a tag of ours here: answered below
    expect([name, status, body]).toEqual([
      name,
      200,
      { fulfillmentResponse: { messages: [{ text: { text: [`No handler for the tag: ${tag}`] } }] } },
    ]);
  }
});

corpusTest(
  'sent to the running server, every captured request is answered 200, or 404 where the tag is not its own',
  async () => {
    const local = await startLocal({ port: 0, log: { write: () => true } });
    async function send(name: string, json: unknown) {
      const headers = { authorization: `Bearer ${local.tokenFor(name)}`, 'content-type': 'application/json' };
      const answer = await fetch(`${local.url}/${name}`, { method: 'POST', headers, body: JSON.stringify(json) });
      return { status: answer.status, body: (await answer.json()) as object };
    }
    try {
      for (const { name, json } of requests) {
        const routed = await send('router', json);
        expect([name, routed.status]).toEqual([name, 200]);
        expectConformant(routed.body);
        const direct = await send('first-page', json);
        expect([name, direct]).toEqual([
          name,
          { status: 404, body: { error: { code: 'unknown-tag', message: expect.any(String) } } },
        ]);
      }
    } finally {
      await local.close();
    }
  },
);

const iso = (monthsBack: number) => {
  const now = new Date();
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - monthsBack, 1)).toISOString().slice(0, 10);
};
const dates: { [placeholder: string]: string } = { '<first of this month>': iso(0), '<first of last month>': iso(1) };

for (const { name, request, expectSessionParameters } of cases?.json.cases ?? []) {
  test(`five small tags answer as Google's own webhook does: ${name}`, async () => {
    const { status, body } = await router.post(request);
    expect(status).toBe(200);
    // Google's webhook answers null where there is no tag; ours says that nobody answers it.
    if (!expectSessionParameters)
      return expect(body.fulfillmentResponse.messages[0].text.text).toEqual(['No handler for the tag: ']);
    const expected = Object.entries(expectSessionParameters).map(([key, value]) => [
      key,
      dates[String(value)] ?? value,
    ]);
    expect(body.sessionInfo.parameters).toMatchObject(Object.fromEntries(expected));
  });
}
