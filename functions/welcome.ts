import { optional } from 'valibot';
import { richContent } from '../shared/messages.ts';
import { chips } from '../shared/messenger.ts';
import { person } from '../shared/values.ts';
import { defineWebhook } from '../shared/webhook.ts';

/** What the person reads or hears. */
const text = {
  hello: (name: string | undefined) => `Hello${name ? ` ${name}` : ''}, I am the Campus assistant.`,
  ask: 'What can I do for you?',
  topics: ['Weather', 'Fees', 'My details'] as const,
};

/** Greets, by `name` where it is known, and shows what one can ask. Sets `greeted`. */
export default defineWebhook(
  { name: optional(person()) },
  ({ params }) => ({
    say: [text.hello(params.name), text.ask],
    messages: [richContent(chips(...text.topics))],
    session: { greeted: true },
  }),
  { tags: ['defaultWelcomeIntent'] },
);
