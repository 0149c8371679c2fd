import type { ErrorCode } from '../errors.ts';
import type { Turn } from '../request.ts';
import type { Reply } from '../response.ts';
import type { StandardWebhook } from '../webhook.ts';
import type { WebhookResponse } from '../wire.ts';
import type { CallContext, CallLog } from './call-log.ts';
import { budgetOf, CallDeadline, DEFAULT_TIMEOUT, TIME_UP } from './deadline.ts';
import { spokenName, validateParams } from './params.ts';
import { andThen, type Soon } from './soon.ts';

/** The session parameter that tells the agent's routes what went wrong; gone again after the next call that went well. */
export const ERROR_PARAMETER = 'webhook-error';

/** What the person hears when the handler failed. */
export function apology(code: ErrorCode): Reply {
  return { say: 'Sorry, something went wrong on our side. Please try again.', session: { [ERROR_PARAMETER]: code } };
}

const LATE: Reply = { say: 'Sorry, this is taking longer than it should. Please try again in a moment.' };

/**
 * Runs the handler of one turn under its deadline: its reply; a question where a parameter is missing or not valid; the
 * tag's `late` reply where the time was up first. Throws what the handler throws.
 */
export function handle(webhook: StandardWebhook, turn: Turn, { startedAt, now, log }: CallContext): Soon<Reply> {
  const { timeout = DEFAULT_TIMEOUT, late = LATE } = webhook.options;
  const deadline = new CallDeadline(startedAt + budgetOf(timeout), now);
  return andThen(deadline.race(run(webhook, turn, deadline, log)), (reply) => {
    if (reply !== TIME_UP) return reply;
    log.outcome = 'late';
    return { ...late, session: { [ERROR_PARAMETER]: 'late', ...late.session } };
  });
}

function run(webhook: StandardWebhook, turn: Turn, deadline: CallDeadline, log: CallLog): Soon<Reply> {
  return andThen(validateParams(webhook.params, turn.params), ({ params, failed }) => {
    if (failed) {
      log.outcome = 'asked';
      return { say: question(webhook, failed[0]), invalid: failed };
    }
    return webhook.handler({
      params,
      turn,
      deadline,
      log: log.write,
      get signal() {
        return deadline.signal;
      },
    });
  });
}

function question({ options }: StandardWebhook, parameter: string): string {
  return options.ask?.[parameter] ?? `What is the ${spokenName(parameter)}?`;
}

/** Takes the error of an earlier call out of the session, unless this answer says one itself. */
export function forgetError(response: WebhookResponse, turn: Turn): WebhookResponse {
  if ((turn.params[ERROR_PARAMETER] ?? null) === null) return response;
  return { ...response, sessionInfo: { parameters: { [ERROR_PARAMETER]: null, ...response.sessionInfo?.parameters } } };
}
