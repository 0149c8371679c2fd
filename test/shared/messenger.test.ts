import { expect, test } from '@jest/globals';
import { checkMessage } from '../../shared/messages/check.ts';
import { richContent } from '../../shared/messages.ts';
import {
  accordion,
  button,
  chips,
  citations,
  customTemplate,
  description,
  html,
  image,
  info,
  list,
  type RichElement,
} from '../../shared/messenger.ts';
import { expectConformant } from '../helpers/conformance.ts';

const logo = { rawUrl: 'https://example.com/logo.png' };
const anchor = { href: 'https://example.com', target: '_self' };
const event = { event: 'pay' };

const BUILT: [string, RichElement | RichElement[], unknown][] = [
  ['info', info({ title: 'Library' }), { type: 'info', title: 'Library' }],
  [
    'info with everything',
    info({ title: 'Library', subtitle: 'Open', image: logo, anchor }),
    { type: 'info', title: 'Library', subtitle: 'Open', image: logo, anchor },
  ],
  [
    'description',
    description({ title: 'Fees', text: ['One', 'Two'] }),
    { type: 'description', title: 'Fees', text: ['One', 'Two'] },
  ],
  [
    'image',
    image({ rawUrl: logo.rawUrl, accessibilityText: 'Logo' }),
    { type: 'image', rawUrl: logo.rawUrl, accessibilityText: 'Logo' },
  ],
  [
    'button',
    button({ text: 'Pay', icon: { type: 'payments', color: '#F90' }, mode: 'blocking', anchor, event }),
    { type: 'button', text: 'Pay', icon: { type: 'payments', color: '#F90' }, mode: 'blocking', anchor, event },
  ],
  [
    'list',
    list({ title: 'Chess', subtitle: 'Monday', image: logo, event }, { title: 'Choir', anchor }),
    [
      { type: 'list', title: 'Chess', subtitle: 'Monday', image: logo, event },
      { type: 'list', title: 'Choir', anchor },
    ],
  ],
  [
    'accordion',
    accordion({ title: 'Hours', subtitle: 'All year', image: logo, text: '8 to 20' }),
    { type: 'accordion', title: 'Hours', subtitle: 'All year', image: logo, text: '8 to 20' },
  ],
  [
    'chips',
    chips('Fees', { text: 'Map', mode: 'blocking', image: logo, anchor }),
    { type: 'chips', options: [{ text: 'Fees' }, { text: 'Map', mode: 'blocking', image: logo, anchor }] },
  ],
  [
    'citations',
    citations({ title: 'Rules', subtitle: 'Page 3', anchor }, { title: 'FAQ' }),
    { type: 'match_citations', citations: [{ title: 'Rules', subtitle: 'Page 3', anchor }, { title: 'FAQ' }] },
  ],
  ['html', html('<b>Closed</b>'), { type: 'html', html: '<b>Closed</b>' }],
  [
    'customTemplate',
    customTemplate('seat-map', { free: ['A1'] }),
    { type: 'custom_template', name: 'seat-map', payload: { free: ['A1'] } },
  ],
];

test.each(BUILT)('%s', (_name, built, expected) => {
  expect(built).toEqual(expected);
  const message = richContent(built);
  expect(checkMessage(message, 'messages[0]')).toBe(message);
  expectConformant(message, 'ResponseMessage');
});

// tsc is the judge here: it reports a directive whose line has no error.
test('what is wrong does not compile', () => {
  // @ts-expect-error an unknown field
  info({ title: 'Library', text: 'Open' });
  // @ts-expect-error a title is needed
  info({ subtitle: 'Open' });
  // @ts-expect-error the type is given by the builder
  info({ type: 'list', title: 'Library' });
  // @ts-expect-error Dialogflow ES: actionLink
  info({ title: 'Library', actionLink: 'https://example.com' });
  // @ts-expect-error Dialogflow ES: image.src
  info({ title: 'Library', image: { src: logo } });
  // @ts-expect-error Dialogflow ES: link
  button({ text: 'Pay', link: 'https://example.com' });
  // @ts-expect-error Dialogflow ES: event.name
  list({ title: 'Chess', event: { name: 'pay', languageCode: 'en' } });
  // @ts-expect-error Dialogflow ES: link of a chip
  chips({ text: 'Map', link: 'https://example.com' });
  // @ts-expect-error the lines of a description are a list
  description({ title: 'Fees', text: 'One' });
  // @ts-expect-error the only mode is blocking
  button({ text: 'Pay', mode: 'modal' });
  // @ts-expect-error a custom element's name has a hyphen
  customTemplate('seatmap', {});
  // @ts-expect-error a Date is not JSON
  customTemplate('seat-map', { at: new Date() });
});
