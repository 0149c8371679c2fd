import { richContent } from '../shared/messages.ts';
import { chips } from '../shared/messenger.ts';
import { defineWebhook } from '../shared/webhook.ts';

/** What the person reads or hears. */
const text = {
  lost: "I'm sorry, I can't help with that.",
  can: 'I can tell you the weather, quote your fees, or take your details.',
  topics: ['Weather', 'Fees', 'My details'] as const,
};

/** Says that it could not help, and what it can do. */
export default defineWebhook(
  {},
  () => ({ say: [text.lost, text.can], messages: [richContent(chips(...text.topics))] }),
  { tags: ['default'] },
);
