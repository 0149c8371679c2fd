import type { Store } from '../../shared/store.ts';
import type { StandardWebhook } from '../../shared/webhook.ts';
import type { JsonObject, WebhookRequest, WebhookResponse } from '../../shared/wire.ts';
import { AGENT, formRequest } from './requests.ts';
import { openService } from './service.ts';
import { SEEDED_AT } from './store.ts';

/** Who says something, in which turn. A turn of the same id is CX's repetition. */
export interface Saying {
  /** Empty for a client that sends none. */
  readonly session?: string;
  readonly turn?: string;
  readonly language?: string;
  /** Milliseconds since the epoch. */
  readonly now?: number;
  readonly payload?: JsonObject;
  readonly tag?: string;
  readonly store?: Store;
  /** Parameters of the form that this turn has filled. */
  readonly justSaid?: readonly string[];
}

/** What came back: what is said, what can be clicked, what CX shall ask again, and what is set. */
export interface Heard {
  readonly say: string;
  readonly chips?: readonly string[];
  readonly invalid?: readonly string[];
  readonly session: JsonObject;
}

const FORM = { service: null, date: null, time: null, booking_action: null, booking_id: null };

/** A conversation with `booking` through the whole pipeline, on a page whose form has all its parameters. */
export function openBooking(webhook: StandardWebhook, store: Store) {
  const logs: (() => string)[] = [];
  let turns = 0;

  async function ask(parameters: JsonObject, saying: Saying = {}): Promise<Heard> {
    const {
      session = 'asha',
      turn = `turn ${++turns}`,
      language = 'en',
      now = SEEDED_AT,
      payload,
      tag = 'booking',
      justSaid = [],
    } = saying;
    const service = openService(webhook, { name: 'booking', now: () => now, store: saying.store ?? store });
    logs.push(service.text);
    const said = justSaid.map((name) => [name, parameters[name] ?? null]);
    const body: WebhookRequest = {
      ...formRequest(tag, { ...FORM, ...Object.fromEntries(said) }),
      detectIntentResponseId: turn,
      languageCode: language,
      sessionInfo: { ...(session && { session: `${AGENT}/sessions/${session}` }), parameters },
      ...(payload && { payload }),
    };
    const answer = await service.post(body);
    if (answer.status !== 200) throw new Error(`${answer.status}: ${JSON.stringify(answer.body)}`);
    return hear(answer.body);
  }

  return { ask, log: () => logs.map((text) => text()).join('') };
}

function hear({ fulfillmentResponse, pageInfo, sessionInfo }: WebhookResponse): Heard {
  const messages = fulfillmentResponse?.messages ?? [];
  const chips = messages.flatMap(({ payload }) => (payload as Card | undefined)?.richContent[0][0].options ?? []);
  const parameters = pageInfo?.formInfo?.parameterInfo ?? [];
  return {
    say: messages.flatMap(({ text }) => text?.text ?? []).join(' '),
    ...(chips.length > 0 && { chips: chips.map(({ text }) => text) }),
    ...(parameters.length > 0 && { invalid: parameters.map(({ displayName = '' }) => displayName) }),
    session: sessionInfo?.parameters ?? {},
  };
}

/** One card with one element: chips. */
interface Card {
  readonly richContent: readonly [readonly [{ readonly options: readonly { readonly text: string }[] }]];
}
