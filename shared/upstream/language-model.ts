import {
  array,
  type InferOutput,
  minLength,
  nullish,
  number,
  object,
  optional,
  pipe,
  string,
  transform,
  union,
} from 'valibot';
import { fetchJson, UpstreamError } from './http.ts';
import { createResilience, type Patience, type UpstreamCall } from './resilient.ts';
import { type Environment, readAddress, readSecret } from './settings.ts';

/**
 * A language model behind the Chat Completions API (https://platform.openai.com/docs/api-reference/chat), which OpenAI,
 * Azure (`.../openai/v1`), Gemini (`.../v1beta/openai`), Ollama, vLLM and many others speak: `OPENAI_BASE_URL`,
 * `OPENAI_API_KEY`, `OPENAI_MODEL`. A server that wants no key still needs some word as `OPENAI_API_KEY`: without one there
 * is no language model.
 */

export interface Prompt {
  /** How to answer, for example `Answer only from the facts. If they do not say, say that you do not know.` */
  readonly system: string;
  /** What the answer may use, one text each. */
  readonly facts: readonly string[];
  /** In the words of whoever asks. */
  readonly question: string;
}

export interface ModelAnswer {
  /** Empty where refused; may be empty where cut off. */
  readonly text: string;
  /** `stop`: whole; `length`: cut off in the middle; `refused`: the model or its content filter would not answer. */
  readonly finishReason: 'stop' | 'length' | 'refused';
}

/** Whatever is no answer is thrown as an `UpstreamError`, which holds nothing of the prompt, the answer or the key. */
export interface LanguageModel {
  answer(prompt: Prompt, call: UpstreamCall): Promise<ModelAnswer>;
}

const NAME = 'The language model';
const OPENAI = 'https://api.openai.com/v1';
/** Small, and answers at once instead of reasoning first. OpenAI names it as what follows gpt-3.5-turbo (deprecations page). */
const DEFAULT_MODEL = 'gpt-4.1-mini';
/** A few sentences: about 220 English words. A person listens to them. */
const MAX_TOKENS = 300;
/** Reasoning is counted too, and comes first. */
const MAX_TOKENS_WITH_REASONING = 2000;
/** It writes some 50 to 100 tokens a second. Two tries: a person waits, and each is paid for. */
const PATIENCE: Patience = { tryMs: 10_000, usualMs: 3000, tries: 2 };

/** Vendors add fields, leave some out and send null for others: only what is read here is looked at. */
const Completion = object({
  choices: pipe(
    array(
      object({
        finish_reason: nullish(string()),
        message: object({
          /** Parts from Mistral, where it reasons. */
          content: nullish(union([string(), array(object({ text: optional(string()) }))])),
          refusal: nullish(string()),
        }),
      }),
    ),
    minLength(1),
  ),
});
const Rejection = object({ error: object({ code: nullish(union([string(), number()])), param: nullish(string()) }) });
/** What comes with status 400; from Gemini in a list. */
const Rejected = union([
  Rejection,
  pipe(
    array(Rejection),
    minLength(1),
    transform(([first]) => first!),
  ),
]);
const Answer = union([Completion, Rejected]);

/**
 * Null without `OPENAI_API_KEY`. Keep it as long as the process.
 *
 * @example
 * const model = createLanguageModel(process.env);
 * const { text, finishReason } = await model.answer({ system, facts, question }, { signal, deadline }); // of the handler's call
 */
export function createLanguageModel(env: Environment, patience: Patience = PATIENCE): LanguageModel | null {
  const key = readSecret(env, 'OPENAI_API_KEY');
  if (!key) return null;
  const url = new URL(`${readAddress(env, 'OPENAI_BASE_URL') ?? OPENAI}/chat/completions`);
  const model = env.OPENAI_MODEL?.trim() || DEFAULT_MODEL;
  const ask = createResilience(NAME, patience);
  let reasons = false;

  function complete(messages: Message[], asReasoning: boolean, signal: AbortSignal) {
    const limits = asReasoning
      ? { max_completion_tokens: MAX_TOKENS_WITH_REASONING }
      : { max_tokens: MAX_TOKENS, temperature: 0 };
    return fetchJson(url, {
      upstream: NAME,
      schema: Answer,
      signal,
      headers: { authorization: `Bearer ${key}` },
      body: { model, messages, ...limits },
      alsoAnswers: [400],
    });
  }

  return {
    answer: (prompt, call) =>
      ask(async (signal) => {
        const messages = toMessages(prompt);
        const asReasoning = reasons;
        const answer = await complete(messages, asReasoning, signal);
        if (asReasoning || !wantsOtherLimits(answer)) return readAnswer(answer);
        reasons = true; // this model does, from now on
        return readAnswer(await complete(messages, true, signal));
      }, call),
  };
}

type Message = { role: 'system' | 'user'; content: string };

/** The question is alone in its message, so that what somebody says is never among the instructions or the facts. */
function toMessages({ system, facts, question }: Prompt): Message[] {
  const list = facts.length > 0 ? facts.map((fact) => `- ${fact.replace(/\s+/g, ' ').trim()}`) : ['(none)'];
  return [
    { role: 'system', content: [system, '', 'Facts:', ...list].join('\n') },
    { role: 'user', content: question },
  ];
}

/**
 * OpenAI's reasoning models refuse `max_tokens` and every `temperature` but 1; Ollama knows no `max_completion_tokens`
 * (https://docs.ollama.com/api/openai-compatibility). Which of them a name means, only its server can say.
 */
function wantsOtherLimits(answer: InferOutput<typeof Answer>): boolean {
  return 'error' in answer && /^(max_tokens|temperature)$/.test(answer.error.param ?? '');
}

function readAnswer(answer: InferOutput<typeof Answer>): ModelAnswer {
  if ('error' in answer) {
    // Azure's filter looks at the prompt first, and answers with 400.
    if (answer.error.code === 'content_filter') return REFUSED;
    throw new UpstreamError(NAME, 'status', { status: 400 });
  }
  const { finish_reason, message } = answer.choices[0]!;
  const reason = finish_reason ?? 'stop';
  if (message.refusal || /filter|refus|safety/i.test(reason)) return REFUSED;
  const text = textOf(message.content);
  if (/length|max_tokens/i.test(reason)) return { text, finishReason: 'length' };
  if (text === '') throw new UpstreamError(NAME, 'invalid'); // tool calls too, which nobody offered
  return { text, finishReason: 'stop' };
}

const REFUSED: ModelAnswer = { text: '', finishReason: 'refused' };

/** Without what reasoning models behind Ollama and vLLM think aloud first. */
function textOf(content: InferOutput<typeof Completion>['choices'][number]['message']['content']): string {
  const text = typeof content === 'string' ? content : (content ?? []).map((part) => part.text ?? '').join('');
  return text.replace(/^\s*<think>[\s\S]*?(<\/think>|$)/, '').trim();
}
