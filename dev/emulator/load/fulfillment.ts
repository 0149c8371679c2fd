import {
  type Case,
  type ConditionalCases,
  type Fulfillment,
  MESSAGE_KINDS,
  type Message,
  type SetParameterAction,
} from '../agent.ts';
import { isObject, type Node } from './node.ts';
import { type Names, referenceOf } from './references.ts';

/** What a fulfillment asks for and does not get here. The last is in exports and in no proto. */
const UNSUPPORTED = {
  generators: 'Generators write nothing here, and set no parameter.',
  enableGenerativeFallback: 'No model is asked here: the messages of the handler are said.',
  sendCallCompanionSms: 'No SMS is sent here.',
};
/** Fields of a ResponseMessage beside the one that is the message. */
const BESIDE = new Set(['languageCode', 'channel', 'responseType']);
/** Conditional cases in one another; the console's editor is long lost before. */
const DEEPEST_CASES = 100;

export function readFulfillment(node: Node, names: Names): Fulfillment {
  const unsupported = Object.entries(UNSUPPORTED).filter(([field]) => isAskedFor(node, field));
  for (const [field, message] of unsupported) node.note('unsupported', field, message);
  return {
    messages: readMessages(node),
    webhook: referenceOf(node, 'webhook', 'webhook', names.webhooks),
    tag: node.text('tag'),
    returnPartialResponses: node.flag('returnPartialResponses'),
    setParameterActions: node.nodes('setParameterActions').flatMap(readAction),
    conditionalCases: node.nodes('conditionalCases').map((cases) => readCases(cases, 1)),
    unsupported: unsupported.map(([field]) => field),
  };
}

function isAskedFor(node: Node, field: string): boolean {
  const value = node.value(field);
  return Array.isArray(value) ? value.length > 0 : value !== null && value !== false;
}

function readAction(node: Node): readonly SetParameterAction[] {
  const parameter = node.text('parameter');
  if (parameter !== '') return [{ parameter, value: node.value('value') }];
  node.note('invalid', 'setParameterActions', 'It names no parameter.');
  return [];
}

function readMessages(node: Node): readonly Message[] {
  return node.nodes('messages').flatMap(readMessage);
}

function readMessage(node: Node): readonly Message[] {
  const fields = Object.keys(node.json).filter((field) => !BESIDE.has(field) && node.has(field));
  const kinds = MESSAGE_KINDS.filter((kind) => fields.includes(kind));
  const [kind] = kinds;
  if (kind === undefined) {
    // A message that is nothing but its language is an empty text, and says nothing.
    const [field] = fields;
    if (field) node.note('unsupported', field, `A message of the kind "${field}" is not known here and is left out.`);
    return [];
  }
  if (kinds.length > 1) {
    node.note('invalid', 'message', `It is ${kinds.join(' and ')}; a message is one of them. "${kind}" is used.`);
  }
  const content = kind === 'text' ? { ...node.object(kind), text: node.node(kind).texts('text') } : node.map(kind);
  return [{ languageCode: node.optional('languageCode'), channel: node.optional('channel'), kind, content }];
}

function readCases(node: Node, depth: number): ConditionalCases {
  if (depth > DEEPEST_CASES) {
    node.note(
      'invalid',
      'conditionalCases',
      `Cases stand in one another ${DEEPEST_CASES} deep; what is deeper is left out.`,
    );
    return [];
  }
  return node.nodes('cases').map(
    (item): Case => ({
      condition: item.optional('condition'),
      content: item.nodes('caseContent').flatMap((part): Case['content'] => {
        if (isObject(part.json.additionalCases)) return [{ cases: readCases(part.node('additionalCases'), depth + 1) }];
        return readMessage(part.node('message')).map((message) => ({ message }));
      }),
    }),
  );
}
