import { expect, test } from '@jest/globals';
import { createVerifier } from '../../../shared/auth.ts';
import {
  CALLER,
  createKey,
  frozenClock,
  leaksOf,
  mint as mintAt,
  refusalOf,
  removed,
  settingsFor,
  type TokenPlan,
} from '../../helpers/tokens.ts';

const clock = frozenClock();
const iat = clock.now() / 1000;
const mint = (plan: TokenPlan) => mintAt({ now: clock.now(), ...plan });
const key = createKey('key-1');

const verifier = createVerifier(settingsFor('https://issuer.example/certs', { mode: 'iam' }), {
  now: clock.now,
  fetchCertificates: () => Promise.reject(new Error('In iam mode no certificate is needed.')),
});

const stripped = (claims = {}, header = {}) => mint({ key, claims, header, sign: removed });
const SIGNATURE_KEPT =
  'Cloud Run has not checked this ID token: let the service require authentication, or set WEBHOOK_AUTH=id-token.';

test('A token that Cloud Run has checked is accepted at once, without certificates', () => {
  expect(verifier.verify({ authorization: `Bearer ${stripped()}` })).toEqual({ email: CALLER });
});

test('The credential that Cloud Run looks at first is the one that counts', () => {
  const headers = { 'x-serverless-authorization': `bearer ${stripped()}` };
  expect(verifier.verify(headers)).toEqual({ email: CALLER });
  expect(verifier.verify({ ...headers, authorization: 'Basic dXNlcjpwYXNz' })).toEqual({ email: CALLER });
  expect(verifier.verify({ ...headers, authorization: ['two', 'values'] })).toEqual({ email: CALLER });
});

test('Beside it, `authorization` proves nothing, however good it looks', async () => {
  const good = `Bearer ${stripped()}`;
  for (const [platform, expected] of [
    [stripped({ email: 'eve@example.com' }), { status: 403 }],
    [mint({ key }), { message: SIGNATURE_KEPT }],
    ['', { message: 'The credential is not a Bearer ID token.' }],
  ] as const) {
    const headers = { authorization: good, 'x-serverless-authorization': `Bearer ${platform}` };
    expect(await refusalOf(() => verifier.verify(headers))).toMatchObject(expected);
  }
});

test.each([
  ['no credential', {}, 401, 'Send a Google ID token: Authorization: Bearer <token>.'],
  [
    'a doubled header',
    { authorization: [`Bearer ${stripped()}`, `Bearer ${stripped()}`] },
    401,
    'The request carries more than one credential: send exactly one.',
  ],
  [
    'a real signature, which the platform would have removed',
    { authorization: `Bearer ${mint({ key })}` },
    401,
    SIGNATURE_KEPT,
  ],
  [
    'the marker in small letters',
    { authorization: `Bearer ${mint({ key, sign: () => removed().toLowerCase() })}` },
    401,
    SIGNATURE_KEPT,
  ],
  [
    'the marker and more',
    { authorization: `Bearer ${mint({ key, sign: () => `${removed()}_` })}` },
    401,
    SIGNATURE_KEPT,
  ],
  [
    'no signature',
    { authorization: `Bearer ${mint({ key, sign: () => '' })}` },
    401,
    'The credential is not a Bearer ID token.',
  ],
  [
    'algorithm none',
    { authorization: `Bearer ${stripped({}, { alg: 'none' })}` },
    401,
    'The ID token is not signed with RS256 and a named key.',
  ],
  [
    'a critical extension',
    { authorization: `Bearer ${stripped({}, { crit: ['x'] })}` },
    401,
    'The ID token demands an extension that is not understood here.',
  ],
  [
    'another issuer',
    { authorization: `Bearer ${stripped({ iss: 'https://evil.example' })}` },
    401,
    'The ID token was not issued by Google.',
  ],
  [
    'another audience',
    { authorization: `Bearer ${stripped({ aud: 'https://evil.example' })}` },
    401,
    'The ID token is meant for another audience: WEBHOOK_AUDIENCES lists those accepted.',
  ],
  [
    'an expired token',
    { authorization: `Bearer ${stripped({ iat: iat - 3600, exp: iat - 30 })}` },
    401,
    'The ID token has expired.',
  ],
  [
    'a token of tomorrow',
    { authorization: `Bearer ${stripped({ iat: iat + 86_400, exp: iat + 90_000 })}` },
    401,
    'The ID token is not valid yet.',
  ],
  [
    'a token without expiry',
    { authorization: `Bearer ${stripped({ exp: undefined })}` },
    401,
    'The ID token does not say when it was issued and when it expires.',
  ],
  [
    'another caller',
    { authorization: `Bearer ${stripped({ email: 'eve@example.com' })}` },
    403,
    'The caller is not listed in WEBHOOK_CALLERS.',
  ],
  [
    'an e-mail not verified',
    { authorization: `Bearer ${stripped({ email_verified: false })}` },
    403,
    'The e-mail address in the ID token is not verified.',
  ],
])('In iam mode %s is refused', async (_what, headers: { authorization?: string | string[] }, status, message) => {
  const error = await refusalOf(() => verifier.verify(headers));
  expect(error).toMatchObject({ code: status === 401 ? 'unauthenticated' : 'forbidden', status, message });
  expect([headers.authorization ?? []].flat().flatMap((value) => leaksOf(value, error))).toEqual([]);
});

test('There is nothing to prefetch', async () => {
  await expect(verifier.prefetch()).resolves.toBeUndefined();
});
