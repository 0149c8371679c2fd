/** What can be said about a turn of a standard webhook, and means nothing to a flexible one. */
export const TURN_OPTIONS = ['tag', 'form', 'text', 'event', 'dtmf', 'language', 'session', 'page', 'queued'] as const;

/** What `cx trigger` understands, as commander reads it. */
export interface TriggerOptions {
  readonly tag?: string;
  readonly form?: readonly string[];
  readonly text?: string;
  readonly event?: string;
  readonly dtmf?: string;
  readonly language?: string;
  readonly session?: string;
  readonly page?: string;
  readonly queued?: string;
  readonly param?: readonly string[];
  readonly file?: string;
  readonly method?: string;
  readonly port: number;
  readonly url?: string;
  readonly token?: string;
  readonly header?: readonly string[];
  readonly json?: true;
}
