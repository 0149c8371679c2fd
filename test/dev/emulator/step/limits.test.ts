import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { JsonObject } from '../../../../dev/emulator/agent.ts';
import type { WebhookCall, WebhookOutcome } from '../../../../dev/emulator/call/effect.ts';
import { deepFreeze } from '../../../../dev/emulator/load/frozen.ts';
import { MAX_STACK } from '../../../../dev/emulator/state.ts';
import { asks, loadExport, says } from '../../../helpers/agent-export.ts';
import { answers, answerText, fails, nameOf, type Said, talk } from '../../../helpers/emulated.ts';

const START = 'Default Start Flow';
/** The fulfilments of one turn, and one that is under way when the limit is reached. */
const LIMIT = 201;
const stopped = { kind: 'hidden', message: expect.stringContaining('goes round in circles') };
const always = (target: object) => ({ condition: 'true', ...target });

describe('an agent that goes round in circles is stopped, once, and the trace says so', () => {
  const isStopped = ({ trace, calls }: Said) => {
    expect(trace.filter(({ kind }) => kind === 'hidden')).toEqual(expect.arrayContaining([stopped]));
    expect(trace.filter((event) => event.kind === 'hidden' && event.message.includes('circles'))).toHaveLength(1);
    expect(calls.length).toBeLessThanOrEqual(LIMIT);
  };

  test('by conditions of two pages', () => {
    const pages = {
      P: { transitionRoutes: [always({ targetPage: 'Q' })] },
      Q: { transitionRoutes: [always({ targetPage: 'P' })] },
    };
    const flows = { [START]: { transitionRoutes: [always({ targetPage: 'P' })], pages } };
    isStopped(talk({ flows, intents: { go: {} } }).means('go'));
  });

  test('by flows that call each other', () => {
    const flows = {
      [START]: { transitionRoutes: [always({ targetFlow: 'F' })] },
      F: { transitionRoutes: [always({ targetFlow: START })] },
    };
    const person = talk({ flows, intents: { go: {} } });
    isStopped(person.means('go'));
    expect(person.state.stack.length).toBeLessThanOrEqual(MAX_STACK);
  });

  test('by a webhook that always goes to the page that calls it', () => {
    const P = { name: 'p-id', entryFulfillment: { webhook: 'backend', tag: 't' } };
    const flows = { [START]: { name: 'start-id', transitionRoutes: [always({ targetPage: 'P' })], pages: { P } } };
    const webhook = () => answers({ targetPage: nameOf('flows/start-id/pages/p-id') });
    isStopped(
      talk({ flows, intents: { go: {} }, webhooks: { backend: 'https://b.invalid/' } }, { webhook }).means('go'),
    );
  });

  test('by a handler of webhook errors that goes to the page whose webhook fails', () => {
    const eventHandlers = [{ event: 'webhook.error', targetPage: 'P' }];
    const P = { entryFulfillment: { webhook: 'backend', tag: 't' } };
    const flows = { [START]: { transitionRoutes: [always({ targetPage: 'P' })], eventHandlers, pages: { P } } };
    const webhook = () => fails('webhook.error');
    isStopped(
      talk({ flows, intents: { go: {} }, webhooks: { backend: 'https://b.invalid/' } }, { webhook }).means('go'),
    );
  });
});

describe('any small agent, whatever is said and answered', () => {
  const targets = ['P', 'Q', 'Current Page', 'Previous Page', 'Start Page', 'End Flow', 'END_FLOW_WITH_FAILURE'];
  const target = fc.oneof(
    fc.constant({}),
    fc.constantFrom(...targets, 'End Session', 'Nowhere').map((targetPage) => ({ targetPage })),
    fc.constantFrom(START, 'F', 'Nowhere').map((targetFlow) => ({ targetFlow })),
  );
  const condition = fc.constantFrom(
    'true',
    '$session.params.x = null',
    '$page.params.status = "FINAL"',
    '$page.params.x.status = "UPDATED"',
    'not ( a condition',
  );
  const setting = fc.record({
    parameter: fc.constantFrom(
      'x',
      'y',
      '$flow.x',
      '$sys.func.NESTED_FIELD("$session.params.y", "x")',
      '$sys.func.NOW()',
    ),
    value: fc.constantFrom(null, 1, '$session.params.y', '$sys.func.ADD($flow.x, 1)'),
  });
  const fulfillment = fc.record({
    messages: fc.constant<unknown>(says('x is $session.params.x.', '$flow.x').messages),
    setParameterActions: fc.array(setting, { maxLength: 2 }),
    returnPartialResponses: fc.boolean(),
    webhook: fc.constantFrom('', 'backend', 'missing'),
    tag: fc.constant('t'),
  });
  const handler = fc.tuple(fulfillment, target).map(([triggerFulfillment, to]) => ({ triggerFulfillment, ...to }));
  const route = fc
    .tuple(handler, condition, fc.constantFrom({}, { intent: 'a' }, { intent: 'b' }))
    .map(([given, text, intent]) => ({ ...given, condition: text, ...intent }));
  const eventHandler = fc
    .tuple(
      handler,
      fc.constantFrom(
        'ring',
        'sys.no-match-1',
        'sys.no-match-default',
        'sys.no-input-default',
        'webhook.error',
        'flow.failed',
      ),
    )
    .map(([given, event]) => ({ ...given, event }));
  const node = {
    transitionRoutes: fc.array(route, { maxLength: 3 }),
    eventHandlers: fc.array(eventHandler, { maxLength: 2 }),
  };
  const parameter = fc
    .tuple(fc.constantFrom('x', 'y'), fc.boolean(), fulfillment, fc.array(eventHandler, { maxLength: 1 }))
    .map(([name, required, initialPromptFulfillment, repromptEventHandlers]) =>
      asks(name, '@sys.any', '?', {
        required,
        defaultValue: 7,
        fillBehavior: { initialPromptFulfillment, repromptEventHandlers },
      }),
    );
  const page = fc
    .tuple(fc.record({ ...node, entryFulfillment: fulfillment }), fc.array(parameter, { maxLength: 2 }))
    .map(([given, parameters]) => ({ ...given, form: { parameters } }));
  const flow = fc
    .tuple(fc.record(node), page, page)
    .map(([given, P, Q]) => ({ ...given, pages: { P: { name: 'p-id', ...P }, Q } }));
  const agent = fc.tuple(flow, flow).map(([start, F]) => ({
    flows: { [START]: { name: 'start-id', ...start }, F: { name: 'f-id', ...F } },
    intents: { a: {}, b: {} },
    webhooks: { backend: 'https://backend.invalid/' },
  }));
  const doing = fc.constantFrom<(person: ReturnType<typeof talk>) => Said>(
    (person) => person.says(''),
    (person) => person.says('hm'),
    (person) => person.says('a'.repeat(300)),
    (person) => person.raises('ring'),
    (person) => person.means('a', { x: 2 }),
    (person) => person.means('b'),
    (person) => person.fills({ x: 3 }),
    (person) => person.takes({ injectedParameters: { x: null, y: { z: 1 } } }),
  );
  const outcome = fc.constantFrom<WebhookOutcome>(
    answers(),
    answers({ mergeBehavior: 'REPLACE', messages: [answerText('Hello.')], parameters: { x: null } }),
    answers({ form: [{ displayName: 'x', state: 'INVALID' }] }),
    answers({ form: [{ displayName: 'y', required: true, value: 1 }] }),
    answers({ targetPage: nameOf('flows/start-id/pages/p-id') }),
    answers({ targetFlow: nameOf('flows/f-id') }),
    fails('webhook.error.timeout'),
    { kind: 'skipped', reason: 'off' },
  );

  test('a turn ends within the limits, changes nothing that it was given, and comes out the same again', () => {
    const property = fc.property(
      agent,
      fc.array(doing, { minLength: 1, maxLength: 6 }),
      fc.array(outcome, { minLength: 1, maxLength: 4 }),
      (given, turns, outcomes) => {
        const loaded = loadExport(given as JsonObject);
        let state: Said['state'] | undefined;
        for (const turn of turns) {
          const once = () => {
            let call = 0;
            const webhook = (_: WebhookCall) => outcomes[call++ % outcomes.length]!;
            return turn(talk(loaded, { webhook, ...(state && { state }) }));
          };
          const said = once();
          // Traces are large, and jest is slow to compare them.
          expect(isDeepStrictEqual(once(), said)).toBe(true);
          expect(said.calls.length).toBeLessThanOrEqual(LIMIT);
          expect(said.state.stack.length).toBeLessThanOrEqual(MAX_STACK);
          expect(said.messages.filter(({ kind }) => kind === 'endInteraction')).toHaveLength(
            said.state.hasEnded ? 1 : 0,
          );
          expect(isDeepStrictEqual(JSON.parse(JSON.stringify(said.state)), said.state)).toBe(true);
          state = deepFreeze(said.state);
        }
      },
    );
    fc.assert(property, { numRuns: 60 });
  });
});
