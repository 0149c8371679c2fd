import { expect, test } from '@jest/globals';
import type { JsonObject } from '../../../../dev/emulator/agent.ts';
import { asks, says } from '../../../helpers/agent-export.ts';
import { answers, talk } from '../../../helpers/emulated.ts';

const START = 'Default Start Flow';
const preset = (parameter: string, value: unknown) => ({ parameter, value });

/** An agent whose one intent sets these and says this. */
const setting = (setParameterActions: readonly object[], text = '', more: object = {}) => ({
  flows: {
    [START]: {
      transitionRoutes: [
        { intent: 'go', triggerFulfillment: { setParameterActions, ...(text && says(text)), ...more } },
      ],
    },
  },
  intents: { go: {} },
  webhooks: { backend: 'https://backend.invalid/' },
});
const set =
  (...actions: readonly object[]) =>
  (before: JsonObject = {}) =>
    talk(setting(actions)).takes({ ...MEANS_GO, injectedParameters: before }).parameters;

test.each([
  ['a plain name', 'x', 'x'],
  ['a reference', '$session.params.x', 'x'],
  ['a name with a dot', 'order.x', 'order.x'],
])('%s sets a session parameter', (_, parameter, name) => {
  expect(set(preset(parameter, 1))()).toEqual({ [name]: 1 });
});

test('each preset sees what those before it have set', () => {
  expect(set(preset('x', 1), preset('y', '$sys.func.ADD($session.params.x, 1)'))()).toEqual({ x: 1, y: 2 });
});

test('null removes, and so does a reference to nothing', () => {
  expect(set(preset('x', null), preset('y', '$session.params.none'))({ x: 1, y: 1, z: 1 })).toEqual({ z: 1 });
});

test('names are the same in any case, and keep the one that they had first', () => {
  expect(set(preset('COLOUR', 'red'))({ Colour: 'blue' })).toEqual({ Colour: 'red' });
});

test('NESTED_FIELD sets a field, and makes the object where there is none', () => {
  const city = preset('$sys.func.NESTED_FIELD("$session.params.address", "city")', 'Pune');
  expect(set(city)({ address: { zip: '1' } })).toEqual({ address: { zip: '1', city: 'Pune' } });
  expect(set(city)()).toEqual({ address: { city: 'Pune' } });
});

test('a setting that cannot be read sets nothing, and the trace says so', () => {
  const { parameters, trace } = talk(setting([preset('$sys.func.NOW()', 1), preset('y', 2)])).means('go');
  expect(parameters).toEqual({ y: 2 });
  expect(trace).toContainEqual({ kind: 'hidden', message: expect.stringContaining('NESTED_FIELD') });
});

test('what the caller sets is there before anything else, and null removes it', () => {
  const person = talk(setting([], 'Hello $session.params.name.'));
  const said = person.takes({ ...MEANS_GO, injectedParameters: { name: 'Ada', x: 1 } });
  expect(said.texts).toEqual(['Hello Ada.']);
  expect(person.takes({ ...MEANS_GO, injectedParameters: { X: null } }).parameters).toEqual({ name: 'Ada' });
});

test('an intent’s parameters become the session’s, and what was said for them can be referred to', () => {
  const person = talk(setting([], '$intent.params.city.original, $intent.params.city, $session.params.city'));
  const said = person.means('go', { city: 'Pune' });
  expect(said).toMatchObject({ texts: ['said city, Pune, Pune'], parameters: { city: 'Pune' } });
});

test('what was said for a parameter is forgotten once it is set to something else', () => {
  const original = { condition: 'true', triggerFulfillment: says('$session.params.city.original') };
  const change = { condition: 'true', triggerFulfillment: { setParameterActions: [preset('city', 'Rome')] } };
  const person = talk({
    flows: { [START]: { transitionRoutes: [{ intent: 'go' }, original, change] } },
    intents: { go: {} },
  });
  expect(person.means('go', { city: 'Pune' }).texts).toEqual(['said city']);
  expect(person.state.originals).toEqual({});
});

test('an intent’s parameter fills the form, and makes an invalid value valid', () => {
  const invalidates = {
    condition: '$page.params.city.status = "UPDATED"',
    triggerFulfillment: { webhook: 'backend', tag: 't' },
  };
  const final = { condition: '$page.params.status = "FINAL"', triggerFulfillment: says('Done.') };
  const person = talk(
    {
      flows: {
        [START]: {
          transitionRoutes: [{ intent: 'go', targetPage: 'P' }, { intent: 'city' }],
          pages: {
            P: { form: { parameters: [asks('city', '@sys.any', 'Where?')] }, transitionRoutes: [invalidates, final] },
          },
        },
      },
      intents: { go: {}, city: {} },
      webhooks: { backend: 'https://backend.invalid/' },
    },
    { webhook: () => answers({ form: [{ displayName: 'city', state: 'INVALID' }] }) },
  );
  person.means('go');
  expect(person.fills({ city: 'Atlantis' }).texts).toEqual(['Where?']);
  expect(person.means('city', { city: 'Pune' }).texts).toEqual(['Done.']);
});

test.each([
  ['$request.user-utterance', 'go'],
  ['$request.payload.caller.id', '7'],
  ['$request.sentiment.score', '0.5'],
  ['$request.language', 'en'],
  ['$request.webhook_status_code', '$request.webhook_status_code'],
  ['$event.params.x', '$event.params.x'],
])('%s is %s', (reference, value) => {
  const turn = { payload: { caller: { id: 7 } }, sentiment: { score: 0.5, magnitude: 1 } };
  expect(talk(setting([], reference), { turn }).means('go').texts).toEqual([value]);
});

test('$page.params knows the form: its values, and how each came', () => {
  const words = 'X $page.params.x is $page.params.x.status, y is $page.params.y.status, the form $page.params.status.';
  const page = {
    form: { parameters: [asks('x', '@sys.any', 'X?'), asks('y', '@sys.any', 'Y?')] },
    transitionRoutes: [{ condition: 'true', triggerFulfillment: says(words) }],
  };
  const person = talk({
    flows: {
      [START]: { transitionRoutes: [{ intent: 'go', targetPage: 'P' }, { intent: 'other' }], pages: { P: page } },
    },
    intents: { go: {}, other: {} },
  });
  person.means('go');
  expect(person.fills({ x: 1 }).texts).toEqual(['X 1 is UPDATED, y is EMPTY, the form INITIAL.', 'Y?']);
  expect(person.means('other').texts).toEqual(['X 1 is FILLED, y is EMPTY, the form INITIAL.', 'Y?']);
  expect(person.fills({ y: 2 }).texts).toEqual(['X 1 is FILLED, y is UPDATED, the form FINAL.']);
});

const MEANS_GO = {
  input: { kind: 'text', text: 'go' } as const,
  understanding: { intent: { displayName: 'go', confidence: 1, parameters: {} }, form: {} },
};
