import type { TurnView } from '../../api.ts';

/** What a person did on a turn, in words. */
export function said({ input }: Pick<TurnView, 'input'>): string {
  switch (input.kind) {
    case 'text':
      return input.text === '' ? 'nothing was said' : `“${input.text}”`;
    case 'event':
      return `the event ${input.event}`;
    case 'dtmf':
      return `the keys ${input.digits}${input.finishDigit}`;
    case 'intent':
      return `the intent ${input.intent}`;
  }
}
