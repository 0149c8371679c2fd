import { errorAnswer } from './error-answer.ts';
import { WebhookError } from './errors.ts';
import type { HttpAnswer, HttpCall, HttpHeaders } from './http.ts';
import type { Log } from './log.ts';
import { parseRequest, type Turn } from './request.ts';
import { encodeAnswer } from './response/encode.ts';
import { unknownFormParameters } from './response/form.ts';
import { formatReply, type Reply } from './response.ts';
import { type CallContext, CallLog } from './serve/call-log.ts';
import { answerFlexible } from './serve/flexible.ts';
import { apology, discardSecrets, forgetError, handle } from './serve/handle.ts';
import { andThen, attempt, type Soon } from './serve/soon.ts';
import { readTrace } from './serve/trace.ts';
import { NO_STORE, type OpenStore } from './store/door.ts';
import type { Router, StandardWebhook, Webhook } from './webhook.ts';

export interface ServiceOptions {
  /** The function's name: its file's name, and the first tag that it answers. */
  readonly name: string;
  readonly webhook: Webhook;
  /** Resolves where the caller is who may call; throws a `WebhookError` otherwise. */
  readonly verify: (headers: HttpHeaders) => unknown;
  readonly log: Log;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  /** Gives the store; asked only for a webhook that says `store: true`. */
  readonly openStore?: OpenStore;
}

/** Serves one call, whatever the host: at once where nothing has to be waited for. Never throws or rejects. */
export type Service = (call: HttpCall) => Soon<HttpAnswer>;

/**
 * Serves a webhook: the order in which a call is checked and answered.
 *
 * @example
 * const serve = createService({ name: 'weather', webhook, verify: createVerifier(settings).verify, log });
 * const { status, headers, body } = await serve({ method: 'POST', url: '/', headers, body });
 */
export function createService({
  name,
  webhook,
  verify,
  log,
  now = Date.now,
  openStore = NO_STORE,
}: ServiceOptions): Service {
  function answerVerified(call: HttpCall, body: unknown, context: CallContext): Soon<HttpAnswer> {
    if (webhook.kind === 'flexible') return answerFlexible(webhook, call, body, context);
    const turn = parseRequest(body);
    context.log.knowTurn(turn);
    return andThen(findWebhook(name, webhook, turn.tag), (found) =>
      found ? answerTurn(found, turn, context) : answerUnknownTag(turn, context),
    );
  }

  return function serve(call) {
    if (isGreeting(call, webhook)) return GREETING;

    const context = { startedAt: now(), now, openStore, log: new CallLog(log, name, readTrace(call.headers)) };
    const answer = guard(context, () => {
      checkMethod(call, webhook);
      const caller = verify(call.headers);
      const body = andThen(caller, () => readBody(call.body));
      return andThen(body, (json) => answerVerified(call, json, context));
    });
    return andThen(answer, (done) => {
      context.log.end(done.status, now() - context.startedAt);
      return done;
    });
  };
}

const UTF8 = new TextDecoder();

const GREETING: HttpAnswer = { status: 200, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: 'OK' };

/** A person or a health check that looks whether somebody is there. CX itself only posts to standard webhooks. */
function isGreeting({ method }: HttpCall, webhook: Webhook): boolean {
  if (method !== 'GET' && method !== 'HEAD') return false;
  return webhook.kind !== 'flexible' || !(webhook.options.methods ?? []).includes(method);
}

function checkMethod({ method }: HttpCall, webhook: Webhook): void {
  const methods: readonly string[] = (webhook.kind === 'flexible' && webhook.options.methods) || ['POST'];
  if (!methods.includes(method)) {
    throw new WebhookError('method-not-allowed', `This webhook answers ${methods.join(', ')}, not ${method}.`, {
      headers: { allow: methods.join(', ') }, // RFC 9110 section 15.5.6: a 405 says what is allowed
    });
  }
}

/** The body as JSON; undefined where there was none. */
function readBody(body: HttpCall['body']): unknown {
  if (typeof body === 'function') return andThen(body(), parseBody);
  return parseBody(body);
}

function parseBody(body: unknown): unknown {
  if (typeof body !== 'string' && !(body instanceof Uint8Array)) return body;
  const text = typeof body === 'string' ? body : UTF8.decode(body);
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new WebhookError('bad-request', 'The body is not JSON.');
  }
}

function findWebhook(name: string, webhook: StandardWebhook | Router, tag: string): Soon<StandardWebhook | null> {
  if (webhook.kind === 'router') return webhook.find(tag);
  if (tag === name || webhook.options.tags?.includes(tag)) return webhook;
  throw new WebhookError(
    'unknown-tag',
    tag ? `This webhook does not answer the tag ${tag}.` : 'The request has no tag.',
  );
}

/** Answers 200 with the handler's reply; where that fails, with an apology or, for a tag that says `raise`, with 500. */
function answerTurn(webhook: StandardWebhook, turn: Turn, context: CallContext): Soon<HttpAnswer> {
  const answer = (reply: Reply) => answerReply(discardSecrets(webhook, reply), turn, context);
  function apologise(error: unknown): HttpAnswer {
    const code = error instanceof WebhookError ? error.code : 'internal';
    context.log.fail(code, error);
    if (webhook.options.onError === 'raise') return errorAnswer(new WebhookError('internal', 'The webhook failed.'));
    return answer(apology(webhook, code, turn));
  }
  return attempt(() => andThen(handle(webhook, turn, context), answer), apologise);
}

function answerUnknownTag(turn: Turn, context: CallContext): HttpAnswer {
  context.log.outcome = 'unknown-tag';
  return answerReply({ say: `No handler for the tag: ${turn.tag}` }, turn, context);
}

function answerReply(reply: Reply, turn: Turn, { log }: CallContext): HttpAnswer {
  const answer = encodeAnswer(forgetError(formatReply(reply, turn), turn));
  if (!answer) throw new WebhookError('invalid-reply', 'The reply is over 64 KiB even without its messages.');
  if (answer.trimmed) log.outcome = 'trimmed';
  const unknown = unknownFormParameters(reply, turn.form);
  if (unknown.length > 0) log.details = { ...log.details, unknownFormParameters: unknown };
  return { status: 200, headers: { 'content-type': 'application/json; charset=utf-8' }, body: answer.body };
}

/** Turns a failure into the answer that its code stands for. What nobody foresaw is `internal`, and only the log has it. */
function guard({ log }: CallContext, answer: () => Soon<HttpAnswer>): Soon<HttpAnswer> {
  return attempt(answer, (error) => {
    if (!(error instanceof WebhookError)) {
      log.fail('internal', error);
      return errorAnswer(new WebhookError('internal', 'The webhook failed.'));
    }
    log.outcome = error.code;
    log.details = { ...log.details, reason: error.message };
    return errorAnswer(error);
  });
}
