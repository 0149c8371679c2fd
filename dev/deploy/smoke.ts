import { randomUUID } from 'node:crypto';
import type { Agent } from './options.ts';
import type { Wanted } from './wanted.ts';

/** The call that proves a deployment: signed, in CX's form, with nothing said and nothing known. */

export interface SmokeCall {
  readonly method: string;
  readonly body: string;
}

/** A function gets its own tag and no parameters: it asks, greets or apologises, and has nothing to act upon. */
export function smokeCall({ name, webhook }: Wanted, { name: agent }: Agent): SmokeCall {
  const id = `deploy-${randomUUID()}`;
  if (webhook?.webhookType === 'FLEXIBLE') {
    const method = webhook.methods[0] ?? 'POST';
    return { method, body: ['GET', 'HEAD', 'DELETE'].includes(method) ? '' : '{}' };
  }
  const request = {
    detectIntentResponseId: id,
    languageCode: 'en',
    fulfillmentInfo: { tag: name },
    sessionInfo: { session: `${agent}/sessions/${id}`, parameters: {} },
  };
  return { method: 'POST', body: JSON.stringify(request) };
}

/** Says what is wrong with an answer; null where it is one that CX can use. */
export function judgeAnswer(status: number, body: string, isFlexible: boolean): string | null {
  const answer = parse(body);
  // Our own refusal of a call without parameters: it got as far as the handler's door.
  if (isFlexible && status === 400 && answer) return null;
  if (status !== 200) return status === 0 ? 'it does not answer' : `it answers ${status}`;
  if (!answer) return 'its answer is no JSON object';
  const { sessionInfo } = answer as {
    readonly sessionInfo?: { readonly parameters?: { readonly [name: string]: unknown } };
  };
  const problem = sessionInfo?.parameters?.['webhook-error'];
  return problem ? `it apologises: ${String(problem)}` : null;
}

function parse(body: string): object | null {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}
