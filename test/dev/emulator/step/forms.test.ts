import { expect, test } from '@jest/globals';
import { expectationOf } from '../../../../dev/emulator/expectation.ts';
import { beginSession } from '../../../../dev/emulator/state.ts';
import { asks, says } from '../../../helpers/agent-export.ts';
import { answers, talk } from '../../../helpers/emulated.ts';

const FINAL = '$page.params.status = "FINAL"';
const done = { condition: FINAL, triggerFulfillment: says('Done.') };
const colour = asks('colour', '@sys.any', 'Which colour?');
const size = asks('size', '@sys.any', 'Which size?');
const reprompts = (...events: readonly string[]) => ({
  fillBehavior: {
    initialPromptFulfillment: says('Which colour?'),
    repromptEventHandlers: events.map((event) => ({ event, triggerFulfillment: says(event) })),
  },
});

/** On a page with this form, where it was just asked. */
const asked = (parameters: readonly object[], page: object = {}, options: Parameters<typeof talk>[1] = {}) => {
  const person = talk(
    {
      flows: {
        'Default Start Flow': {
          transitionRoutes: [
            { intent: 'go', targetPage: 'P' },
            { intent: 'help', triggerFulfillment: says('Help.') },
          ],
          pages: { P: { form: { parameters }, transitionRoutes: [done], ...page } },
        },
      },
      intents: { go: {}, help: {} },
      webhooks: { backend: 'https://backend.invalid/' },
    },
    options,
  );
  return { person, first: person.means('go') };
};

test('what is required is asked for in the order of the form, then the form is final', () => {
  const { person, first } = asked([colour, size]);
  expect(first.texts).toEqual(['Which colour?']);
  expect(person.fills({ colour: 'red' }).texts).toEqual(['Which size?']);
  expect(person.fills({ size: 'M' })).toMatchObject({ texts: ['Done.'], parameters: { colour: 'red', size: 'M' } });
});

test('what the session knows already is not asked for', () => {
  const { first } = asked([colour, size], {}, { state: beginSession('Default Start Flow', null, { Colour: 'blue' }) });
  expect(first.texts).toEqual(['Which size?']);
});

test('several values of one utterance are all taken, an optional one among them', () => {
  const { person } = asked([colour, { ...size, required: false }]);
  expect(person.fills({ colour: 'red', size: 'M' })).toMatchObject({
    texts: ['Done.'],
    parameters: { colour: 'red', size: 'M' },
  });
});

test('what is optional is not asked for', () => {
  expect(asked([{ ...colour, required: false }]).first.texts).toEqual(['Done.']);
});

test('an optional parameter has its default once nothing that is required misses, and not before', () => {
  const { person, first } = asked([{ ...size, required: false, defaultValue: 'M' }, colour]);
  expect(first.parameters).toEqual({});
  const { parameters, trace } = person.fills({ colour: 'red' });
  expect(parameters).toEqual({ colour: 'red', size: 'M' });
  expect(trace).toContainEqual({ kind: 'set', scope: 'session', parameter: 'size', value: 'M', by: 'default' });
});

test('a value that was said wins over the default, and a required parameter has none', () => {
  const { person } = asked([
    { ...size, required: false, defaultValue: 'M' },
    { ...colour, defaultValue: 'red' },
  ]);
  expect(person.fills({ size: 'L' })).toMatchObject({ texts: ['Which colour?'], parameters: { size: 'L' } });
});

test('a list is one value', () => {
  const { person } = asked([{ ...colour, isList: true }]);
  expect(person.fills({ colour: ['red', 'blue'] }).parameters).toEqual({ colour: ['red', 'blue'] });
});

test('a question is asked again after an intent that leads nowhere', () => {
  const { person } = asked([colour]);
  expect(person.means('help').texts).toEqual(['Help.', 'Which colour?']);
});

test('what does not fill the parameter is its own business: page and flow are not asked', () => {
  const eventHandlers = [{ event: 'sys.no-match-default', triggerFulfillment: says('The page.') }];
  const { person } = asked([colour], { eventHandlers });
  expect(person.says().texts).toEqual(['Which colour?']);
});

test('reprompts are counted, end with the default one, and are said in place of the question', () => {
  const { person } = asked([{ ...colour, ...reprompts('sys.no-match-1', 'sys.no-match-2', 'sys.no-match-default') }]);
  expect([person.says(), person.says(), person.says(), person.says()].map(({ texts }) => texts)).toEqual([
    ['sys.no-match-1'],
    ['sys.no-match-2'],
    ['sys.no-match-default'],
    ['sys.no-match-default'],
  ]);
});

test('a new question counts from the beginning, and so does the same one after an intent', () => {
  const { person } = asked([{ ...colour, ...reprompts('sys.no-match-1', 'sys.no-match-2') }, size]);
  person.says();
  person.means('help');
  expect(person.says().texts).toEqual(['sys.no-match-1']);
  person.fills({ colour: 'red' });
  expect(person.state.stack[0]!.misses).toEqual({ noMatch: 0, noInput: 0 });
});

test('a reprompt that fills the parameter itself goes on to the next question', () => {
  const repromptEventHandlers = [
    { event: 'sys.no-match-1', triggerFulfillment: { setParameterActions: [{ parameter: 'colour', value: 'any' }] } },
  ];
  const fillBehavior = { initialPromptFulfillment: says('Which colour?'), repromptEventHandlers };
  const { person } = asked([{ ...colour, fillBehavior }, size]);
  expect(person.says()).toMatchObject({ texts: ['Which size?'], parameters: { colour: 'any' } });
});

test('a question that fills its parameter itself is followed by the handlers and the next question', () => {
  const setParameterActions = [{ parameter: 'colour', value: 'red' }];
  const fillBehavior = { initialPromptFulfillment: { ...says('Red, then.'), setParameterActions } };
  const { first } = asked([{ ...colour, fillBehavior }]);
  expect(first.texts).toEqual(['Red, then.', 'Done.']);
});

const validated = {
  condition: '$page.params.colour.status = "UPDATED"',
  triggerFulfillment: { webhook: 'backend', tag: 'v' },
};

test('a value that a webhook calls invalid is asked for again by the handler of sys.invalid-parameter', () => {
  const { person } = asked(
    [{ ...colour, ...reprompts('sys.invalid-parameter') }],
    { transitionRoutes: [validated, done] },
    { webhook: () => answers({ form: [{ displayName: 'colour', state: 'INVALID' }] }) },
  );
  expect(person.fills({ colour: 'mud' })).toMatchObject({
    texts: ['sys.invalid-parameter'],
    parameters: { colour: 'mud' },
  });
  expect(expectationOf(person.agent, person.state, { languageCode: 'en', now: 0 }).parameter?.displayName).toBe(
    'colour',
  );
});

test('... or, where there is no such handler, by its question', () => {
  const { person } = asked(
    [colour],
    { transitionRoutes: [validated, done] },
    { webhook: () => answers({ form: [{ displayName: 'colour', state: 'INVALID', value: null }] }) },
  );
  expect(person.fills({ colour: 'mud' })).toMatchObject({ texts: ['Which colour?'], parameters: {} });
});

test('an invalid value has the status INVALID until a new one is said', () => {
  const routes = [
    validated,
    { condition: '$page.params.colour.status = "INVALID"', triggerFulfillment: says('Mud!') },
    done,
  ];
  const { person } = asked(
    [colour],
    { transitionRoutes: routes },
    {
      webhook: ({ context }) =>
        answers(context.parameters.colour === 'mud' ? { form: [{ displayName: 'colour', state: 'INVALID' }] } : {}),
    },
  );
  expect(person.fills({ colour: 'mud' }).texts).toEqual(['Mud!', 'Which colour?']);
  expect(person.fills({ colour: 'red' }).texts).toEqual(['Done.']);
});

test('... under its name in any case', () => {
  const { person } = asked(
    [{ ...colour, displayName: 'Colour' }],
    { transitionRoutes: [validated, done] },
    {
      webhook: ({ context }) =>
        answers(context.parameters.Colour === 'mud' ? { form: [{ displayName: 'Colour', state: 'INVALID' }] } : {}),
    },
  );
  expect(person.fills({ Colour: 'mud' }).texts).toEqual(['Which colour?']);
  expect(person.fills({ colour: 'red' }).texts).toEqual(['Done.']);
});

test('an optional parameter is optional whatever it is called', () => {
  expect(asked([{ ...colour, displayName: 'constructor', required: false }]).first.texts).toEqual(['Done.']);
});

test('of the states that a webhook gives only INVALID means anything', () => {
  const { person } = asked(
    [colour],
    { transitionRoutes: [validated, done] },
    { webhook: () => answers({ form: [{ displayName: 'colour', state: 'EMPTY' }] }) },
  );
  expect(person.fills({ colour: 'red' }).texts).toEqual(['Done.']);
});

test('a webhook makes a parameter required or optional, and fills it, but adds none', () => {
  const form = [
    { displayName: 'Colour', required: false },
    { displayName: 'size', required: true },
    { displayName: 'speed', required: true, value: 9 },
  ];
  const { first } = asked(
    [colour, { ...size, required: false }],
    { entryFulfillment: { webhook: 'backend', tag: 'x' } },
    { webhook: () => answers({ form }) },
  );
  expect(first).toMatchObject({ texts: ['Which size?'], parameters: {} });
});

test('a webhook sees the form as it is', () => {
  const { person } = asked(
    [colour, { ...size, required: false, redact: true }],
    { transitionRoutes: [validated] },
    {
      webhook: () => answers(),
    },
  );
  expect(person.fills({ colour: 'red' }).calls[0]!.context.form).toEqual([
    { displayName: 'colour', required: true, state: 'FILLED', value: 'red', justCollected: true, redact: false },
    { displayName: 'size', required: false, state: 'EMPTY', justCollected: false, redact: true },
  ]);
});

test('keys of a telephone fill a parameter as words do, and no key is silence', () => {
  const { person } = asked([{ ...colour, ...reprompts('sys.no-input-1', 'sys.no-match-1') }]);
  const press = (digits: string) => ({ input: { kind: 'dtmf', digits, finishDigit: '#' } as const });
  expect(person.takes(press('')).texts).toEqual(['sys.no-input-1']);
  const understanding = { intent: null, form: { colour: { original: '12', resolved: '12' } } };
  expect(person.takes({ ...press('12'), understanding }).parameters).toEqual({ colour: '12' });
});

test('a session that begins on a page expects its first question to be answered', () => {
  const { person } = asked([{ ...colour, required: false }, size]);
  const state = beginSession('Default Start Flow', 'P');
  expect(expectationOf(person.agent, state, { languageCode: 'en', now: 0 }).parameter?.displayName).toBe('size');
});
