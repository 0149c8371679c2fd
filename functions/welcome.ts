import { fallback, optional, parse } from 'valibot';
import { forgetProof } from '../shared/campus/identity.ts';
import { flag } from '../shared/campus/parameters.ts';
import { forgetPerson, nameOf, savePerson } from '../shared/campus/people.ts';
import { inLanguage } from '../shared/language.ts';
import { richContent } from '../shared/messages.ts';
import { chips } from '../shared/messenger.ts';
import type { Turn } from '../shared/request.ts';
import type { Reply } from '../shared/response.ts';
import { person } from '../shared/values.ts';
import { type Call, defineWebhook } from '../shared/webhook.ts';

/** What the person reads or hears. */
const text = {
  en: {
    hello: (name: string | undefined) => `Hello${name ? ` ${name}` : ''}, I am the Campus assistant.`,
    again: (name: string | undefined) => `Welcome back${name ? `, ${name}` : ''}.`,
    ask: 'What can I do for you?',
    topics: ['Weather', 'Fees', 'Appointment', 'Faculty', 'Library', 'Clubs', 'My details'] as const,
    forgotten: 'I have forgotten your name, your e-mail address and your phone number.',
    signedOut: 'You are signed out of your student account.',
    stranger: 'There is nothing to forget: I know nothing about you.',
  },
  hi: {
    hello: (name: string | undefined) => `नमस्ते${name ? ` ${name}` : ''}, मैं कैंपस सहायक हूँ।`,
    again: (name: string | undefined) => `फिर से स्वागत है${name ? `, ${name}` : ''}।`,
    ask: 'मैं आपकी क्या मदद करूँ?',
    /** What the agent understands in Hindi. */
    topics: ['अपॉइंटमेंट', 'मदद'] as const,
    forgotten: 'मैंने आपका नाम, ई-मेल पता और फ़ोन नंबर मिटा दिया है।',
    signedOut: 'आप अपने छात्र खाते से साइन आउट हो गए हैं।',
    stranger: 'मिटाने के लिए कुछ नहीं है: मेरे पास आपके बारे में कोई जानकारी नहीं है।',
  },
};

const params = { name: fallback(optional(person()), undefined), forget: flag() };
type Greeting = Call<typeof params>;

/** What one can ask, as suggestions to click. */
const topicsIn = (language: string) => richContent(chips(...inLanguage(text, language).topics));

/** A greeting that needs no memory; forgetting does. */
function greetStranger({ language, params: given }: Turn): Reply | undefined {
  if (parse(params.forget, given.forget)) return undefined;
  const { hello, ask } = inLanguage(text, language);
  return {
    say: [hello(parse(params.name, given.name)), ask],
    messages: [topicsIn(language)],
    session: { greeted: true, returning: false },
  };
}

/**
 * Greets, by name where it is known, and shows what one can ask; knows who came before, in whichever session. What it keeps
 * is a name and how often somebody came, beside the e-mail address and telephone number of `first-page`; with `forget` all
 * of that is deleted, and a student signed out. Sets `greeted`, `returning` and `name`.
 */
export default defineWebhook(params, (call) => (call.params.forget ? forget(call) : greet(call)), {
  tags: ['defaultWelcomeIntent'],
  store: true,
  away: greetStranger,
});

/** The effect's result is a number only: it is kept for a day, also where the person asks to be forgotten. */
async function greet({ params, turn, now, store, once }: Greeting): Promise<Reply> {
  const words = inLanguage(text, turn.language);
  const visits = await once('greet', (tx) => savePerson(tx, turn, now(), { name: params.name }));
  const name = params.name ?? (await nameOf(store, turn));
  const returning = visits > 1;
  return {
    say: [returning ? words.again(name) : words.hello(name), words.ask],
    messages: [topicsIn(turn.language)],
    session: { greeted: true, returning, ...(name !== undefined && { name }), forget: null },
  };
}

/** What a session has of its person: nothing of it is saved again, or shown to whoever comes next. */
const OF_A_PERSON = [
  ...['name', 'email', 'phone', 'profile_complete', 'student_number', 'pin', 'student_verified'],
  ...['account_balance', 'recent_transactions', 'fees_due', 'fees_total'],
];

async function forget({ params, turn, once }: Greeting): Promise<Reply> {
  const { forgotten, signedOut, stranger } = inLanguage(text, turn.language);
  const had = await once('forget', async (tx) => ({
    person: await forgetPerson(tx, turn),
    proof: await forgetProof(tx, turn),
  }));
  const done = [...(had.person || params.name !== undefined ? [forgotten] : []), ...(had.proof ? [signedOut] : [])];
  return {
    say: done.length > 0 ? done : stranger,
    session: { returning: false, ...Object.fromEntries(OF_A_PERSON.map((name) => [name, null])), forget: null },
  };
}
