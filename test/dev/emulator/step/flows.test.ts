import { expect, test } from '@jest/globals';
import { expectationOf } from '../../../../dev/emulator/expectation.ts';
import { asks, says } from '../../../helpers/agent-export.ts';
import { talk } from '../../../helpers/emulated.ts';

const START = 'Default Start Flow';
const on = (intent: string, more: object) => ({ intent, ...more });
const when = (condition: string, text: string, more: object = {}) => ({
  condition,
  triggerFulfillment: says(text),
  ...more,
});

/** A start flow that calls `F` by its second handler, and `F`, which ends as told. */
const calling = (end: string, start: object = {}, called: object = {}) => ({
  flows: {
    [START]: {
      transitionRoutes: [when('true', 'H1'), on('go', { targetFlow: 'F' }), when('$session.params.stay = null', 'H3')],
      ...start,
    },
    F: { transitionRoutes: [on('end', { triggerFulfillment: says('Ending.'), targetPage: end })], ...called },
  },
  intents: { go: {}, end: {}, other: {} },
});

test('a flow that ends returns to the page that called it, behind the handler that did', () => {
  const person = talk(calling('End Flow'));
  expect(person.means('go')).toMatchObject({ texts: [], flow: 'F', page: 'Start Page' });
  const { texts, flow, trace } = person.means('end');
  // H1 is a condition, so that it comes after the intent: it was not looked at yet.
  expect(texts).toEqual(['Ending.', 'H1', 'H3']);
  expect(flow).toBe(START);
  expect(trace).toContainEqual({ kind: 'return', from: 'F', to: START, page: null });
});

test('handlers before the one that called are not looked at again', () => {
  const routes = [
    when('true', 'H1'),
    { condition: '$session.params.been = null', targetFlow: 'F' },
    when('true', 'H3'),
  ];
  const entered = { transitionRoutes: [{ condition: 'true', triggerFulfillment: been, targetPage: 'End Flow' }] };
  const person = talk(calling('End Flow', { transitionRoutes: [on('go', {}), ...routes] }, entered));
  expect(person.means('go').texts).toEqual(['H1', 'H3']);
});
const been = { setParameterActions: [{ parameter: 'been', value: true }] };

test('the page that called is as it was: its form goes on where it stopped', () => {
  const person = talk({
    flows: {
      [START]: {
        transitionRoutes: [on('go', { targetPage: 'P' })],
        pages: {
          P: {
            form: { parameters: [asks('x', '@sys.any', 'X?'), asks('y', '@sys.any', 'Y?')] },
            transitionRoutes: [on('other', { targetFlow: 'F' })],
          },
        },
      },
      F: { transitionRoutes: [on('end', { targetPage: 'End Flow' })] },
    },
    intents: { go: {}, other: {}, end: {} },
  });
  person.means('go');
  person.fills({ x: 1 });
  person.means('other');
  expect(person.means('end')).toMatchObject({ texts: ['Y?'], page: 'P', flow: START });
});

test.each([
  ['END_FLOW_WITH_CANCELLATION', 'flow-cancelled'],
  ['END_FLOW_WITH_CANCELLATION', 'flow.cancelled'],
  ['END_FLOW_WITH_FAILURE', 'flow-failed'],
  ['END_FLOW_WITH_FAILURE', 'flow.failed'],
  ['END_FLOW_WITH_HUMAN_ESCALATION', 'flow-failed-human-escalation'],
  ['END_FLOW_WITH_HUMAN_ESCALATION', 'flow.failed.human-escalation'],
])('%s raises %s in the flow that called', (end, event) => {
  const eventHandlers = [{ event, triggerFulfillment: says('So sorry.') }];
  const person = talk(calling(end, { eventHandlers }));
  person.means('go');
  expect(person.means('end')).toMatchObject({ texts: ['Ending.', 'So sorry.'], flow: START });
});

test('an ending that nobody handles returns as END_FLOW does', () => {
  const person = talk(calling('END_FLOW_WITH_FAILURE'));
  person.means('go');
  expect(person.means('end').texts).toEqual(['Ending.', 'H1', 'H3']);
});

test('END_FLOW of a flow that nobody called ends the session', () => {
  const person = talk({
    flows: { [START]: { transitionRoutes: [on('end', { targetPage: 'End Flow' })] } },
    intents: { end: {} },
  });
  const { page, messages } = person.means('end');
  expect(page).toBe('End Session');
  expect(messages.map(({ kind }) => kind)).toEqual(['endInteraction']);
});

test('END_SESSION says endInteraction once, last, keeps the parameters of the turn, and the next turn knows nothing', () => {
  const person = talk(calling('End Session'));
  person.means('go');
  const ended = person.takes({ ...meaning('end'), injectedParameters: { x: 1 } });
  expect(ended.messages.map(({ kind }) => kind)).toEqual(['text', 'endInteraction']);
  expect(ended).toMatchObject({ page: 'End Session', parameters: { x: 1 } });
  expect(expectationOf(person.agent, ended.state, { languageCode: 'en', now: 0 }).intents).toEqual(['go']);
  expect(person.means('other')).toMatchObject({ texts: ['H1', 'H3'], flow: START, page: 'Start Page', parameters: {} });
});

test('an intent that calls a flow is matched there once more, and only there', () => {
  const again = [
    on('go', { triggerFulfillment: says('Welcome.'), targetPage: 'Q' }),
    on('end', { targetPage: 'End Flow' }),
  ];
  const pages = { Q: { transitionRoutes: [on('go', { triggerFulfillment: says('Too often.') })] } };
  const person = talk(calling('End Flow', {}, { transitionRoutes: again, pages }));
  expect(person.means('go')).toMatchObject({ texts: ['Welcome.'], flow: 'F', page: 'Q' });
});

test('a flow has parameters of its own, from page to page, until it ends', () => {
  const set = { setParameterActions: [{ parameter: '$flow.x', value: 1 }] };
  const routes = [
    on('go', { triggerFulfillment: set, targetPage: 'Q' }),
    on('end', { triggerFulfillment: says('$flow.x'), targetPage: 'End Flow' }),
  ];
  const person = talk(
    calling(
      '',
      { transitionRoutes: [on('go', { targetFlow: 'F' }), when('true', 'Here: $flow.x')] },
      {
        transitionRoutes: routes,
        pages: { Q: {} },
      },
    ),
  );
  expect(person.means('go')).toMatchObject({ flow: 'F', page: 'Q', parameters: {} });
  expect(person.means('end').texts).toEqual(['1', 'Here: $flow.x']);
  person.means('go');
  expect(person.state.stack.map(({ parameters }) => parameters)).toEqual([{}, { x: 1 }]);
});

test('the stack holds 25 flows: the first ones are forgotten', () => {
  const person = talk({
    flows: {
      [START]: { transitionRoutes: [on('go', { targetFlow: START }), on('end', { targetPage: 'End Flow' })] },
    },
    intents: { go: {}, end: {} },
  });
  // Each call propagates the intent, so that one turn would call for ever: a flow of conditions is called turn by turn.
  const pinged = talk({
    flows: {
      [START]: { transitionRoutes: [on('go', { targetFlow: 'B' }), on('end', { targetPage: 'End Flow' })] },
      B: { transitionRoutes: [on('back', { targetFlow: START }), on('end', { targetPage: 'End Flow' })] },
    },
    intents: { go: {}, back: {}, end: {} },
  });
  for (let call = 0; call < 20; call++) {
    pinged.means('go');
    pinged.means('back');
  }
  expect(pinged.state.stack).toHaveLength(25);
  const ended = Array.from({ length: 25 }, () => pinged.means('end').page);
  expect(ended.indexOf('End Session')).toBe(24);
  expect(person.means('go').trace).toContainEqual(expect.objectContaining({ kind: 'hidden' }));
});

function meaning(displayName: string) {
  return {
    input: { kind: 'text', text: displayName } as const,
    understanding: { intent: { displayName, confidence: 1, parameters: {} }, form: {} },
  };
}
