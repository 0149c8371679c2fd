import { randomUUID } from 'node:crypto';
import { fallback, maxLength, nonEmpty, optional, pipe, string, trim } from 'valibot';
import { richContent } from '../shared/messages.ts';
import { chips } from '../shared/messenger.ts';
import { saidIn } from '../shared/said.ts';
import { type Analysis, analyse } from '../shared/text/analyse.ts';
import { defineWebhook } from '../shared/webhook.ts';

/** What the person reads or hears. */
const text = {
  ask: 'I am listening: what would you like to tell the college?',
  thanks: 'Thank you. I have written that down',
  about: (category: string) => ` under ${category}`,
  sorry: 'I am sorry that this went badly.',
  next: 'Is there anything else?',
  topics: ['More feedback', 'Talk to a counsellor'] as const,
};

/** Longer texts are cut, in characters: somebody who writes a letter is heard all the same. */
const MAX_TEXT = 2_000;
/** From this confidence on the category is said; below, it is right too seldom (`docs/decisions/small-classifier.md`). */
const SAID_CONFIDENCE = 0.6;
/**
 * From this confidence in `negative` on it says that it is sorry: 90 of 100 such texts are complaints in
 * cross-validation, and 85 and 84 in the two tests, as `node dev/train/feedback.ts` prints it. Who praises should not
 * be pitied.
 */
const SORRY_CONFIDENCE = 0.65;

const params = { feedback_text: fallback(optional(pipe(string(), trim(), nonEmpty(), maxLength(100_000))), undefined) };

/**
 * Takes down what somebody thinks of the college, and what it is about. Reads `feedback_text`, else what was just said; sets
 * `feedback_id`, `feedback_category`, `feedback_confidence` (0 to 1) and `feedback_sentiment` (-1 to 1). The words themselves
 * are in the store alone.
 */
export default defineWebhook(
  params,
  async ({ params, turn, now, once }) => {
    const said = (params.feedback_text ?? saidIn(turn))?.slice(0, MAX_TEXT).toWellFormed().replaceAll('\0', ' ');
    if (said === undefined) return { say: text.ask, invalid: ['feedback_text'] };

    const found = await analyse(said);
    const id = await once('save', async (tx) => {
      const id = randomUUID();
      const row = { id, at: new Date(now()).toISOString(), text: said, ...columnsOf(found) };
      await tx.insertInto('feedback').values(row).execute();
      return id;
    });
    return {
      say: [thank(found), text.next],
      messages: [richContent(chips(...text.topics))],
      session: {
        feedback_id: id,
        feedback_category: found.category,
        feedback_confidence: found.confidence,
        feedback_sentiment: found.sentiment,
      },
    };
  },
  // wink and its model take some 90 MB.
  { store: true, memory: '512Mi' },
);

function columnsOf({ category, confidence, sentiment, phrases, entities }: Analysis) {
  return {
    category,
    confidence: Math.round(confidence * 100),
    sentiment: Math.round(sentiment * 100),
    phrases: JSON.stringify(phrases),
    entities: JSON.stringify(entities),
  };
}

function thank({ category, confidence, sentimentWord, sentimentConfidence }: Analysis): string {
  const isSure = category !== 'other' && confidence >= SAID_CONFIDENCE;
  const isSorry = sentimentWord === 'negative' && sentimentConfidence >= SORRY_CONFIDENCE;
  return `${text.thanks}${isSure ? text.about(category) : ''}.${isSorry ? ` ${text.sorry}` : ''}`;
}
