import { expect, test } from '@jest/globals';
import type { WebhookCall, WebhookOutcome } from '../../../../dev/emulator/call/effect.ts';
import { asks, says } from '../../../helpers/agent-export.ts';
import { answers, answerText, fails, nameOf, talk } from '../../../helpers/emulated.ts';

const START = 'Default Start Flow';
const calls = (tag = 't', text?: string) => ({ ...(text && says(text)), webhook: 'backend', tag });

/** A start page with these routes, and the pages P and Q beside it. */
const agent = (transitionRoutes: readonly object[], flow: object = {}) => ({
  flows: {
    [START]: {
      name: 'start-id',
      transitionRoutes,
      pages: { P: { name: 'p-id', entryFulfillment: says('P.') }, Q: { entryFulfillment: says('Q.') } },
      ...flow,
    },
    F: {
      name: 'f-id',
      transitionRoutes: [{ condition: 'true', triggerFulfillment: says('F.') }],
      pages: { R: { name: 'r-id' } },
    },
  },
  intents: { go: {} },
  webhooks: { backend: 'https://backend.invalid/' },
});
const go = (routes: readonly object[], outcome: WebhookOutcome, flow?: object) =>
  talk(agent(routes, flow), { webhook: () => outcome }).means('go');

const route = { intent: 'go', triggerFulfillment: calls('t', 'Static.') };
const next = { condition: 'true', triggerFulfillment: says('Next: $session.params.x.') };

test('what a webhook answers is in the session for the handlers after it; null removes', () => {
  const outcome = answers({ parameters: { x: 1, Gone: null }, messages: [answerText('Hello.')], payload: { a: 1 } });
  const person = talk(agent([route, next]), { webhook: () => outcome });
  const said = person.takes({ ...MEANS_GO, injectedParameters: { gone: true, kept: true } });
  expect(said.texts).toEqual(['Static.', 'Hello.', 'Next: 1.']);
  expect(said.parameters).toEqual({ kept: true, x: 1 });
  expect([said.webhookPayloads, said.webhookStatuses]).toEqual([[{ a: 1 }], [{ code: 0, message: '' }]]);
});

test('REPLACE replaces all that waits, not just what this fulfilment has said', () => {
  const before = { condition: 'true', triggerFulfillment: says('Before.') };
  const last = { condition: 'true', triggerFulfillment: calls('t', 'Static.') };
  const outcome = answers({ mergeBehavior: 'REPLACE', messages: [answerText('Only me.')] });
  expect(go([{ intent: 'go' }, before, last], outcome).texts).toEqual(['Only me.']);
});

test('a webhook that goes somewhere wins over its route', () => {
  const outcome = answers({ targetPage: nameOf('flows/start-id/pages/p-id') });
  expect(go([{ ...route, targetPage: 'Q' }, next], outcome)).toMatchObject({ texts: ['Static.', 'P.'], page: 'P' });
});

test('a webhook goes to a flow, and to the pages that CX defines', () => {
  expect(go([route, next], answers({ targetFlow: nameOf('flows/f-id') }))).toMatchObject({ texts: ['Static.', 'F.'] });
  const ended = go([route], answers({ targetPage: nameOf('flows/start-id/pages/END_SESSION') }));
  expect(ended.page).toBe('End Session');
});

test('a webhook cannot go to a page of another flow: the trace says so, and the route’s own target holds', () => {
  const outcome = answers({ targetPage: nameOf('flows/f-id/pages/r-id') });
  const { page, trace } = go([{ ...route, targetPage: 'Q' }], outcome);
  expect(page).toBe('Q');
  expect(trace).toContainEqual({ kind: 'hidden', message: expect.stringContaining('no page of this flow') });
});

test('a page that its entry webhook leaves asks nothing', () => {
  const pages = {
    P: { form: { parameters: [asks('x', '@sys.any', 'X?')] }, entryFulfillment: calls() },
    Q: { name: 'q-id', entryFulfillment: says('Q.') },
  };
  const outcome = answers({ targetPage: nameOf('flows/start-id/pages/q-id') });
  expect(go([{ intent: 'go', targetPage: 'P' }], outcome, { pages }).texts).toEqual(['Q.']);
});

const handles = (event: string, more: object = {}) => ({ event, triggerFulfillment: says(event), ...more });

test('a failed webhook raises its event, which ends the evaluation', () => {
  const flow = { eventHandlers: [handles('webhook.error'), handles('webhook.error.timeout')] };
  expect(go([route, next], fails('webhook.error.timeout'), flow).texts).toEqual(['Static.', 'webhook.error.timeout']);
});

test('a fine-grained handler of the flow goes before a general one of the page', () => {
  const flow = {
    eventHandlers: [handles('webhook.error.timeout')],
    pages: { P: { entryFulfillment: calls(), eventHandlers: [handles('webhook.error')] } },
  };
  const toPage = [{ intent: 'go', targetPage: 'P' }];
  expect(go(toPage, fails('webhook.error.timeout'), flow).texts).toEqual(['webhook.error.timeout']);
  expect(go(toPage, fails('webhook.error.rejected', 403), flow).texts).toEqual(['webhook.error']);
});

test('a failure is silent where the handler that called has a target', () => {
  const flow = { eventHandlers: [handles('webhook.error')] };
  const said = go([{ ...route, targetPage: 'Q' }], fails('webhook.error'), flow);
  expect(said.texts).toEqual(['Static.', 'Q.']);
  expect(said.trace).toContainEqual({ kind: 'hidden', message: expect.stringContaining('silent') });
});

test('a failure is silent where nobody handles it, and the evaluation goes on', () => {
  const said = go([route, next], fails('webhook.error.unavailable', 503));
  expect(said.texts).toEqual(['Static.', 'Next: $session.params.x.']);
  expect([said.webhookPayloads, said.webhookStatuses]).toEqual([
    [{}],
    [{ code: 14, message: 'webhook.error.unavailable' }],
  ]);
});

test('the failure of an event handler’s own webhook is handled as any other', () => {
  const eventHandlers = [{ event: 'ring', triggerFulfillment: calls() }, handles('webhook.error')];
  const person = talk(agent([], { eventHandlers }), { webhook: () => fails('webhook.error') });
  expect(person.raises('ring').texts).toEqual(['webhook.error']);
});

test('a handler of webhook errors whose own webhook fails is not called for it again', () => {
  const eventHandlers = [{ event: 'webhook.error', triggerFulfillment: calls('w', 'Trying.') }];
  const said = go([route], fails('webhook.error'), { eventHandlers });
  expect(said.texts).toEqual(['Static.', 'Trying.']);
  expect(said.calls.map(({ tag }) => tag)).toEqual(['t', 'w']);
  expect(said.trace).toContainEqual({ kind: 'hidden', message: expect.stringContaining('is not raised') });
});

test('$request.webhook_status_code is that of the last call', () => {
  const status = { condition: '$request.webhook_status_code = 503', triggerFulfillment: says('It was 503.') };
  expect(go([route, status], fails('webhook.error.unavailable', 503)).texts).toEqual(['Static.', 'It was 503.']);
  expect(go([route, status], answers()).texts).toEqual(['Static.']);
});

test('a webhook that is not called leaves no status, no payload, no event', () => {
  const flow = { eventHandlers: [handles('webhook.error')] };
  const said = go([route], { kind: 'skipped', reason: 'disabled' }, flow);
  expect(said).toMatchObject({ texts: ['Static.'], webhookStatuses: [], webhookPayloads: [] });
});

test('a webhook that the export does not have is told, and nothing is called', () => {
  const triggerFulfillment = { webhook: 'nowhere', tag: 't' };
  const said = go([{ intent: 'go', triggerFulfillment }], answers());
  expect(said.calls).toEqual([]);
  expect(said.trace).toContainEqual({ kind: 'hidden', message: expect.stringContaining('no webhook called nowhere') });
});

test('the calls of one turn have its response id, its intent and where it is', () => {
  const seen: WebhookCall[] = [];
  const webhook = (call: WebhookCall) => {
    seen.push(call);
    return answers();
  };
  const person = talk(
    agent([{ ...route, targetPage: 'P' }], { pages: { P: { name: 'p-id', entryFulfillment: calls('entry') } } }),
    {
      webhook,
    },
  );
  person.means('go');
  expect(
    seen.map(({ tag, context: { responseId, page, flow, intent, form } }) => [
      tag,
      responseId,
      page.id,
      flow.id,
      intent?.displayName,
      form,
    ]),
  ).toEqual([
    ['t', 'response', 'START_PAGE', 'start-id', 'go', null],
    ['entry', 'response', 'p-id', 'start-id', 'go', null],
  ]);
});

const MEANS_GO = {
  input: { kind: 'text', text: 'go' } as const,
  understanding: { intent: { displayName: 'go', confidence: 1, parameters: {} }, form: {} },
};
