import { startUpstream, type Upstream, type UpstreamAnswer, type UpstreamRequest } from './server.ts';

/**
 * A server that speaks the Chat Completions API: `POST /v1/chat/completions`, `GET /v1/models`
 * (https://platform.openai.com/docs/api-reference/chat, .../models; errors: https://platform.openai.com/docs/guides/error-codes).
 *
 * Its model can do one thing: find, among the facts of the conversation, the sentences that share the most words with the
 * last question. Where nothing fits it says that it does not know. The same question has the same answer.
 */

/** The key that the stand-in accepts unless told otherwise. */
export const LOCAL_MODEL_KEY = 'local-model-key';
export const LOCAL_MODEL = 'local-model';
/** The same model, that wants to be asked as OpenAI's reasoning models do. */
export const LOCAL_REASONING_MODEL = 'local-reasoning-model';
const MODELS = [LOCAL_MODEL, LOCAL_REASONING_MODEL];

export interface LanguageModelUpstreamOptions {
  readonly port?: number;
  /** The only key that it accepts. */
  readonly key?: string;
  /** How many completions it gives before it answers 429; it forgets them after a minute. */
  readonly perMinute?: number;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

const MINUTE_MS = 60_000;
const DEFAULT_MAX_TOKENS = 4096;

/** Starts the stand-in: `OPENAI_BASE_URL` is its `url` and `/v1`. */
export function startLanguageModel({
  port = 0,
  key = LOCAL_MODEL_KEY,
  perMinute = Number.POSITIVE_INFINITY,
  now = Date.now,
}: LanguageModelUpstreamOptions = {}): Promise<Upstream> {
  let given: number[] = [];
  let count = 0;

  function limit(): UpstreamAnswer | null {
    given = given.filter((at) => now() - at < MINUTE_MS);
    if (given.length >= perMinute) {
      const seconds = Math.ceil((given[0]! + MINUTE_MS - now()) / 1000);
      const message = `Rate limit reached for ${LOCAL_MODEL} on requests per min (RPM): Limit ${perMinute}. Please try again in ${seconds}s.`;
      const refusal = refuse(429, message, { type: 'requests', code: 'rate_limit_exceeded' });
      return { ...refusal, headers: { 'retry-after': String(seconds) } };
    }
    given.push(now());
    return null;
  }

  return startUpstream(
    (request) => {
      const { method, url, headers } = request;
      const refusal = checkKey(headers.authorization, key);
      if (refusal) return refusal;
      const path = url.pathname;
      if (method === 'POST' && path === '/v1/chat/completions') {
        return limit() ?? complete(request, { id: `chatcmpl-local${++count}`, created: Math.floor(now() / 1000) });
      }
      if (method === 'GET' && path === '/v1/models') return { body: { object: 'list', data: MODELS.map(describe) } };
      const [, model] = /^\/v1\/models\/([^/]+)$/.exec(path) ?? [];
      if (method === 'GET' && model) return MODELS.includes(model) ? { body: describe(model) } : noSuchModel(model);
      return refuse(404, `Invalid URL (${method} ${path})`);
    },
    { port },
  );
}

// The protocol

type Details = { type?: string; param?: string | null; code?: string | null };

function refuse(status: number, message: string, { type, param = null, code = null }: Details = {}): UpstreamAnswer {
  return { status, body: { error: { message, type: type ?? 'invalid_request_error', param, code } } };
}

function checkKey(authorization: string | undefined, key: string): UpstreamAnswer | null {
  const given = authorization?.startsWith('Bearer ') ? authorization.slice('Bearer '.length) : '';
  if (given === '') return refuse(401, "You didn't provide an API key. Use 'Authorization: Bearer YOUR_KEY'.");
  if (given === key) return null;
  // OpenAI's real message quotes the beginning and the end of the key: a good reason not to repeat it.
  const quoted = `${given.slice(0, 8)}${'*'.repeat(Math.max(given.length - 12, 0))}${given.slice(-4)}`;
  return refuse(401, `Incorrect API key provided: ${quoted}.`, { code: 'invalid_api_key' });
}

function noSuchModel(model: string): UpstreamAnswer {
  const message = `The model \`${model}\` does not exist or you do not have access to it.`;
  return refuse(404, message, { code: 'model_not_found' });
}

function describe(id: string) {
  return { id, object: 'model', created: 1_767_225_600, owned_by: 'local' };
}

interface Message {
  readonly role: string;
  readonly content: string;
}

interface CompletionRequest {
  readonly model: string;
  readonly messages: readonly Message[];
  readonly maxTokens: number;
}

function complete({ body }: UpstreamRequest, envelope: { id: string; created: number }): UpstreamAnswer {
  const { request, refusal } = parseCompletion(body);
  if (!request) return refusal;
  const { model, messages, maxTokens } = request;
  const question = messages.findLast(({ role }) => role === 'user')?.content ?? '';
  const words = answerFrom(factsOf(messages), question).split(' ');
  const isCut = words.length > maxTokens;
  const content = words.slice(0, maxTokens).join(' ');
  const prompt_tokens = countTokens(messages.map((message) => message.content).join(' '));
  const completion_tokens = countTokens(content);
  return {
    body: {
      ...envelope,
      object: 'chat.completion',
      model,
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content, refusal: null, annotations: [] },
          logprobs: null,
          finish_reason: isCut ? 'length' : 'stop',
        },
      ],
      usage: { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens },
      service_tier: 'default',
      system_fingerprint: 'fp_local',
    },
  };
}

type Parsed = { request: CompletionRequest; refusal?: never } | { request?: never; refusal: UpstreamAnswer };

function parseCompletion(text: string): Parsed {
  const no = (message: string, details?: Details) => ({ refusal: refuse(400, message, details) });
  let body: { readonly [field: string]: unknown };
  try {
    body = Object(JSON.parse(text));
  } catch {
    return no('We could not parse the JSON body of your request.');
  }
  const { model, messages, temperature = 1 } = body;
  if (typeof model !== 'string') return no('you must provide a model parameter');
  if (!MODELS.includes(model)) return { refusal: noSuchModel(model) };
  if (!Array.isArray(messages) || messages.length === 0) {
    const code = 'missing_required_parameter';
    return no("Missing required parameter: 'messages'.", { param: 'messages', code });
  }
  if (body.stream === true) {
    return no('This server does not stream.', { param: 'stream', code: 'unsupported_value' });
  }
  if (model === LOCAL_REASONING_MODEL && body.max_tokens !== undefined) {
    const message =
      "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.";
    return no(message, { param: 'max_tokens', code: 'unsupported_parameter' });
  }
  if (model === LOCAL_REASONING_MODEL && temperature !== 1) {
    const message = `Unsupported value: 'temperature' does not support ${temperature} with this model. Only the default (1) value is supported.`;
    return no(message, { param: 'temperature', code: 'unsupported_value' });
  }
  const maxTokens = Number(body.max_completion_tokens ?? body.max_tokens ?? DEFAULT_MAX_TOKENS);
  return { request: { model, messages: messages.map(readMessage), maxTokens } };
}

function readMessage({ role, content }: { role?: unknown; content?: unknown }): Message {
  const parts = Array.isArray(content) ? content.map((part: { text?: unknown }) => part.text ?? '') : [content ?? ''];
  return { role: String(role), content: parts.join('\n') };
}

/** About four characters of English (https://platform.openai.com/tokenizer). */
function countTokens(text: string): number {
  return Math.ceil(text.length / 4);
}

// The model

const UNKNOWN = "I'm sorry, I don't know that.";
/** Sentences in an answer. */
const MAX_SENTENCES = 2;
const SENTENCES = new Intl.Segmenter('en', { granularity: 'sentence' });
/** Words that say nothing about what is asked. */
const EMPTY_WORDS = new Set(
  'a about am an and any are at be but by can do does for from have how i if in is it its me much my of on or our please tell that the there they this to us was we what when where which who why will with you your'.split(
    ' ',
  ),
);

/** The items of lists, as facts are given to models; where there are none, all that was said but the last question. */
function factsOf(messages: readonly Message[]): readonly string[] {
  const asked = messages.findLastIndex(({ role }) => role === 'user');
  const lines = messages.filter((_, index) => index !== asked).flatMap(({ content }) => content.split('\n'));
  const items = lines.filter((line) => /^\s*(?:[-*•]|\d+[.)])\s/.test(line));
  return (items.length > 0 ? items : lines).map((line) => line.replace(/^\s*(?:[-*•]|\d+[.)])\s+/, ''));
}

function answerFrom(facts: readonly string[], question: string): string {
  const asked = wordsOf(question);
  const sentences = facts.flatMap((fact) => {
    // A title belongs to each sentence of its fact, and is not said.
    const [title] = /^[^.?!:]{1,80}:\s/.exec(fact) ?? [''];
    return [...SENTENCES.segment(fact.slice(title.length))].map(({ segment }) => ({
      text: segment.trim(),
      shared: [...wordsOf(`${title} ${segment}`)].filter((word) => asked.has(word)).length,
    }));
  });
  const best = Math.max(0, ...sentences.map(({ shared }) => shared));
  if (best === 0 || best < asked.size / 3) return UNKNOWN;
  return sentences
    .filter(({ shared }) => shared === best)
    .slice(0, MAX_SENTENCES)
    .map(({ text }) => text)
    .join(' ');
}

/** In lower case, without an ending that makes no other word of it. */
function wordsOf(text: string): Set<string> {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return new Set(
    words.filter((word) => !EMPTY_WORDS.has(word)).map((word) => word.replace(/(?<=\p{L}{3})(?:ing|ed|es|s)$/u, '')),
  );
}
