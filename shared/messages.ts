import type { RichElement } from './messenger.ts';
import type { JsonObject, MessageContents, ResponseMessage } from './wire.ts';

/**
 * The messages that a webhook may send, one builder each. They build plain data and check nothing: every message of a reply
 * is checked when the reply is formatted, hand-written ones too (`messages/check.ts`).
 */

/**
 * Shown as text, or spoken where nothing in the turn is for speech only. CX says one of the variants.
 *
 * @example text('Your order is on its way.', 'On its way!')
 */
export function text(...variants: readonly [string, ...string[]]): ResponseMessage {
  return { text: { text: variants } };
}

/**
 * Spoken, not shown: plain text for speech synthesis. Where a turn has one of these, its `text` messages stay silent.
 *
 * @example spoken('Your code is four, two, seven.')
 */
export function spoken(words: string): ResponseMessage {
  return { outputAudioText: { text: words } };
}

/**
 * Spoken as marked up.
 *
 * @example ssml('<speak>Wait.<break time="1s"/>Done.</speak>')
 */
export function ssml(markup: string): ResponseMessage {
  return { outputAudioText: { ssml: markup } };
}

/**
 * Plays a clip; which schemes and formats work is up to the client.
 *
 * @example playAudio('gs://campus-sounds/bell.wav')
 */
export function playAudio(audioUri: string): ResponseMessage {
  return { playAudio: { audioUri } };
}

/**
 * Tells the client to bring in a person. It is a signal: the session goes on unless the reply ends it.
 *
 * @example liveAgentHandoff({ department: 'fees' })
 */
export function liveAgentHandoff(metadata?: JsonObject): ResponseMessage {
  return { liveAgentHandoff: metadata ? { metadata } : {} };
}

/**
 * Transfers the phone call to a number in E.164 form.
 *
 * @example transferCall('+12025550100')
 */
export function transferCall(phoneNumber: string): ResponseMessage {
  return { telephonyTransferCall: { phoneNumber } };
}

/**
 * Counts the conversation as a success in the agent's measurements.
 *
 * @example conversationSuccess({ resolvedBy: 'self-service' })
 */
export function conversationSuccess(metadata?: JsonObject): ResponseMessage {
  return { conversationSuccess: metadata ? { metadata } : {} };
}

/**
 * Lets CX put in an info card of its own where the turn has a generated knowledge answer; else it comes to nothing.
 *
 * @example knowledgeInfoCard()
 */
export function knowledgeInfoCard(): ResponseMessage {
  return { knowledgeInfoCard: {} };
}

/**
 * Free JSON for the client.
 *
 * @example payload({ openTab: 'timetable' })
 */
export function payload(json: JsonObject): ResponseMessage {
  return { payload: json };
}

/**
 * Asks the client to carry out an action of a tool of the agent.
 *
 * @example toolCall({ tool: 'projects/p/locations/global/agents/a/tools/t', action: 'openMap', inputParameters: { hall: 7 } })
 */
export function toolCall(call: MessageContents['toolCall']): ResponseMessage {
  return { toolCall: call };
}

/**
 * Cards for Dialogflow Messenger. Each argument is one card: an element of `messenger.ts`, or several tied together.
 *
 * @example richContent([image({ rawUrl: 'https://example.com/map.png' }), button({ text: 'Open' })], chips('Fees', 'Clubs'))
 */
export function richContent(...cards: readonly (RichElement | readonly RichElement[])[]): ResponseMessage {
  return { payload: { richContent: cards.map((card) => (isList(card) ? card : [card])) } };
}

/**
 * The same message, only for clients that ask for this channel (`QueryParameters.channel`).
 *
 * @example on('DF_MESSENGER', richContent(chips('Yes', 'No')))
 */
export function on(channel: string, message: ResponseMessage): ResponseMessage {
  return { ...message, channel };
}

/** `Array.isArray` does not narrow readonly lists. */
function isList(card: RichElement | readonly RichElement[]): card is readonly RichElement[] {
  return Array.isArray(card);
}
