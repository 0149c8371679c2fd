import { WebhookError } from '../errors.ts';
import type { HttpAnswer, HttpCall } from '../http.ts';
import { checkJson } from '../messages/check.ts';
import { readObject } from '../request/read.ts';
import type { FlexibleWebhook, HttpMethod } from '../webhook.ts';
import { MAX_ANSWER_BYTES } from '../wire.ts';
import type { CallContext } from './call-log.ts';
import { budgetOf, CallDeadline, DEFAULT_TIMEOUT, TIME_UP } from './deadline.ts';
import { declared } from './handle.ts';
import { validateParams } from './params.ts';
import { andThen, type Soon } from './soon.ts';

/**
 * Answers a flexible webhook: parameters from the query and the JSON body (the body wins), the handler's object as JSON.
 * Such an answer can carry neither words nor targets, so failures are HTTP statuses: 400 for a parameter that is missing or
 * not valid, 503 where the time was up, 500 for the rest.
 */
export function answerFlexible(
  webhook: FlexibleWebhook,
  call: HttpCall,
  body: unknown,
  { startedAt, now, openStore, log }: CallContext,
): Soon<HttpAnswer> {
  const values = { ...readQuery(call.url), ...readObject(body, 'body') };
  const deadline = new CallDeadline(startedAt + budgetOf(webhook.options.timeout ?? DEFAULT_TIMEOUT), now);
  const work = andThen(validateParams(webhook.params, values), ({ params, failed }) => {
    if (failed) throw new WebhookError('bad-request', `Parameter ${failed.join(', ')}: missing or not valid.`);
    return andThen(webhook.options.store ? openStore() : undefined, (store) =>
      webhook.handler({
        params,
        method: call.method as HttpMethod,
        deadline,
        now,
        log: log.write,
        get signal() {
          return deadline.signal;
        },
        get store() {
          return declared(store);
        },
      }),
    );
  });
  return andThen(deadline.race(work), (result) => {
    if (result === TIME_UP) throw new WebhookError('late', 'The webhook was not done in time.');
    const json = JSON.stringify(checkJson(result, 'answer'));
    if (Buffer.byteLength(json) > MAX_ANSWER_BYTES) {
      throw new WebhookError('invalid-reply', 'The answer is over 64 KiB.');
    }
    return { status: 200, headers: { 'content-type': 'application/json; charset=utf-8' }, body: json };
  });
}

function readQuery(url: string): { readonly [name: string]: string } {
  const at = url.indexOf('?');
  return at < 0 ? {} : Object.fromEntries(new URLSearchParams(url.slice(at + 1)));
}
