import { expect, test } from '@jest/globals';
import { asks, says } from '../../../helpers/agent-export.ts';
import { answers, answerText, talk } from '../../../helpers/emulated.ts';

/** The start page goes to this page at once. */
const withPage = (page: object, more: object = {}) => ({
  flows: {
    'Default Start Flow': {
      transitionRoutes: [{ intent: 'go', targetPage: 'P' }],
      pages: { P: page, ...more },
    },
  },
  intents: { go: {}, other: {} },
  webhooks: { backend: 'https://backend.invalid/' },
});

test('a page is entered, its routes are looked at, then it asks: in that order', () => {
  const person = talk(
    withPage({
      entryFulfillment: says('Entry.'),
      form: { parameters: [asks('colour', '@sys.any', 'Which colour?')] },
      transitionRoutes: [{ condition: 'true', triggerFulfillment: says('Route.') }],
    }),
  );
  const { texts, page, messages } = person.means('go');
  expect(texts).toEqual(['Entry.', 'Route.', 'Which colour?']);
  expect(messages.map(({ responseType }) => responseType)).toEqual([
    'ENTRY_PROMPT',
    'HANDLER_PROMPT',
    'PARAMETER_PROMPT',
  ]);
  expect(page).toBe('P');
});

test('a fulfilment sets its parameters, says its messages and cases, and then calls its webhook, which sees them', () => {
  const person = talk(
    withPage({
      entryFulfillment: {
        ...says('Colour: $session.params.colour.'),
        setParameterActions: [{ parameter: 'colour', value: 'red' }],
        conditionalCases: [
          {
            cases: [
              { condition: '$session.params.colour = "red"', caseContent: says('It is red.').messages.map(message) },
            ],
          },
        ],
        webhook: 'backend',
        tag: 'look',
      },
    }),
    { webhook: () => answers({ messages: [answerText('From the webhook.')] }) },
  );
  const { texts, calls } = person.means('go');
  expect(texts).toEqual(['Colour: red.', 'It is red.', 'From the webhook.']);
  expect(
    calls.map(({ tag, context }) => [tag, context.parameters, context.messages.map(({ content }) => content)]),
  ).toEqual([['look', { colour: 'red' }, [{ text: ['Colour: red.'] }, { text: ['It is red.'] }]]]);
});

test('the intent that led to a page is not matched again on it', () => {
  const person = talk(withPage({ transitionRoutes: [{ intent: 'go', triggerFulfillment: says('Again.') }] }));
  expect(person.means('go').texts).toEqual([]);
  expect(person.means('go').texts).toEqual(['Again.']);
});

test('... even if no route of the page before has taken it', () => {
  const person = talk({
    flows: {
      'Default Start Flow': {
        transitionRoutes: [
          { intent: 'go', condition: '$session.params.x = 1', triggerFulfillment: says('Never.') },
          { condition: 'true', targetPage: 'P' },
        ],
        pages: { P: { transitionRoutes: [{ intent: 'go', triggerFulfillment: says('Neither.') }] } },
      },
    },
    intents: { go: {} },
  });
  expect(person.means('go')).toMatchObject({ texts: [], page: 'P' });
});

test('routes of a page run with every turn that it is active, until one leaves it', () => {
  const person = talk(
    withPage(
      {
        transitionRoutes: [
          { condition: 'true', triggerFulfillment: says('One.') },
          { condition: '$session.params.done = true', targetPage: 'Q' },
          { condition: 'true', triggerFulfillment: says('Two.') },
        ],
      },
      { Q: { entryFulfillment: says('Q.') } },
    ),
  );
  expect(person.means('go').texts).toEqual(['One.', 'Two.']);
  expect(person.means('other').texts).toEqual(['One.', 'Two.']);
  expect(person.takes({ ...intent('other'), injectedParameters: { done: true } }).texts).toEqual(['One.', 'Q.']);
});

test('the current page as a target is entered again', () => {
  const person = talk(
    withPage({
      entryFulfillment: says('Entry.'),
      transitionRoutes: [{ intent: 'other', triggerFulfillment: says('Once more.'), targetPage: 'Current Page' }],
    }),
  );
  person.means('go');
  expect(person.means('other').texts).toEqual(['Once more.', 'Entry.']);
});

test('the start page as a target has its conditions looked at', () => {
  const person = talk({
    flows: {
      'Default Start Flow': {
        transitionRoutes: [
          { intent: 'go', targetPage: 'P' },
          { condition: '$session.params.been = true', triggerFulfillment: says('Back again.') },
        ],
        pages: {
          P: {
            entryFulfillment: { setParameterActions: [{ parameter: 'been', value: true }] },
            transitionRoutes: [{ intent: 'home', targetPage: 'Start Page' }],
          },
        },
      },
    },
    intents: { go: {}, home: {} },
  });
  person.means('go');
  expect(person.means('home')).toMatchObject({ texts: ['Back again.'], page: 'Start Page' });
});

test('the previous page is entered again as it was left: what a webhook made optional stays so', () => {
  const person = talk(
    withPage(
      {
        entryFulfillment: { ...says('P.'), webhook: 'backend', tag: 'relax' },
        form: {
          parameters: [asks('free', '@sys.any', 'Free?'), asks('colour', '@sys.any', 'Which colour?')],
        },
        transitionRoutes: [{ intent: 'other', targetPage: 'Q' }],
      },
      { Q: { entryFulfillment: says('Q.'), transitionRoutes: [{ intent: 'go', targetPage: 'Previous Page' }] } },
    ),
    {
      webhook: ({ context }) =>
        answers(
          context.parameters.been
            ? {}
            : { parameters: { been: true }, form: [{ displayName: 'FREE', required: false }] },
        ),
    },
  );
  expect(person.means('go').texts).toEqual(['P.', 'Which colour?']);
  expect(person.means('other').texts).toEqual(['Q.']);
  expect(person.means('go')).toMatchObject({ texts: ['P.', 'Which colour?'], page: 'P' });
  expect(person.state.stack[0]!.required).toEqual({ free: false });
});

test('the previous page of a page that was entered again is the one before', () => {
  const person = talk(
    withPage(
      { entryFulfillment: says('P.'), transitionRoutes: [{ intent: 'other', targetPage: 'Q' }] },
      {
        Q: {
          transitionRoutes: [
            { intent: 'other', targetPage: 'Current Page' },
            { intent: 'go', targetPage: 'Previous Page' },
          ],
        },
      },
    ),
  );
  person.means('go');
  person.means('other');
  person.means('other');
  expect(person.means('go').page).toBe('P');
});

function message(content: unknown) {
  return { message: content };
}

function intent(displayName: string) {
  return {
    input: { kind: 'text', text: displayName } as const,
    understanding: { intent: { displayName, confidence: 1, parameters: {} }, form: {} },
  };
}
