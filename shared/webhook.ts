import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { ByLanguage } from './language.ts';
import type { Turn } from './request.ts';
import type { Reply } from './response.ts';
import type { Store, Tx } from './store.ts';
import type { Json, JsonObject } from './wire.ts';

/**
 * How a webhook is declared. A file in `functions/` exports one of these as its default; its file name is the function's
 * name. Nothing here runs anything: `serve.ts` does.
 */

/** The parameters that a handler reads: each a Standard Schema (valibot's, zod's, ...), under the name that CX knows. */
export type Schemas = { readonly [parameter: string]: StandardSchemaV1 };

/** What the schemas make of the parameters. */
export type Params<S extends Schemas> = { readonly [K in keyof S]: StandardSchemaV1.InferOutput<S[K]> };

/** Writes a line to the log, with `fields` as its `data`: no parameter values in them, and nothing that a person said. */
export type WriteLog = (message: string, fields?: JsonObject) => void;

/** When the answer must be on its way. */
export interface Deadline {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Milliseconds that are left, never below 0. */
  remaining(): number;
}

/** What every handler can use, whichever kind of webhook it serves. */
export interface Capabilities<S extends Schemas> {
  /** The declared parameters, validated. */
  readonly params: Params<S>;
  /** Aborts when the deadline is reached: hand it to every fetch. */
  readonly signal: AbortSignal;
  readonly deadline: Deadline;
  readonly log: WriteLog;
  /** Milliseconds since the epoch: the clock that a test can stop. */
  readonly now: () => number;
  /** What functions remember. Only for a webhook that says `store: true` in its options; all others load no database. */
  readonly store: Store;
}

/**
 * Makes an effect happen once, however often CX sends the same turn: on a timeout or a transient error it repeats the call.
 * The effect and its result are one transaction; who comes again, or at the same time in another instance, gets that result.
 * An effect that throws has not happened, and may be tried again.
 *
 * The same turn means the same session, turn id, tag, page and declared parameters; `key` tells apart the effects of one
 * handler. A request without a turn id cannot be recognised: its effect happens each time. Results are kept for a day.
 *
 * @example
 * const { id } = await once('save', async (tx) => {
 *   const id = randomUUID();
 *   await tx.insertInto('feedback').values({ id, ... }).execute();
 *   return { id };
 * });
 */
export type Once = <T extends Json>(key: string, effect: (tx: Tx) => Promise<T>) => Promise<T>;

/** What the handler of a standard webhook gets. */
export interface Call<S extends Schemas> extends Capabilities<S> {
  /** The whole turn: what was said, the page, the session, the messages so far. */
  readonly turn: Turn;
  /** Like `store`, only for a webhook that says `store: true`. */
  readonly once: Once;
}

export type Handler<S extends Schemas> = (call: Call<S>) => Reply | Promise<Reply>;

/** What the handler of a flexible webhook gets. */
export interface FlexibleCall<S extends Schemas> extends Capabilities<S> {
  readonly method: HttpMethod;
}

/** Returns the JSON object that the webhook's `parameterMapping` reads. */
export type FlexibleHandler<S extends Schemas> = (call: FlexibleCall<S>) => JsonObject | Promise<JsonObject>;

/** A time in seconds as CX writes it, for example `'5s'` or `'2.5s'`. */
export type Duration = `${number}s`;

/** Facts of one function that deployment needs too. */
export interface DeploymentFacts {
  /** CX's timeout for one attempt. Default 5 s, 30 s at most (webhook.proto, `Webhook.timeout`). */
  readonly timeout?: Duration;
  /** Names of Secret Manager secrets that become environment variables of the same name. */
  readonly secrets?: readonly string[];
  /** As gcloud takes it, for example `'512Mi'`. */
  readonly memory?: string;
  readonly minInstances?: number;
  /** It keeps state: it gets `store` and `once`, and in the cloud it needs `DATABASE_URL`. */
  readonly store?: boolean;
}

export interface WebhookOptions<S extends Schemas = Schemas> extends DeploymentFacts {
  /** Tags that it answers beside its own name. */
  readonly tags?: readonly string[];
  /** The question for each parameter that is missing or not valid. Default: a plain one made from its name. */
  readonly ask?: { readonly [K in keyof S]?: string | ByLanguage<string> };
  /** Parameters that no answer leaves in the session, not even an apology: a PIN. */
  readonly discard?: readonly (keyof S & string)[];
  /** What is said when the time is up. Default: an apology. */
  readonly late?: Reply | ByLanguage<Reply>;
  /** What is said while the store is away, for a webhook that has something to say even then. Default: an apology. */
  readonly away?: (turn: Turn) => Reply | undefined;
  /** What happens when the handler fails: `apologise` answers 200 with words the person hears, `raise` answers 500. */
  readonly onError?: 'apologise' | 'raise';
}

export const HTTP_METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

/** The methods that a flexible webhook may use (webhook.proto, `HttpMethod`). */
export type HttpMethod = (typeof HTTP_METHODS)[number];

export interface FlexibleOptions extends DeploymentFacts {
  /** The methods that it answers. Default: POST. */
  readonly methods?: readonly HttpMethod[];
  /** `parameterMapping` of the webhook: session parameter to path in the answer, for example `{ fee: '$.total' }`. */
  readonly mapping?: { readonly [sessionParameter: string]: string };
}

/** A standard webhook: CX's own request and answer. */
export interface StandardWebhook<S extends Schemas = Schemas> {
  readonly kind: 'standard';
  readonly params: S;
  // A method, so that a webhook of any schemas is a `StandardWebhook`: `serve.ts` validates before it calls.
  handler(call: Call<S>): Reply | Promise<Reply>;
  readonly options: WebhookOptions<S>;
}

/** A flexible webhook: any method, the agent's own JSON in and out. */
export interface FlexibleWebhook<S extends Schemas = Schemas> {
  readonly kind: 'flexible';
  readonly params: S;
  handler(call: FlexibleCall<S>): JsonObject | Promise<JsonObject>;
  readonly options: FlexibleOptions;
}

/** Every tag of a folder behind one URL; `router.ts` makes it. */
export interface Router {
  readonly kind: 'router';
  /** The webhook that answers a tag; null where none does. */
  readonly find: (tag: string) => Promise<StandardWebhook | null>;
}

/** What a file in `functions/` exports. */
export type Webhook = StandardWebhook | FlexibleWebhook | Router;

/**
 * Declares the webhook of a tag.
 *
 * @example
 * export default defineWebhook({ orderId: string() }, async ({ params, signal }) => {
 *   const order = await findOrder(params.orderId, signal);
 *   if (!order) return { say: `I can't find order ${params.orderId}.`, invalid: ['orderId'] };
 *   return { say: `Order ${order.id} is ${order.state}.`, session: { orderState: order.state } };
 * }, { tags: ['orderStatus'], ask: { orderId: 'What is the number of your order?' } });
 */
export function defineWebhook<S extends Schemas>(
  params: S,
  handler: Handler<S>,
  options: WebhookOptions<S> = {},
): StandardWebhook<S> {
  return { kind: 'standard', params, handler, options };
}

/**
 * Declares a flexible webhook. Its parameters come from the query and the JSON body; the body wins.
 *
 * @example
 * export default defineFlexible({ credits: pipe(unknown(), transform(Number), number()) }, ({ params }) => ({
 *   total: params.credits * 250,
 * }), { methods: ['GET', 'POST'], mapping: { fee: '$.total' } });
 */
export function defineFlexible<S extends Schemas>(
  params: S,
  handler: FlexibleHandler<S>,
  options: FlexibleOptions = {},
): FlexibleWebhook<S> {
  return { kind: 'flexible', params, handler, options };
}
