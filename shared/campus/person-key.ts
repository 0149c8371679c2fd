import { randomUUID } from 'node:crypto';
import { digest } from '../digest.ts';
import type { Turn } from '../request.ts';

/**
 * Who somebody seems to be, as the key under which the store remembers them. Of these, the first that there is:
 *
 * - the telephone number of a call (`payload.telephony.caller_id`, E.164),
 * - `payload.userId`, which a client that knows its user may send; Dialogflow Messenger fills it from its attribute `user-id`
 *   (seen in its source: `queryParams.payload.userId`),
 * - the session's name.
 *
 * All three are what a client says: good for remembering, never a proof of who somebody is (what follows for appointments:
 * docs/decisions/returning-callers.md). The key is a digest, so that the store holds no number and no session; whoever has
 * the store and tries all telephone numbers still finds the number.
 *
 * A turn with none of the three is nobody: a key that only its own repetitions have.
 */
export function personKey({ callerId, payload, session, id }: Turn): string {
  const { userId } = payload;
  if (callerId) return digestOf('caller', callerId);
  if (typeof userId === 'string' && userId !== '') return digestOf('user', userId);
  if (session) return digestOf('session', session.name);
  return digestOf('turn', id || randomUUID());
}

/** The session, in the same manner; a turn without one is its own. */
export function sessionKey({ session, id }: Turn): string {
  return session ? digestOf('session', session.name) : digestOf('turn', id || randomUUID());
}

/** The kind is in it: a user who calls herself `+91...` is not the caller with that number. */
function digestOf(kind: string, value: string): string {
  return digest(JSON.stringify([kind, value]));
}
