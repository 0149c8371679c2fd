import type { JsonObject } from '../emulator/agent.ts';
import { createCaller } from '../emulator/call/caller.ts';
import type { WebhookCall, WebhookOutcome } from '../emulator/call/effect.ts';
import { type Fault, faultOf } from '../emulator/call/faults.ts';
import type { Caller } from '../emulator/emulator.ts';
import type { TraceEvent } from '../emulator/trace.ts';
import type { Issuer } from '../issuer.ts';
import { functionFor } from '../local/function-for.ts';
import type { LocalFunction } from '../local/load.ts';
import type { WebhookView } from './api.ts';

/** Where the functions are that answer webhooks. */
export interface Answerers {
  readonly functions: () => readonly LocalFunction[];
  readonly urlOf: (name: string) => string;
  readonly issuer: Pick<Issuer, 'token'>;
}

/** Calls the webhooks of one turn. */
export interface TurnCaller {
  readonly call: Caller;
  /** What the token of a call said; `null`: none was sent. */
  claimsOf(outcome: WebhookOutcome): JsonObject | null;
}

/**
 * @param takeFault Gives the fault for a call with this tag, once.
 */
export function createTurnCaller(
  { functions, urlOf, issuer }: Answerers,
  takeFault: (tag: string) => Fault | null,
): TurnCaller {
  const claims = new Map<WebhookOutcome, JsonObject>();
  return {
    async call(each: WebhookCall) {
      const name = functionFor(functions(), each.webhook, each.tag);
      if (name === null) return { kind: 'skipped', reason: 'nobody' };
      const fault = each.webhook.disabled ? null : takeFault(each.tag);
      let claimed: JsonObject | null = null;
      const call = createCaller({
        addressOf: () => urlOf(name),
        sign(audience) {
          const token = issuer.token({ audience });
          claimed = readClaims(token);
          return token;
        },
        faults: fault ? [fault] : [],
      });
      const outcome = await call(each);
      if (claimed) claims.set(outcome, claimed);
      return outcome;
    },
    claimsOf: (outcome) => claims.get(outcome) ?? null,
  };
}

/** A fault that waits for the next call that it is for. */
export function createFaultBox(): { put(fault: Fault | null): void; take(tag: string): Fault | null } {
  let waiting: Fault | null = null;
  return {
    put(fault) {
      waiting = fault;
    },
    take(tag) {
      const fault = waiting && faultOf([waiting], tag);
      if (fault) waiting = null;
      return fault ?? null;
    },
  };
}

/** The middle one of a JWT's three parts (RFC 7519 section 3). */
function readClaims(token: string): JsonObject {
  return JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString('utf8')) as JsonObject;
}

/** The webhook calls of a turn, as a person sees them: tokens are not in an exchange. */
export function webhookViews(trace: readonly TraceEvent[], { claimsOf }: TurnCaller): readonly WebhookView[] {
  return trace.flatMap((event) => (event.kind === 'webhook' ? [viewOf(event, claimsOf(event.outcome))] : []));
}

function viewOf({ call, outcome }: TraceEvent & { kind: 'webhook' }, tokenClaims: JsonObject | null): WebhookView {
  const exchange = outcome.kind === 'skipped' ? null : outcome.exchange;
  return {
    webhook: call.webhook.displayName,
    tag: call.tag,
    outcome: outcome.kind,
    event: outcome.kind === 'failed' ? outcome.event : outcome.kind === 'skipped' ? outcome.reason : null,
    problem: outcome.kind === 'failed' ? outcome.problem : null,
    httpStatus: outcome.kind === 'skipped' ? null : outcome.httpStatus,
    url: exchange?.url ?? null,
    method: exchange?.method ?? null,
    requestHeaders: exchange?.requestHeaders ?? {},
    requestBody: exchange?.requestBody ?? null,
    responseBody: exchange?.responseBody ?? null,
    attempts: (exchange?.attempts ?? []).map(({ ms, httpStatus, problem }) => ({ ms, httpStatus, problem })),
    timeoutMs: call.webhook.timeoutMs,
    tokenClaims: exchange && tokenClaims,
  };
}
