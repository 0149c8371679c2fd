import { expect, test } from '@jest/globals';
import { asks, says } from '../../../helpers/agent-export.ts';
import { talk } from '../../../helpers/emulated.ts';

const handles = (event: string, text = event, more: object = {}) => ({
  event,
  triggerFulfillment: says(text),
  ...more,
});

/** On the page P. */
const on = (page: object, flow: object = {}) => {
  const person = talk({
    flows: {
      'Default Start Flow': {
        transitionRoutes: [{ intent: 'go', targetPage: 'P' }, { intent: 'other' }],
        pages: { P: page, Q: { entryFulfillment: says('Q.') } },
        ...flow,
      },
    },
    intents: { go: {}, other: {} },
  });
  person.means('go');
  return person;
};

test('an event is handled by the page before the flow, by the first handler only', () => {
  const eventHandlers = [handles('ring', 'page'), handles('ring', 'page again')];
  const person = on({ eventHandlers }, { eventHandlers: [handles('ring', 'flow'), handles('knock', 'flow knocked')] });
  expect(person.raises('ring').texts).toEqual(['page']);
  expect(person.raises('knock').texts).toEqual(['flow knocked']);
});

test('an event goes straight to its handler: conditions are not looked at', () => {
  const transitionRoutes = [{ condition: 'true', triggerFulfillment: says('condition') }];
  expect(on({ transitionRoutes, eventHandlers: [handles('ring')] }).raises('ring').texts).toEqual(['ring']);
});

test('an event that nobody handles says nothing, and the trace says why', () => {
  const { texts, trace, page } = on({}).raises('ring');
  expect([texts, page]).toEqual([[], 'P']);
  expect(trace).toContainEqual({ kind: 'event', event: 'ring', handler: null });
});

test('a handler with a target goes there', () => {
  const person = on({ eventHandlers: [handles('ring', 'Coming.', { targetPage: 'Q' })] });
  expect(person.raises('ring')).toMatchObject({ texts: ['Coming.', 'Q.'], page: 'Q' });
});

test('after an event the question of the form is asked again', () => {
  const form = { parameters: [asks('x', '@sys.any', 'X?')] };
  expect(on({ form, eventHandlers: [handles('ring')] }).raises('ring').texts).toEqual(['ring', 'X?']);
});

test('silence and words that nobody understands are counted apart, and anew after what was understood', () => {
  const names = ['sys.no-match-1', 'sys.no-match-2', 'sys.no-match-default', 'sys.no-input-1', 'sys.no-input-default'];
  const person = on({ eventHandlers: names.map((name) => handles(name)) });
  const turns = ['hm', 'hm', '', 'hm', ' ', '\t'].map((text) => person.says(text).texts);
  expect(turns.flat()).toEqual([
    'sys.no-match-1',
    'sys.no-match-2',
    'sys.no-input-1',
    'sys.no-match-default',
    'sys.no-input-default',
    'sys.no-input-default',
  ]);
  person.means('other');
  expect(person.says().texts).toEqual(['sys.no-match-1']);
});

test('another page counts from the beginning', () => {
  const eventHandlers = [handles('sys.no-match-1', 'one', { targetPage: 'Q' }), handles('sys.no-match-2', 'two')];
  const person = on({}, { eventHandlers });
  expect(person.says().texts).toEqual(['one', 'Q.']);
  expect(person.says().texts).toEqual(['one', 'Q.']);
});

const long = 'a'.repeat(257);

test('more than 256 characters are a long utterance, whatever they might mean', () => {
  const person = on({ eventHandlers: [handles('sys.long-utterance'), handles('sys.no-match-1')] });
  const understanding = { intent: { displayName: 'go', confidence: 1, parameters: {} }, form: {} };
  const said = person.takes({ input: { kind: 'text', text: long }, understanding });
  expect(said).toMatchObject({ texts: ['sys.long-utterance'], intent: null });
  expect(person.says('a'.repeat(256)).texts).toEqual(['sys.no-match-1']);
});

test('a long utterance is sought at every level before it is a no-match', () => {
  const flow = { eventHandlers: [handles('sys.long-utterance', 'flow')] };
  expect(on({ eventHandlers: [handles('sys.no-match-1', 'page')] }, flow).says(long).texts).toEqual(['flow']);
  expect(on({ eventHandlers: [handles('sys.no-match-1', 'page')] }).says(long).texts).toEqual(['page']);
});

test('while a form asks, a long utterance that nobody handles is the parameter’s no-match', () => {
  const form = { parameters: [asks('x', '@sys.any', 'X?')] };
  expect(on({ form, eventHandlers: [handles('sys.no-match-default', 'page')] }).says(long).texts).toEqual(['X?']);
});
