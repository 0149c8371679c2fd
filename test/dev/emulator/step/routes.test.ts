import { expect, test } from '@jest/globals';
import { says } from '../../../helpers/agent-export.ts';
import { talk } from '../../../helpers/emulated.ts';

const on = (intent: string, text: string, more: object = {}) => ({ intent, triggerFulfillment: says(text), ...more });
const when = (condition: string, text: string, more: object = {}) => ({
  condition,
  triggerFulfillment: says(text),
  ...more,
});

/** An agent with a route of each place, in the wrong order where the export lets it be. */
const everywhere = {
  flows: {
    'Default Start Flow': {
      transitionRoutes: [
        when('true', 'flow condition'),
        { intent: 'go', targetPage: 'P' },
        on('a', 'flow'),
        on('b', 'flow'),
        on('c', 'flow'),
        on('d', 'flow'),
      ],
      transitionRouteGroups: ['of the flow'],
      routeGroups: {
        'on the page': [when('true', 'group condition'), on('a', 'flow group'), on('b', 'flow group')],
        'of the flow': [on('d', 'group of flow'), on('e', 'group of flow'), when('true', 'condition of group of flow')],
      },
      pages: {
        P: {
          transitionRoutes: [when('true', 'page condition'), on('a', 'page')],
          transitionRouteGroups: ['of the agent', 'on the page'],
        },
      },
    },
  },
  routeGroups: { 'of the agent': [on('b', 'agent group'), on('c', 'agent group')] },
  intents: { go: {}, a: {}, b: {}, c: {}, d: {}, e: {} },
};

test.each([
  ['a', 'page'],
  ['b', 'flow group'],
  ['c', 'agent group'],
  ['d', 'flow'],
  ['e', 'group of flow'],
])('on a page %s is taken by the route of the %s, and conditions come after it', (intent, place) => {
  const person = talk(everywhere);
  person.means('go');
  expect(person.means(intent).texts).toEqual([place, 'page condition', 'group condition']);
});

test('on the start page the flow’s conditions are looked at, too, its groups’ last', () => {
  expect(talk(everywhere).means('a').texts).toEqual(['flow', 'flow condition', 'condition of group of flow']);
});

test('an intent is consumed by the first route that it calls, a condition is not', () => {
  const person = talk({
    flows: {
      'Default Start Flow': {
        transitionRoutes: [on('a', 'first'), on('a', 'second'), when('true', 'one'), when('true', 'two')],
      },
    },
    intents: { a: {} },
  });
  expect(person.means('a').texts).toEqual(['first', 'one', 'two']);
});

test('a route with an intent and a condition needs both', () => {
  const person = talk({
    flows: {
      'Default Start Flow': {
        transitionRoutes: [
          on('a', 'adult', { condition: '$session.params.age >= 18' }),
          on('a', 'child', { condition: '$session.params.age < 18' }),
        ],
      },
    },
    intents: { a: { parameters: [{ id: 'age', entityType: '@sys.number' }] } },
  });
  expect(person.means('a', { age: 20 }).texts).toEqual(['adult']);
  expect(person.means('a', { age: 7 }).texts).toEqual(['child']);
});

test('a route that goes somewhere ends the list, and its messages come first', () => {
  const person = talk({
    flows: {
      'Default Start Flow': {
        transitionRoutes: [on('a', 'leaving', { targetPage: 'P' }), when('true', 'never')],
        pages: { P: { entryFulfillment: says('arrived') } },
      },
    },
    intents: { a: {} },
  });
  expect(person.means('a').texts).toEqual(['leaving', 'arrived']);
});

test('a later route sees what an earlier one has set', () => {
  const triggerFulfillment = { setParameterActions: [{ parameter: 'x', value: 1 }] };
  const person = talk({
    flows: {
      'Default Start Flow': {
        transitionRoutes: [
          when('$session.params.x = 1', 'too early'),
          { condition: 'true', triggerFulfillment },
          when('$session.params.x = 1', 'seen'),
        ],
      },
    },
    intents: { a: {} },
  });
  expect(person.means('a').texts).toEqual(['seen']);
});

test('an intent that the caller names is taken without matching', () => {
  const person = talk({ flows: { 'Default Start Flow': { transitionRoutes: [on('a', 'yes')] } }, intents: { a: {} } });
  const understanding = { intent: { displayName: 'a', confidence: 1, parameters: {} }, form: {} };
  const said = person.takes({ input: { kind: 'intent', intent: 'a' }, understanding });
  expect(said).toMatchObject({ intent: 'a', texts: ['yes'] });
});

test('a condition that cannot be read does not hold, and the trace shows where it breaks', () => {
  const person = talk({
    flows: { 'Default Start Flow': { transitionRoutes: [when('$session.params.x == 1', 'never')] } },
    intents: { a: {} },
  });
  const { texts, trace } = person.means('a');
  expect(texts).toEqual([]);
  expect(trace).toContainEqual({ kind: 'hidden', message: expect.stringContaining('^') });
});

test('a target that the export does not have is told, and nothing breaks', () => {
  const person = talk({
    flows: {
      'Default Start Flow': {
        transitionRoutes: [
          on('a', 'to nowhere', { targetPage: 'Atlantis' }),
          on('b', 'to no flow', { targetFlow: 'Styx' }),
        ],
      },
    },
    intents: { a: {}, b: {} },
  });
  const hidden = (problem: string) => ({ kind: 'hidden', message: `${problem}: the conversation stays where it is.` });
  const page = person.means('a');
  expect(page).toMatchObject({ texts: ['to nowhere'], page: 'Start Page' });
  expect(page.trace).toContainEqual(hidden('The flow has no page Atlantis'));
  const flow = person.means('b');
  expect(flow).toMatchObject({ texts: ['to no flow'], flow: 'Default Start Flow' });
  expect(flow.trace).toContainEqual(hidden('The agent has no flow Styx'));
});

test('a playbook is not entered, and the trace says so', () => {
  const person = talk({
    flows: { 'Default Start Flow': { transitionRoutes: [on('a', 'over to you', { targetPlaybook: 'Sage' })] } },
    intents: { a: {} },
  });
  const { trace, page } = person.means('a');
  expect(page).toBe('Start Page');
  expect(trace).toContainEqual(expect.objectContaining({ kind: 'unsupported', construct: 'playbook' }));
});
