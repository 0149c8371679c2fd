import { fallback, optional } from 'valibot';
import { type Fact, facts } from '../shared/campus/facts.ts';
import { isGrounded } from '../shared/campus/grounded.ts';
import { searchText } from '../shared/campus/parameters.ts';
import { richContent } from '../shared/messages.ts';
import { chips, list } from '../shared/messenger.ts';
import type { Reply } from '../shared/response.ts';
import { saidIn } from '../shared/said.ts';
import { UpstreamError } from '../shared/upstream/http.ts';
import { createLanguageModel, type LanguageModel } from '../shared/upstream/language-model.ts';
import { withTimeForWords } from '../shared/upstream/resilient.ts';
import { type Call, defineWebhook } from '../shared/webhook.ts';

/** What the person reads or hears. */
const text = {
  ask: 'What would you like to know about the college?',
  found: (sentences: readonly string[]) => `Here is what I know. ${sentences.join(' ')}`,
  unknown: "I'm sorry, I don't know that, and I would rather not guess.",
  can: 'I know about departments, teachers, fees, services, clubs, books and holidays.',
  topics: ['Fees', 'Teachers', 'Clubs', 'Library'] as const,
};

/** What the language model is told. */
const SYSTEM = `You answer questions about a college, for somebody who listens on the telephone: one to three short sentences,
no lists, no markup. Use only the facts below. Never add a fee, a name, a date or a number that is not in them. If they do
not answer the question, say that you do not know.`;

/** The model gets so many facts, the person hears so many where there is no model. */
const FACTS = 8;
const SAID_FACTS = 2;
/** Characters of a question that are read. */
const MAX_QUESTION = 500;

const params = { question: fallback(optional(searchText()), undefined) };
let model: LanguageModel | null | undefined;

/**
 * Answers questions about the college from what the store knows, in the words of a language model where there is one
 * (`OPENAI_API_KEY`), else in the facts' own. Reads `question`, else what was just said. Sets `answer_sources`, and
 * `ask-error` where the model failed (`UpstreamReason`), would not answer (`refused`) or made something up (`ungrounded`):
 * then too the facts are said. What no fact answers is not asked of the model.
 */
export default defineWebhook(
  params,
  async (call) => {
    const question = call.params.question ?? saidIn(call.turn)?.slice(0, MAX_QUESTION);
    if (question === undefined) return { say: text.ask, invalid: ['question'] };

    const { hits } = await facts.find(question, call);
    const found = hits.slice(0, FACTS).map(({ row }) => row);
    if (found.length === 0) {
      const messages = [richContent(chips(...text.topics))];
      return { say: [text.unknown, text.can], messages, session: { answer_sources: [], 'ask-error': null } };
    }
    model ??= createLanguageModel(process.env);
    return model ? await generate(model, question, found, call) : sayFacts(found, null);
  },
  // A language model takes some 3 seconds; the agent's webhook for this tag waits as long.
  { store: true, timeout: '10s' },
);

async function generate(
  model: LanguageModel,
  question: string,
  found: readonly Fact[],
  call: Call<typeof params>,
): Promise<Reply> {
  const sentences = found.map((fact) => fact.text);
  try {
    const prompt = { system: SYSTEM, facts: sentences, question };
    const { text: answer, finishReason } = await model.answer(prompt, withTimeForWords(call));
    if (finishReason !== 'stop') return sayFacts(found, finishReason === 'refused' ? 'refused' : 'cut-off');
    if (!isGrounded(answer, sentences)) return sayFacts(found, 'ungrounded');
    return { say: answer, messages: [sources(found)], session: sessionOf(found, null) };
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    call.log(error.message, { upstream: error.upstream, reason: error.reason });
    return sayFacts(found, error.reason);
  }
}

function sayFacts(found: readonly Fact[], error: string | null): Reply {
  const said = found.slice(0, SAID_FACTS);
  return {
    say: text.found(said.map((fact) => fact.text)),
    messages: [sources(said)],
    session: sessionOf(said, error),
  };
}

function sources(found: readonly Fact[]) {
  return richContent(list(...found.map(({ title, text: subtitle }) => ({ title, subtitle }))));
}

function sessionOf(found: readonly Fact[], error: string | null) {
  return { answer_sources: [...new Set(found.map(({ title }) => title))], 'ask-error': error };
}
