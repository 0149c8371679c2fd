import { type AgentExport, asks, says } from '../../../helpers/agent-export.ts';

/** One pixel, for pictures that load without a network. */
const PIXEL =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';
const LINK = 'https://example.com/there';

/** What stands in the messages of an event: a message as an export has it, but for the language. */
type Messages = readonly { readonly [kind: string]: unknown }[];

const card = (...elements: readonly object[]) => [{ payload: { richContent: [elements] } }];

/** By the event that shows it: every kind of message, every element. */
export const GALLERY: { readonly [event: string]: Messages } = {
  markdown: [
    {
      text: {
        text: [
          '# Fees\n\nThey are **due** [here](https://example.com/fees).\n\n- tuition\n- hostel\n\n| item | sum |\n|---|---|\n| hostel | 250 |',
        ],
      },
    },
  ],
  info: card({
    type: 'info',
    title: 'Library',
    subtitle: 'Open until 20:00',
    image: { rawUrl: PIXEL },
    anchor: { href: LINK },
  }),
  description: card({ type: 'description', title: 'Fees', text: ['Tuition 40,000', 'Hostel 25,000'] }),
  image: card({ type: 'image', rawUrl: PIXEL, accessibilityText: 'Map of the campus' }),
  button: card(
    { type: 'button', text: 'Pay now', icon: { type: 'payments', color: '#0a7' }, anchor: { href: LINK } },
    { type: 'button', text: 'Ask a person', icon: { type: 'chat' }, event: { event: 'description' } },
    { type: 'button', text: 'Broken' },
  ),
  list: card(
    { type: 'list', title: 'Chess', subtitle: 'Mondays', event: { event: 'description' } },
    { type: 'divider' },
    { type: 'list', title: 'Choir', subtitle: 'Fridays', anchor: { href: LINK } },
  ),
  accordion: card({
    type: 'accordion',
    title: 'Opening hours',
    subtitle: 'All year',
    text: 'Monday to <b>Friday</b>, 8 to 20.',
  }),
  chips: card({
    type: 'chips',
    options: [
      { text: 'hello' },
      { text: 'Timetable', anchor: { href: LINK } },
      { text: 'With a face', image: { rawUrl: PIXEL } },
    ],
  }),
  citations: card({
    type: 'citations',
    citations: [{ title: 'Fee rules', subtitle: 'Page 3', anchor: { href: LINK } }],
  }),
  'match-citations': card({ type: 'match_citations', citations: [{ title: 'House rules' }] }),
  html: card({ type: 'html', html: '<p><b>Closed</b> on <a href="https://example.com/there">Sunday</a></p>' }),
  template: card({ type: 'custom_template', name: 'seat-map', payload: { hall: 7 } }),
  video: card({ type: 'video', title: 'A tour', rawUrl: LINK }, { type: 'files', files: [{ name: 'a.pdf' }] }),
  unknown: card({ type: 'hologram', depth: 3 }),
  payload: [{ payload: { weather: { city: 'Pune' } } }],
  speech: [
    {
      outputAudioText: {
        ssml: '<speak>Your code is <say-as interpret-as="digits">1234</say-as>.<break time="500ms"/><emphasis level="strong">Now</emphasis> press <sub alias="pound">#</sub>.</speak>',
      },
    },
    { outputAudioText: { text: 'Plainly said.' } },
    { outputAudioText: { ssml: '<speak>broken' } },
  ],
  telephone: [
    { playAudio: { audioUri: 'https://example.com/tune.wav' } },
    { telephonyTransferCall: { phoneNumber: '+15550100' } },
    { mixedAudio: { segments: [{ uri: 'https://example.com/hello.wav' }] } },
  ],
  handoff: [
    { liveAgentHandoff: { metadata: { queue: 'fees' } } },
    { conversationSuccess: { metadata: { because: 'paid' } } },
    { endInteraction: {} },
    { knowledgeInfoCard: {} },
    { toolCall: { tool: 'projects/p/tools/t', action: 'look', inputParameters: { near: 'Pune' } } },
  ],
  channel: [{ text: { text: ['Spoken alone.'] }, channel: 'TELEPHONY' }, { text: { text: ['Written.'] } }],
};

const ATTACK = 'globalThis.attacked=1';
/** Each would run, if anything of an agent or a person were ever put in as it is. */
export const ATTACKS: { readonly [event: string]: Messages } = {
  'attack-markdown': [
    { text: { text: [`<script>${ATTACK}</script>`] } },
    { text: { text: [`<img src=x onerror="${ATTACK}"> [click](javascript:${ATTACK}) ![x](javascript:${ATTACK})`] } },
    {
      text: {
        text: [
          `<a href="javascript:${ATTACK}" onclick="${ATTACK}">markup</a> <svg onload="${ATTACK}"><a xlink:href="javascript:${ATTACK}"><text>s</text></a></svg>`,
        ],
      },
    },
    {
      text: {
        text: [
          `<iframe srcdoc="<script>parent.attacked=1</script>"></iframe><form action="javascript:${ATTACK}"><button>form</button></form>`,
        ],
      },
    },
    {
      text: {
        text: [
          `<style>body{display:none}</style><b id="console" class="button primary" style="position:fixed">styled</b>`,
        ],
      },
    },
    {
      text: {
        text: [
          '<a href="/console/api/sessions">inside</a> <a href="data:text/html,x">data</a> <map><area href="https://example.com"></map>',
        ],
      },
    },
  ],
  'attack-html': card(
    {
      type: 'html',
      html: `<img src=x onerror="${ATTACK}"><a href=" java&#10;script:${ATTACK}">html link</a><math><mtext><table><mglyph><style><img src=x onerror="${ATTACK}">`,
    },
    { type: 'accordion', title: `<img src=x onerror="${ATTACK}">`, text: `<img src=x onerror="${ATTACK}">` },
  ),
  'attack-elements': card(
    {
      type: 'info',
      title: `<img src=x onerror="${ATTACK}">`,
      subtitle: `<b>no</b>`,
      anchor: { href: `javascript:${ATTACK}` },
      image: { rawUrl: `javascript:${ATTACK}` },
    },
    { type: 'description', title: `<script>${ATTACK}</script>`, text: [`<img src=x onerror="${ATTACK}">`] },
    {
      type: 'button',
      text: 'wicked button',
      anchor: { href: `JaVaScRiPt:${ATTACK}` },
      icon: { type: 'x', color: `red" onload="${ATTACK}` },
    },
    {
      type: 'chips',
      options: [
        { text: 'wicked chip', anchor: { href: `javascript:${ATTACK}` } },
        { text: `<img src=x onerror="${ATTACK}">` },
      ],
    },
    { type: 'list', title: 'wicked item', anchor: { href: `data:text/html,<script>${ATTACK}</script>` } },
    { type: 'citations', citations: [{ title: 'wicked source', anchor: { href: `javascript:${ATTACK}` } }] },
    { type: 'custom_template', name: `<img src=x onerror="${ATTACK}">`, payload: { a: `<script>${ATTACK}</script>` } },
    { type: `<img src=x onerror="${ATTACK}">` },
    { type: 'video', rawUrl: `javascript:${ATTACK}` },
    { type: 'image', rawUrl: `javascript:${ATTACK}`, anchor: { href: `javascript:${ATTACK}` } },
    { type: 'description', title: { toString: 'x' }, text: { length: 5 } },
    null as unknown as object,
  ),
  'attack-speech': [
    {
      outputAudioText: {
        ssml: `<speak><img xmlns="http://www.w3.org/1999/xhtml" src="x" onerror="${ATTACK}"/><script xmlns="http://www.w3.org/1999/xhtml">${ATTACK}</script>safe speech</speak>`,
      },
    },
    { playAudio: { audioUri: `javascript:${ATTACK}` } },
    { telephonyTransferCall: { phoneNumber: `<img src=x onerror="${ATTACK}">` } },
    { liveAgentHandoff: { metadata: { note: `<img src=x onerror="${ATTACK}">` } } },
  ],
};

/** An agent that shows all of it, each at its event, and asks for some things besides. */
export const GALLERY_AGENT: AgentExport = {
  agent: { displayName: 'Gallery', supportedLanguageCodes: ['de'] },
  flows: {
    'Default Start Flow': {
      transitionRoutes: [
        { intent: 'greet', triggerFulfillment: says('Good day.') },
        { intent: 'dial', triggerFulfillment: says('Type your code.'), targetPage: 'Code' },
        { intent: 'leave', triggerFulfillment: says('Bye.'), targetPage: 'End Session' },
        { intent: 'echo', triggerFulfillment: says('You are <b>$session.params.who</b>.') },
      ],
      eventHandlers: [
        { event: 'sys.no-match-default', triggerFulfillment: says('I did not get that.') },
        { event: 'sys.no-input-default', triggerFulfillment: says('Are you there?') },
        ...Object.entries({ ...GALLERY, ...ATTACKS }).map(([event, messages]) => ({
          event,
          triggerFulfillment: { messages: messages.map((message) => ({ ...message, languageCode: 'en' })) },
        })),
      ],
      pages: {
        Code: {
          form: {
            parameters: [
              asks('code', '@sys.number-sequence', 'Your code?', {
                advancedSettings: { dtmfSettings: { enabled: true, maxDigits: 6, finishDigit: '#' } },
              }),
            ],
          },
          transitionRoutes: [
            {
              condition: '$page.params.status = "FINAL"',
              triggerFulfillment: says('The code is $session.params.code.'),
            },
          ],
        },
      },
    },
  },
  intents: {
    greet: { phrases: ['hello', 'good morning'] },
    dial: { phrases: ['I want to type a code', 'type a code'] },
    leave: { phrases: ['good bye', 'I leave now'] },
    echo: { phrases: ['who am I', 'tell me who I am'] },
  },
};
