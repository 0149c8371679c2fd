import { richContent } from '../shared/messages.ts';
import { chips } from '../shared/messenger.ts';
import { defineWebhook } from '../shared/webhook.ts';

/** What the person reads or hears. */
const text = {
  lost: "I'm sorry, I can't help with that.",
  can:
    'I can tell you the weather, your fees and your account, book an appointment, find teachers, books and clubs, ' +
    'take your feedback and your details, and answer questions about the campus.',
  topics: [
    ...['Weather', 'Fees', 'My account', 'Appointment', 'Faculty', 'Library', 'Clubs'],
    ...['Feedback', 'My details', 'Ask a question'],
  ],
};

/** Says that it could not help, and what it can do. */
export default defineWebhook(
  {},
  () => ({ say: [text.lost, text.can], messages: [richContent(chips(...text.topics))] }),
  { tags: ['default'] },
);
