import { email, pipe, regex, string, trim } from 'valibot';
import { savePerson } from '../shared/campus/people.ts';
import { person } from '../shared/values.ts';
import { defineWebhook } from '../shared/webhook.ts';

/** What the person reads or hears. */
const text = {
  name: 'What is your name?',
  email: 'What is your e-mail address?',
  phone: 'What is your phone number?',
  received: 'We have received the parameters.',
};

/** At least seven digits (the shortest national numbers) and at most fifteen (E.164), with the usual separators. */
const PHONE = /^\+?(?:[\s().-]*\d){7,15}$/;

/**
 * Takes a person's details and saves them; asks again for what is missing or can't be right. Sets `profile_complete`.
 * `welcome` deletes them where the person asks for it.
 */
export default defineWebhook(
  { name: person(), email: pipe(string(), trim(), email()), phone: pipe(string(), trim(), regex(PHONE)) },
  async ({ params, turn, now, once }) => {
    await once('save', (tx) => savePerson(tx, turn, now(), params));
    return { say: text.received, session: { profile_complete: true } };
  },
  { tags: ['firstPage'], ask: { name: text.name, email: text.email, phone: text.phone }, store: true },
);
