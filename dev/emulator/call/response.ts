import { type Json, type JsonObject, MESSAGE_KINDS } from '../agent.ts';
import type { AnswerFormParameter, AnswerMessage, ParameterState, ResponseType, WebhookAnswer } from './effect.ts';
import type { MessageType } from './proto.ts';

/** `WebhookResponse` and all in it, as webhook.proto, response_message.proto and tool_call.proto have them. */

const PACKAGE = 'google.cloud.dialogflow.cx.v3';

function define(name: string, fields: MessageType['fields'], oneofs: MessageType['oneofs'] = []): MessageType {
  return { name: `${PACKAGE}.${name}`, fields, oneofs };
}

const METADATA = { metadata: 'struct' } as const;

const RESPONSE_MESSAGE = define(
  'ResponseMessage',
  {
    text: {
      message: () => define('ResponseMessage.Text', { text: { list: 'string' }, allowPlaybackInterruption: 'bool' }),
    },
    payload: 'struct',
    conversationSuccess: { message: () => define('ResponseMessage.ConversationSuccess', METADATA) },
    outputAudioText: {
      message: () =>
        define(
          'ResponseMessage.OutputAudioText',
          { text: 'string', ssml: 'string', allowPlaybackInterruption: 'bool' },
          [['text', 'ssml']],
        ),
    },
    liveAgentHandoff: { message: () => define('ResponseMessage.LiveAgentHandoff', METADATA) },
    endInteraction: { refused: 'CX alone says endInteraction, when a session ends: go to END_SESSION.' },
    playAudio: {
      message: () => define('ResponseMessage.PlayAudio', { audioUri: 'string', allowPlaybackInterruption: 'bool' }),
    },
    mixedAudio: { refused: 'CX alone makes mixedAudio: answer outputAudioText or playAudio.' },
    telephonyTransferCall: {
      message: () => define('ResponseMessage.TelephonyTransferCall', { phoneNumber: 'string' }),
    },
    knowledgeInfoCard: { message: () => define('ResponseMessage.KnowledgeInfoCard', {}) },
    toolCall: {
      message: () => define('ToolCall', { tool: 'string', action: 'string', inputParameters: 'struct' }),
    },
    responseType: { values: ['RESPONSE_TYPE_UNSPECIFIED', 'ENTRY_PROMPT', 'PARAMETER_PROMPT', 'HANDLER_PROMPT'] },
    channel: 'string',
  },
  [MESSAGE_KINDS],
);

const PARAMETER_INFO = define('PageInfo.FormInfo.ParameterInfo', {
  displayName: 'string',
  required: 'bool',
  state: { values: ['PARAMETER_STATE_UNSPECIFIED', 'EMPTY', 'INVALID', 'FILLED'] },
  value: 'value',
  justCollected: 'bool',
});

export const WEBHOOK_RESPONSE = define(
  'WebhookResponse',
  {
    fulfillmentResponse: {
      message: () =>
        define('WebhookResponse.FulfillmentResponse', {
          messages: { list: { message: () => RESPONSE_MESSAGE } },
          mergeBehavior: { values: ['MERGE_BEHAVIOR_UNSPECIFIED', 'APPEND', 'REPLACE'] },
        }),
    },
    pageInfo: {
      message: () =>
        define('PageInfo', {
          currentPage: 'string',
          displayName: 'string',
          formInfo: {
            message: () => define('PageInfo.FormInfo', { parameterInfo: { list: { message: () => PARAMETER_INFO } } }),
          },
        }),
    },
    sessionInfo: { message: () => define('SessionInfo', { session: 'string', parameters: { map: 'value' } }) },
    payload: 'struct',
    targetPage: 'string',
    targetFlow: 'string',
  },
  [['targetPage', 'targetFlow']],
);

/** A `WebhookResponse` as `readMessage` gives it. */
interface Response {
  readonly fulfillmentResponse?: { readonly messages?: readonly JsonObject[]; readonly mergeBehavior?: string };
  readonly pageInfo?: { readonly formInfo?: { readonly parameterInfo?: readonly ParameterInfo[] } };
  readonly sessionInfo?: { readonly parameters?: JsonObject };
  readonly payload?: JsonObject;
  readonly targetPage?: string;
  readonly targetFlow?: string;
}

interface ParameterInfo {
  readonly displayName?: string;
  readonly required?: boolean;
  readonly state?: ParameterState | 'PARAMETER_STATE_UNSPECIFIED';
  readonly value?: Json;
}

/** What the answer asks for. What only requests carry (`session`, `currentPage`, `justCollected`) has no effect. */
export function readResponse(response: Response): WebhookAnswer {
  const { fulfillmentResponse, pageInfo, sessionInfo, payload = null, targetPage, targetFlow } = response;
  return {
    messages: (fulfillmentResponse?.messages ?? []).flatMap(answerMessage),
    mergeBehavior: fulfillmentResponse?.mergeBehavior === 'REPLACE' ? 'REPLACE' : 'APPEND',
    parameters: sessionInfo?.parameters ?? {},
    flowParameters: {},
    form: (pageInfo?.formInfo?.parameterInfo ?? []).map(formParameter),
    payload,
    // An empty name is a default, which says nothing.
    targetPage: targetPage || null,
    targetFlow: targetFlow || null,
  };
}

/** None where the oneof has nothing: there is nothing to say. */
function answerMessage(message: JsonObject): AnswerMessage[] {
  const kind = MESSAGE_KINDS.find((each) => Object.hasOwn(message, each));
  if (kind === undefined) return [];
  const { responseType, channel } = message;
  const { allowPlaybackInterruption, ...content } = message[kind] as JsonObject; // output only
  return [
    {
      kind,
      content:
        kind === 'payload' ? (message[kind] as JsonObject) : kind === 'text' ? { text: [], ...content } : content,
      channel: (channel as string | undefined) || null,
      languageCode: null,
      responseType:
        responseType === undefined || responseType === 'RESPONSE_TYPE_UNSPECIFIED'
          ? null
          : (responseType as ResponseType),
    },
  ];
}

function formParameter({ displayName = '', required, state, value }: ParameterInfo): AnswerFormParameter {
  return {
    displayName,
    ...(required !== undefined && { required }),
    ...(state !== undefined && state !== 'PARAMETER_STATE_UNSPECIFIED' && { state }),
    ...(value !== undefined && { value }),
  };
}
