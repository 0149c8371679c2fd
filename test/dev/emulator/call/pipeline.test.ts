import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createCaller } from '../../../../dev/emulator/call/caller.ts';
import { type Local, startLocal } from '../../../../dev/local/server.ts';
import { openLocalIssuer } from '../../../../dev/local/tokens.ts';
import { callOf, flexibleOf, webhookOf } from './webhook.ts';

/** Our functions, behind the functions-framework, with their own verification: they answer the emulator as they answer CX. */
let local: Local;
const folder = mkdtempSync(join(tmpdir(), 'emulator-'));
const { DATABASE_URL } = process.env;

beforeAll(async () => {
  process.env.DATABASE_URL = `file:${join(folder, 'campus.db')}`;
  local = await startLocal({ port: 0, log: { write: () => true } });
});
afterAll(async () => {
  await local.close();
  if (DATABASE_URL === undefined) delete process.env.DATABASE_URL;
  else process.env.DATABASE_URL = DATABASE_URL;
  rmSync(folder, { recursive: true });
});

const issuer = openLocalIssuer();
const sign = (audience: string) => issuer.token({ audience });
const webhook = webhookOf({ serviceAgentAuth: 'ID_TOKEN' });

test('a function verifies the token of the emulator and answers', async () => {
  const call = createCaller({ addressOf: (_, tag) => `${local.url}/${tag}`, sign });
  const what = callOf(webhook, {
    tag: 'weather',
    parameters: { location: 'Pune' },
    messages: [
      {
        kind: 'text',
        content: { text: ['One moment.'] },
        channel: null,
        responseType: 'ENTRY_PROMPT',
        source: 'VIRTUAL_AGENT',
        variants: ['One moment.'],
      },
    ],
  });
  const outcome = await call(what);
  expect(outcome).toMatchObject({
    kind: 'answered',
    httpStatus: 200,
    answer: { messages: [{ kind: 'text', content: { text: [expect.stringContaining('Pune')] } }] },
  });
});

test('a token for another function, and none at all, are rejected', async () => {
  const elsewhere = createCaller({
    addressOf: () => `${local.url}/weather`,
    sign: () => sign(`${local.url}/booking`),
  });
  const without = createCaller({ addressOf: () => `${local.url}/weather`, sign: null });
  for (const call of [elsewhere, without]) {
    expect(await call(callOf(webhook, { tag: 'weather' }))).toMatchObject({
      kind: 'failed',
      httpStatus: 401,
      event: 'webhook.error.rejected',
    });
  }
});

test('a flexible function gets what the agent says, in its own type, and its answer becomes parameters', async () => {
  const call = createCaller({ addressOf: () => `${local.url}/fee-quote`, sign });
  const flexible = flexibleOf({
    requestBody: '{"programme":"$session.params.programme","credits":"$session.params.credits"}',
    parameterMapping: { fee_known: '$.known', '$flow.first_line': '$.lines[0].name', '$flow.names': '$.lines[*].name' },
  });
  const parameters = { programme: 'Bachelor of Arts', credits: 12 };
  const outcome = await call(callOf({ ...webhook, flexible }, { tag: 'fee-quote', parameters }));
  expect(outcome).toMatchObject({
    kind: 'answered',
    answer: {
      messages: [],
      parameters: { fee_known: true },
      flowParameters: {
        first_line: 'Tuition, 12 credits',
        names: expect.arrayContaining(['Tuition, 12 credits']),
      },
    },
  });
});
