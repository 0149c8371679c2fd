import type { Reply } from '../response.ts';
import type { WriteLog } from '../webhook.ts';
import { type Claim, type Identity, identify, type Student } from './identity.ts';
import { pin, studentNumber } from './identity-values.ts';

/** What the person reads or hears before they have proved who they are. */
const text = {
  number: 'What is your student number? It is the letter S and four digits.',
  pin: 'What is your PIN? It has four digits.',
  wrong: (left: number) =>
    `That student number and PIN do not go together. You have ${left} more ${left === 1 ? 'try' : 'tries'}. ` +
    'What is your student number?',
  busy: 'Too many people are asking right now. Please tell me your PIN again in a minute.',
  blocked: (wait: string) =>
    `There were too many wrong PINs. Please try again in ${wait}, or ask at the accounts office.`,
  minutes: (count: number) => (count === 1 ? 'a minute' : `${count} minutes`),
  hours: (count: number) => `${count} hours`,
};

/** The parameters that a webhook for students reads, beside its own. Its option `discard` must name the PIN. */
export const IDENTITY = { student_number: studentNumber(), pin: pin() };

/** For the agent's routes: `wrong`, `blocked` or `busy`; gone when all is well. */
const ERROR = 'identity-error';

/**
 * Answers a student who has proved to be one, and asks everybody else. Sets `student_verified` and `identity-error`.
 */
export async function proveFirst(
  call: Claim & { readonly log: WriteLog },
  answer: (student: Student) => Promise<Reply>,
): Promise<Reply> {
  const identity = await identify(call);
  const session = call.turn.params[ERROR] != null && { [ERROR]: null };
  if ('student' in identity) {
    const reply = await answer(identity.student);
    return { ...reply, session: { ...reply.session, ...session, student_verified: true } };
  }
  const reply = ask(identity);
  if ('refused' in identity) call.log('identity refused', { reason: identity.refused });
  return { ...reply, session: { ...session, ...reply.session, student_verified: false } };
}

function ask(identity: Exclude<Identity, { student: Student }>): Reply {
  if ('asked' in identity) {
    // A PIN that came with an unreadable number is not kept, so both are asked.
    if (identity.asked === 'student_number') return { say: text.number, invalid: ['student_number', 'pin'] };
    return { say: text.pin, invalid: ['pin'] };
  }
  if (identity.refused === 'busy') return { say: text.busy, invalid: ['pin'], session: { [ERROR]: 'busy' } };
  const { refused, left, waitMs } = identity;
  const session = { [ERROR]: waitMs > 0 ? 'blocked' : refused };
  if (waitMs > 0) return { say: text.blocked(spokenWait(waitMs)), session };
  // Either may be the wrong one, and which is not for us to say.
  return { say: text.wrong(left), invalid: ['student_number', 'pin'], session };
}

/** Rounded up, so that who waits that long has waited long enough. */
function spokenWait(waitMs: number): string {
  const minutes = Math.ceil(waitMs / 60_000);
  return minutes <= 120 ? text.minutes(minutes) : text.hours(Math.ceil(minutes / 60));
}
