import type { JsonObject } from './wire.ts';

/**
 * The elements of Dialogflow (CX) Messenger cards, for `richContent` of `messages.ts`.
 *
 * Field names are those of https://docs.cloud.google.com/dialogflow/cx/docs/concept/integration/dialogflow-messenger/fulfillment.
 * The shapes of the older Dialogflow ES Messenger (`link`, `actionLink`, `image.src.rawUrl`, `event.name`) do not compile.
 * Elements whose fields we could not read in any source (divider, files, video) have no builder; `payload` can send them.
 */

// Type aliases, not interfaces: only they are assignable to the index signature of JsonObject.

export type Image = { readonly rawUrl: string };

/** Where a click leads. `target` is the link's target, by default `_blank`. */
export type Anchor = { readonly href: string; readonly target?: string };

/** Raised in the agent on a click, as a custom event. */
export type ClickEvent = { readonly event: string };

/** `type` is the name of a Material icon, for example `chevron_right`; `color` a CSS color. */
export type Icon = { readonly type?: string; readonly color?: string };

type InfoFields = {
  readonly title: string;
  readonly subtitle?: string;
  readonly image?: Image;
  readonly anchor?: Anchor;
};
type DescriptionFields = { readonly title?: string; readonly text: readonly string[] };
type ImageFields = { readonly rawUrl: string; readonly accessibilityText?: string };
type ButtonFields = {
  readonly text: string;
  readonly icon?: Icon;
  readonly mode?: 'blocking';
  readonly anchor?: Anchor;
  readonly event?: ClickEvent;
};
type ListItemFields = InfoFields & { readonly event?: ClickEvent };
type AccordionFields = {
  readonly title: string;
  readonly subtitle?: string;
  readonly image?: Image;
  readonly text: string;
};
type Chip = { readonly text: string; readonly mode?: 'blocking'; readonly image?: Image; readonly anchor?: Anchor };
type Citation = { readonly title: string; readonly subtitle?: string; readonly anchor?: Anchor };

export type Info = { readonly type: 'info' } & InfoFields;
export type Description = { readonly type: 'description' } & DescriptionFields;
export type Picture = { readonly type: 'image' } & ImageFields;
export type Button = { readonly type: 'button' } & ButtonFields;
export type ListItem = { readonly type: 'list' } & ListItemFields;
export type Accordion = { readonly type: 'accordion' } & AccordionFields;
export type Chips = { readonly type: 'chips'; readonly options: readonly Chip[] };
export type Citations = { readonly type: 'match_citations'; readonly citations: readonly Citation[] };
export type Html = { readonly type: 'html'; readonly html: string };
export type CustomTemplate = { readonly type: 'custom_template'; readonly name: string; readonly payload: JsonObject };

/** One element of a card. */
export type RichElement =
  | Info
  | Description
  | Picture
  | Button
  | ListItem
  | Accordion
  | Chips
  | Citations
  | Html
  | CustomTemplate;

/**
 * A title card that leads somewhere when it is clicked.
 *
 * @example info({ title: 'Library', subtitle: 'Open until 20:00', anchor: { href: 'https://example.com/library' } })
 */
export function info(fields: InfoFields): Info {
  return { type: 'info', ...fields };
}

/**
 * A card of several lines of text.
 *
 * @example description({ title: 'Fees', text: ['Tuition 40,000', 'Hostel 25,000'] })
 */
export function description(fields: DescriptionFields): Description {
  return { type: 'description', ...fields };
}

/**
 * A picture; `accessibilityText` is read to those who cannot see it.
 *
 * @example image({ rawUrl: 'https://example.com/map.png', accessibilityText: 'Map of the campus' })
 */
export function image(fields: ImageFields): Picture {
  return { type: 'image', ...fields };
}

/**
 * A button that follows a link or raises an event.
 *
 * @example button({ text: 'Pay now', icon: { type: 'payments' }, anchor: { href: 'https://example.com/pay' } })
 */
export function button(fields: ButtonFields): Button {
  return { type: 'button', ...fields };
}

/**
 * A card of choices: one list element for each, tied together.
 *
 * @example richContent(list({ title: 'Chess', event: { event: 'club-chess' } }, { title: 'Choir' }))
 */
export function list(...items: readonly ListItemFields[]): ListItem[] {
  return items.map((fields) => ({ type: 'list', ...fields }));
}

/**
 * A title that opens to show its text.
 *
 * @example accordion({ title: 'Opening hours', text: 'Monday to Friday, 8 to 20.' })
 */
export function accordion(fields: AccordionFields): Accordion {
  return { type: 'accordion', ...fields };
}

/**
 * Suggestions: a click says the text, or follows the anchor. A string is a chip with that text.
 *
 * @example chips('Fees', { text: 'Timetable', anchor: { href: 'https://example.com/timetable' } })
 */
export function chips(...options: readonly (string | Chip)[]): Chips {
  return { type: 'chips', options: options.map((chip) => (typeof chip === 'string' ? { text: chip } : chip)) };
}

/**
 * Where an answer comes from.
 *
 * @example citations({ title: 'Fee rules 2026', subtitle: 'Page 3', anchor: { href: 'https://example.com/rules.pdf' } })
 */
export function citations(...sources: readonly Citation[]): Citations {
  return { type: 'match_citations', citations: sources };
}

/**
 * A card of your own markup. Put nothing in it that a person typed.
 *
 * @example html('<b>Closed</b> on Sunday')
 */
export function html(markup: string): Html {
  return { type: 'html', html: markup };
}

/**
 * A custom element that the page around Messenger registered; it gets the payload. Names of custom elements have a hyphen.
 *
 * @example customTemplate('seat-map', { hall: 7, free: ['A1', 'B4'] })
 */
export function customTemplate(name: `${string}-${string}`, payload: JsonObject): CustomTemplate {
  return { type: 'custom_template', name, payload };
}
