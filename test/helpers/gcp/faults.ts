import { type Call, json, Refusal, type Reply } from './call.ts';

/** What goes wrong on demand: at the nth request that fits, and then as often as was said. */

export interface Fault {
  readonly method?: string;
  /** Looked for in `host/path?query`. */
  readonly path: string | RegExp;
  /** The first request that fails, of those that fit from now on: 1 is the next. Default 1. */
  readonly nth?: number;
  /** How many in a row fail. Default 1. */
  readonly times?: number;
  /** The status to answer. Without it and without `drop` the request is served, after `delay`. */
  readonly status?: number;
  readonly message?: string;
  /** Destroys the connection instead of answering: `before` anything has happened, or `after` the request was served. */
  readonly drop?: 'before' | 'after';
  /** Milliseconds to wait before that. */
  readonly delay?: number;
}

/** What Google says. */
const MESSAGES: { readonly [status: number]: string } = {
  403: 'Permission denied on the resource (or it may not exist).',
  409: 'unable to queue the operation',
  429: "Quota exceeded for quota metric 'Requests' and limit 'Requests per minute'.",
  503: 'The service is currently unavailable.',
};

export interface Faults {
  add(fault: Fault): void;
  /** The fault of this request, which counts as having happened. */
  take(call: Call): Fault | undefined;
  clear(): void;
}

export function keepFaults(): Faults {
  let all: { readonly fault: Fault; seen: number }[] = [];

  function fits({ method, path }: Fault, call: Call): boolean {
    const query = call.query.size > 0 ? `?${call.query}` : '';
    const address = `${call.host}${call.path}${query}`;
    if (method !== undefined && method !== call.method) return false;
    return typeof path === 'string' ? address.includes(path) : path.test(address);
  }

  return {
    add(fault) {
      all.push({ fault, seen: 0 });
    },
    take(call) {
      let taken: Fault | undefined;
      for (const each of all) {
        if (!fits(each.fault, call)) continue;
        each.seen += 1;
        const { nth = 1, times = 1 } = each.fault;
        if (each.seen >= nth && each.seen < nth + times) taken ??= each.fault;
      }
      return taken;
    },
    clear() {
      all = [];
    },
  };
}

/** What a fault with a status answers. */
export function faultReply({ status = 500, message = MESSAGES[status] ?? 'Injected.' }: Fault, call: Call): Reply {
  if (call.host.endsWith('.run.app')) return { status, body: message };
  const concurrent = status === 409 && call.path.endsWith(':setIamPolicy');
  const { error } = JSON.parse(String(new Refusal(status, message).reply().body));
  return json(status, { error: { ...error, ...(concurrent && { message: 'There were concurrent policy changes.' }) } });
}
