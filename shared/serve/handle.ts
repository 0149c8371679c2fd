import type { ErrorCode } from '../errors.ts';
import { inLanguage } from '../language.ts';
import type { Turn } from '../request.ts';
import type { Reply } from '../response.ts';
import type { Store } from '../store.ts';
import type { StandardWebhook } from '../webhook.ts';
import type { WebhookResponse } from '../wire.ts';
import type { CallContext } from './call-log.ts';
import { budgetOf, CallDeadline, DEFAULT_TIMEOUT, TIME_UP } from './deadline.ts';
import { createOnce, effectKey } from './once.ts';
import { spokenName, validateParams } from './params.ts';
import { andThen, type Soon } from './soon.ts';

/** The session parameter that tells the agent's routes what went wrong; gone again after the next call that went well. */
export const ERROR_PARAMETER = 'webhook-error';

/** What the person hears where a handler has no words of its own. */
const TEXT = {
  en: {
    failed: 'Sorry, something went wrong on our side. Please try again.',
    late: 'Sorry, this is taking longer than it should. Please try again in a moment.',
  },
  hi: {
    failed: 'क्षमा करें, हमारी ओर से कुछ गड़बड़ हो गई। कृपया फिर से कोशिश करें।',
    late: 'क्षमा करें, इसमें ज़्यादा समय लग रहा है। कृपया थोड़ी देर में फिर से कोशिश करें।',
  },
} as const;

/** What the person hears when the handler failed. */
export function apology({ options: { away } }: StandardWebhook, code: ErrorCode, turn: Turn): Reply {
  const own = code === 'store-unavailable' ? away?.(turn) : undefined;
  const reply = own ?? { say: inLanguage(TEXT, turn.language).failed };
  return { ...reply, session: { [ERROR_PARAMETER]: code, ...reply.session } };
}

/**
 * Runs the handler of one turn under its deadline: its reply; a question where a parameter is missing or not valid; the
 * tag's `late` reply where the time was up first. Throws what the handler throws.
 */
export function handle(webhook: StandardWebhook, turn: Turn, context: CallContext): Soon<Reply> {
  const { timeout = DEFAULT_TIMEOUT } = webhook.options;
  const deadline = new CallDeadline(context.startedAt + budgetOf(timeout), context.now);
  return andThen(deadline.race(run(webhook, turn, deadline, context)), (reply) => {
    if (reply !== TIME_UP) return reply;
    context.log.outcome = 'late';
    const late = lateReply(webhook, turn.language);
    return { ...late, session: { [ERROR_PARAMETER]: 'late', ...late.session } };
  });
}

function lateReply({ options: { late } }: StandardWebhook, language: string): Reply {
  if (!late) return { say: inLanguage(TEXT, language).late };
  return 'en' in late ? inLanguage(late, language) : late;
}

function run(webhook: StandardWebhook, turn: Turn, deadline: CallDeadline, context: CallContext): Soon<Reply> {
  return andThen(validateParams(webhook.params, turn.params), ({ params, failed }) => {
    if (failed) {
      context.log.outcome = 'asked';
      return { say: question(webhook, failed[0], turn.language), invalid: failed };
    }
    const { now, openStore, log } = context;
    return andThen(webhook.options.store ? openStore() : undefined, (store) =>
      webhook.handler({
        params,
        turn,
        deadline,
        now,
        log: log.write,
        get signal() {
          return deadline.signal;
        },
        get store() {
          return declared(store);
        },
        get once() {
          return createOnce(declared(store), now, effectKey(turn, Object.keys(webhook.params)));
        },
      }),
    );
  });
}

/** Who forgets to say so finds out at the first call, wherever it runs, and not when a database is missing in the cloud. */
export function declared(store: Store | undefined): Store {
  if (store) return store;
  throw new Error('A webhook that keeps state must say so: add store: true to its options.');
}

function question({ options }: StandardWebhook, parameter: string, language: string): string {
  const asked = options.ask?.[parameter];
  if (asked === undefined) return `What is the ${spokenName(parameter)}?`;
  return typeof asked === 'string' ? asked : inLanguage(asked, language);
}

/** Takes out of the session what the tag wants out of it, whatever the reply is. */
export function discardSecrets({ options: { discard } }: StandardWebhook, reply: Reply): Reply {
  if (!discard) return reply;
  return { ...reply, session: { ...reply.session, ...Object.fromEntries(discard.map((name) => [name, null])) } };
}

/** Takes the error of an earlier call out of the session, unless this answer says one itself. */
export function forgetError(response: WebhookResponse, turn: Turn): WebhookResponse {
  if ((turn.params[ERROR_PARAMETER] ?? null) === null) return response;
  return { ...response, sessionInfo: { parameters: { [ERROR_PARAMETER]: null, ...response.sessionInfo?.parameters } } };
}
