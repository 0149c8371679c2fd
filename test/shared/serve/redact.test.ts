import { expect, test } from '@jest/globals';
import { parseRequest } from '../../../shared/request.ts';
import { redact } from '../../../shared/serve/redact.ts';
import { request } from '../../helpers/requests.ts';

test('whatever the turn carries of a person goes', () => {
  const turn = parseRequest(
    request(
      'a',
      { name: { name: 'Alex', original: 'Alex Example' }, pin: 4711, list: ['secret'], ok: true, short: 'no' },
      { text: 'my pin is 4711', payload: { telephony: { caller_id: '+12025550100' } } },
    ),
  );
  expect(redact('Alex Example (4711) said "my pin is 4711" from +12025550100: secret, true, no', turn)).toBe(
    '[redacted] ([redacted]) said "[redacted]" from [redacted]: [redacted], true, no',
  );
});

test('without a turn there is nothing to take out', () => {
  expect(redact('text', null)).toBe('text');
});
