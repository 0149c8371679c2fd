import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createVerifier, type Verifier } from '../../../shared/auth.ts';
import {
  CALLER,
  type CertificateServer,
  type Clock,
  createKey,
  frozenClock,
  mint,
  openCertificateServer,
  refusalOf,
  settingsFor,
} from '../../helpers/tokens.ts';

const key = createKey('key-1');

let clock: Clock;
let server: CertificateServer;
let verifier: Verifier;

beforeEach(async () => {
  clock = frozenClock();
  server = await openCertificateServer(key);
  verifier = createVerifier(settingsFor(server.url), { now: clock.now });
});
afterEach(() => server.close());

const tokenOf = (claims = {}) => ({ authorization: `Bearer ${mint({ key, now: clock.now(), claims })}` });

test('A token that was accepted is answered at once the next time', async () => {
  const headers = tokenOf();
  const first = verifier.verify(headers);
  expect(first).toBeInstanceOf(Promise);
  expect(await first).toEqual({ email: CALLER });
  expect(verifier.verify(headers)).toEqual({ email: CALLER });
});

test('A remembered token needs no certificates any more', async () => {
  const headers = tokenOf({ exp: clock.now() / 1000 + 3 * 3600 });
  await verifier.verify(headers);
  clock.advance(2 * 3600);
  expect(verifier.verify(headers)).toEqual({ email: CALLER });
  expect(server.requests).toBe(1);
});

test('A token is remembered until it expires, and then refused', async () => {
  const headers = tokenOf();
  await verifier.verify(headers);
  clock.advance(3599.999);
  expect(verifier.verify(headers)).toEqual({ email: CALLER });
  clock.advance(0.001);
  const again = verifier.verify(headers);
  expect(again).toBeInstanceOf(Promise);
  await again;
  clock.advance(30);
  expect(await refusalOf(() => verifier.verify(headers))).toMatchObject({ message: 'The ID token has expired.' });
});

test('A remembered token does not excuse a second credential', async () => {
  const headers = tokenOf();
  await verifier.verify(headers);
  const doubled = [headers.authorization, headers.authorization];
  const besides = { ...headers, 'x-serverless-authorization': headers.authorization };
  for (const ambiguous of [{ authorization: doubled }, besides]) {
    expect(await refusalOf(() => verifier.verify(ambiguous))).toMatchObject({
      message: 'The request carries more than one credential: send exactly one.',
    });
  }
});

test('The text that is remembered has to come again as it was, to the last character', async () => {
  const headers = tokenOf();
  await verifier.verify(headers);
  const other = headers.authorization.replace(/....$/, (end) => (end === 'AAAA' ? 'BBBB' : 'AAAA'));
  expect(await refusalOf(() => verifier.verify({ authorization: other }))).toMatchObject({
    message: 'The signature of the ID token is wrong.',
  });
});

test('Of more tokens than there is room for, the latest 200 are remembered', async () => {
  const all = Array.from({ length: 201 }, (_, serial) => tokenOf({ serial }));
  for (const headers of all) await verifier.verify(headers);
  const isRemembered = (headers: { authorization: string }) => !(verifier.verify(headers) instanceof Promise);
  expect(all.slice(1).every(isRemembered)).toBe(true);
  expect(isRemembered(all[0]!)).toBe(false);
});

test('The same token from 20 calls at once takes the room of one', async () => {
  const others = Array.from({ length: 199 }, (_, serial) => tokenOf({ serial }));
  for (const headers of others) await verifier.verify(headers);
  const headers = tokenOf();
  await Promise.all(Array.from({ length: 20 }, () => verifier.verify(headers)));
  expect(others.some((other) => verifier.verify(other) instanceof Promise)).toBe(false);
});

test('What one verifier accepted, another has to verify itself', async () => {
  const headers = tokenOf();
  await verifier.verify(headers);
  const stricter = createVerifier(settingsFor(server.url, { callers: ['other@example.com'] }), { now: clock.now });
  expect(await refusalOf(() => stricter.verify(headers))).toMatchObject({ status: 403 });
});
