import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { createVerifier, type Verifier } from '../../../shared/auth.ts';
import {
  AUDIENCE,
  CALLER,
  type CertificateServer,
  createEllipticKey,
  createKey,
  es256,
  frozenClock,
  hs256WithPublicKey,
  leaksOf,
  MARKER,
  mint as mintAt,
  OTHER_AUDIENCE,
  openCertificateServer,
  patch,
  published,
  refusalOf,
  removed,
  rs512,
  segment,
  settingsFor,
  type TokenPlan,
} from '../../helpers/tokens.ts';

const clock = frozenClock();
const iat = clock.now() / 1000;
const mint = (plan: TokenPlan) => mintAt({ now: clock.now(), ...plan });
const key = createKey('key-1');
const rotated = [createKey('key-2'), createKey('key-3')] as const;
const foreign = createKey('key-of-somebody-else');
const elliptic = createEllipticKey('key-elliptic');
/** Somebody else's key under a name that our issuer uses. */
const impostor = { ...foreign, id: key.id };

let certificates: CertificateServer;
let verifier: Verifier;

beforeAll(async () => {
  certificates = await openCertificateServer(key, ...rotated);
  certificates.certificates = { ...published(key, ...rotated), [elliptic.id]: elliptic.pem };
});
afterAll(() => certificates.close());
beforeEach(() => {
  verifier = createVerifier(settingsFor(certificates.url), { now: clock.now });
});

const token = mint({ key });
const genuine = { aud: AUDIENCE, email: CALLER };
const bearer = (text: string) => ({ authorization: `Bearer ${text}` });

test('A token that Google signed for this function and this caller is accepted', async () => {
  expect(await verifier.verify(bearer(token))).toEqual({ email: CALLER });
});

test.each([
  ['the first key', mint({ key })],
  ['the second key', mint({ key: rotated[0] })],
  ['the third key', mint({ key: rotated[1] })],
  ['the second audience', mint({ key, claims: { aud: OTHER_AUDIENCE } })],
  ['the issuer without https', mint({ key, claims: { iss: 'accounts.google.com' } })],
  ['a clock 29 s ahead', mint({ key, claims: { iat: iat + 29 } })],
  ['an expiry 29 s ago', mint({ key, claims: { iat: iat - 3600, exp: iat - 29 } })],
  ['a life of 24 hours', mint({ key, claims: { exp: iat + 86_400 } })],
  ['a life of 24 hours and a clock 29 s ahead', mint({ key, claims: { iat: iat + 29, exp: iat + 29 + 86_400 } })],
  ['a `nbf` in the past', mint({ key, claims: { nbf: iat - 10 } })],
  [
    'a key of its own in the header, which is not looked at',
    mint({ key, header: { jwk: { kty: 'RSA' }, jku: 'https://evil.example' } }),
  ],
])('A genuine token is accepted with %s', async (_what, text) => {
  expect(await verifier.verify(bearer(text))).toEqual({ email: CALLER });
});

test.each(['bearer', 'BEARER', 'Bearer  '])('The scheme may be written "%s"', async (scheme) => {
  expect(await verifier.verify({ authorization: `${scheme} ${token}` })).toEqual({ email: CALLER });
});

test('A header that comes as a list of one value is one header', async () => {
  expect(await verifier.verify({ authorization: [`Bearer ${token}`] })).toEqual({ email: CALLER });
});

test('A token of exactly 8 KiB is accepted', async () => {
  const missing = 8192 - mint({ key, claims: { pad: '' } }).length;
  const pad = 'x'.repeat(Math.floor(missing * 0.75));
  const text = mint({ key, claims: { pad } });
  expect(text.length).toBeGreaterThan(8190);
  expect(text.length).toBeLessThanOrEqual(8192);
  expect(await verifier.verify(bearer(text))).toEqual({ email: CALLER });
});

const NONE = 'Send a Google ID token: Authorization: Bearer <token>.';
const AMBIGUOUS = 'The request carries more than one credential: send exactly one.';
const MALFORMED = 'The credential is not a Bearer ID token.';
const TOO_LONG = 'The credential is longer than 8 KiB.';
const ALGORITHM = 'The ID token is not signed with RS256 and a named key.';
const CRITICAL = 'The ID token demands an extension that is not understood here.';
const REMOVED =
  'The ID token has lost its signature: a service that leaves the check to Cloud Run needs WEBHOOK_AUTH=iam.';
const ISSUER = 'The ID token was not issued by Google.';
const OTHER = 'The ID token is meant for another audience: WEBHOOK_AUDIENCES lists those accepted.';
const TIMES = 'The ID token does not say when it was issued and when it expires.';
const LIFETIME = 'The ID token lives longer than 24 hours.';
const EARLY = 'The ID token is not valid yet.';
const EXPIRED = 'The ID token has expired.';
const KEY = 'The ID token names a key that its issuer does not publish.';
const SIGNATURE = 'The signature of the ID token is wrong.';
const EMAIL = 'The e-mail address in the ID token is not verified.';
const CALLERS = 'The caller is not listed in WEBHOOK_CALLERS.';

type Forgery = readonly [what: string, headers: { [name: string]: string | string[] }, message: string];

const withoutCredential: Forgery[] = [
  ['no header', {}, NONE],
  ['no value', { authorization: [] }, NONE],
  ['a credential for the platform only', { 'x-serverless-authorization': `Bearer ${token}` }, NONE],
  ['a credential in another header', { 'x-authorization': `Bearer ${token}` }, NONE],
];

const withTwo: Forgery[] = [
  ['two headers', { authorization: [`Bearer ${token}`, `Bearer ${token}`] }, AMBIGUOUS],
  ['a good header and a basic one', { authorization: [`Bearer ${token}`, 'Basic dTpw'] }, AMBIGUOUS],
  ['one for the platform besides', { ...bearer(token), 'x-serverless-authorization': `Bearer ${token}` }, AMBIGUOUS],
  ['an empty one for the platform besides', { ...bearer(token), 'x-serverless-authorization': '' }, AMBIGUOUS],
];

const outOfShape: Forgery[] = [
  ['an empty header', { authorization: '' }, MALFORMED],
  ['the scheme alone', { authorization: 'Bearer' }, MALFORMED],
  ['the scheme and a blank', { authorization: 'Bearer ' }, MALFORMED],
  ['a token without scheme', { authorization: token }, MALFORMED],
  ['basic authentication', { authorization: `Basic ${Buffer.from('user:password').toString('base64')}` }, MALFORMED],
  ['another scheme before the token', { authorization: `DPoP ${token}` }, MALFORMED],
  ['two tokens joined by a comma', { authorization: `Bearer ${token}, Bearer ${token}` }, MALFORMED],
  ['two tokens joined by a blank', bearer(`${token} ${token}`), MALFORMED],
  ['a tab after the scheme', { authorization: `Bearer\t${token}` }, MALFORMED],
  ['a line break behind the token', bearer(`${token}\n`), MALFORMED],
  ['an access token', bearer('ya29.a0AfH6SMBx_access_token'), MALFORMED],
  ['an opaque word', bearer('secret'), MALFORMED],
  ['one segment missing', bearer(token.split('.').slice(0, 2).join('.')), MALFORMED],
  ['a fourth segment', bearer(`${token}.${segment('more')}`), MALFORMED],
  ['an empty header segment', bearer(patch(token, { 0: '' })), MALFORMED],
  ['an empty payload', bearer(patch(token, { 1: '' })), MALFORMED],
  ['an empty signature', bearer(patch(token, { 2: '' })), MALFORMED],
  ['base64 with padding', bearer(`${token}=`), MALFORMED],
  ['base64 that is not base64url', bearer(patch(token, { 2: 'a+b/c' })), MALFORMED],
  ['a header that is no JSON', bearer(patch(token, { 0: segment('{alg: RS256}') })), MALFORMED],
  ['a header that is a list', bearer(patch(token, { 0: segment([]) })), MALFORMED],
  ['a header that is null', bearer(patch(token, { 0: segment('null') })), MALFORMED],
  ['a header that is a text', bearer(patch(token, { 0: segment('"RS256"') })), MALFORMED],
  ['claims that are no JSON', bearer(patch(token, { 1: segment('iss=accounts.google.com') })), MALFORMED],
  ['claims that are a list', bearer(patch(token, { 1: segment([genuine]) })), MALFORMED],
  ['claims that are null', bearer(patch(token, { 1: segment('null') })), MALFORMED],
  ['9 KiB', bearer(mint({ key, claims: { pad: 'x'.repeat(6000) } })), TOO_LONG],
  ['60 KiB of one letter', bearer('a'.repeat(60_000)), TOO_LONG],
];

const otherAlgorithms: Forgery[] = [
  ['no algorithm', bearer(mint({ key, header: { alg: undefined } })), ALGORITHM],
  ['algorithm none', bearer(mint({ key, header: { alg: 'none' } })), ALGORITHM],
  ['algorithm None, unsigned', bearer(mint({ key, header: { alg: 'None' }, sign: () => 'x' })), ALGORITHM],
  [
    'HS256 keyed with the public key',
    bearer(mint({ key, header: { alg: 'HS256' }, sign: hs256WithPublicKey })),
    ALGORITHM,
  ],
  ['RS512', bearer(mint({ key, header: { alg: 'RS512' }, sign: rs512 })), ALGORITHM],
  ['PS256', bearer(mint({ key, header: { alg: 'PS256' } })), ALGORITHM],
  ['ES256', bearer(mint({ key: elliptic, header: { alg: 'ES256' }, sign: es256 })), ALGORITHM],
  ['rs256 in small letters', bearer(mint({ key, header: { alg: 'rs256' } })), ALGORITHM],
  ['a list of algorithms', bearer(mint({ key, header: { alg: ['RS256'] } })), ALGORITHM],
  ['no key id', bearer(mint({ key, header: { kid: undefined } })), ALGORITHM],
  ['a number for a key id', bearer(mint({ key, header: { kid: 1 } })), ALGORITHM],
  ['a critical extension', bearer(mint({ key, header: { crit: ['b64'], b64: false } })), CRITICAL],
  ['an empty list of critical extensions', bearer(mint({ key, header: { crit: [] } })), CRITICAL],
];

const wrongClaims: Forgery[] = [
  ['the signature removed', bearer(mint({ key, sign: removed })), REMOVED],
  ['no issuer', bearer(mint({ key, claims: { iss: undefined } })), ISSUER],
  ['another issuer', bearer(mint({ key, claims: { iss: 'https://evil.example' } })), ISSUER],
  ['Firebase for issuer', bearer(mint({ key, claims: { iss: 'https://securetoken.google.com/p' } })), ISSUER],
  [
    'an issuer that begins like Google',
    bearer(mint({ key, claims: { iss: 'https://accounts.google.com.evil.example' } })),
    ISSUER,
  ],
  ['an issuer with a slash', bearer(mint({ key, claims: { iss: 'https://accounts.google.com/' } })), ISSUER],
  ['a list of issuers', bearer(mint({ key, claims: { iss: ['https://accounts.google.com'] } })), ISSUER],
  ['no audience', bearer(mint({ key, claims: { aud: undefined } })), OTHER],
  ['null for audience', bearer(mint({ key, claims: { aud: null } })), OTHER],
  ['another audience', bearer(mint({ key, claims: { aud: 'https://other-abc-uc.a.run.app' } })), OTHER],
  ['a list with our audience', bearer(mint({ key, claims: { aud: [AUDIENCE] } })), OTHER],
  ['our audience and a path', bearer(mint({ key, claims: { aud: `${AUDIENCE}/admin` } })), OTHER],
  ['both audiences as one text', bearer(mint({ key, claims: { aud: `${AUDIENCE},${OTHER_AUDIENCE}` } })), OTHER],
  ['no time of issue', bearer(mint({ key, claims: { iat: undefined } })), TIMES],
  ['a `nbf` but no time of issue', bearer(mint({ key, claims: { iat: undefined, nbf: iat } })), TIMES],
  ['no expiry', bearer(mint({ key, claims: { exp: undefined } })), TIMES],
  ['an expiry that is a text', bearer(mint({ key, claims: { exp: String(iat + 3600) } })), TIMES],
  ['an expiry that is null', bearer(mint({ key, claims: { exp: null } })), TIMES],
  ['a `nbf` that is a text', bearer(mint({ key, claims: { nbf: 'now' } })), TIMES],
  ['an expiry of 1e999', bearer(patch(token, { 1: segment(infinite()) })), TIMES],
  ['a life of 24 hours and a second', bearer(mint({ key, claims: { exp: iat + 86_401 } })), LIFETIME],
  ['a time of issue at the beginning of time', bearer(mint({ key, claims: { iat: 0 } })), LIFETIME],
  ['a time of issue 31 s ahead', bearer(mint({ key, claims: { iat: iat + 31 } })), EARLY],
  ['a `nbf` 31 s ahead', bearer(mint({ key, claims: { nbf: iat + 31 } })), EARLY],
  ['an expiry 30 s ago', bearer(mint({ key, claims: { iat: iat - 3600, exp: iat - 30 } })), EXPIRED],
  ['an expiry before the time of issue', bearer(mint({ key, claims: { exp: iat - 3600 } })), EXPIRED],
];

const wrongSignatures: Forgery[] = [
  ['a key that nobody publishes', bearer(mint({ key: foreign })), KEY],
  ['the key id __proto__', bearer(mint({ key, header: { kid: '__proto__' } })), KEY],
  ['the key id constructor', bearer(mint({ key, header: { kid: 'constructor' } })), KEY],
  ['the key id hasOwnProperty', bearer(mint({ key, header: { kid: 'hasOwnProperty' } })), KEY],
  ['an empty key id', bearer(mint({ key, header: { kid: '' } })), KEY],
  ['a path for a key id', bearer(mint({ key, header: { kid: '../../dev/null' } })), KEY],
  ['the id of a key that is not RSA', bearer(mint({ key: elliptic, sign: es256 })), KEY],
  ['a foreign key under a known id', bearer(mint({ key: impostor })), SIGNATURE],
  [
    'a foreign key that it brings along',
    bearer(mint({ key: impostor, header: { jwk: foreign.privateKey.export({ format: 'jwk' }) } })),
    SIGNATURE,
  ],
  ['the id of another of our keys', bearer(mint({ key, header: { kid: rotated[0].id } })), SIGNATURE],
  ['RS512 called RS256', bearer(mint({ key, sign: rs512 })), SIGNATURE],
  ['an HMAC called RS256', bearer(mint({ key, sign: hs256WithPublicKey })), SIGNATURE],
  [
    'another claim under the same signature',
    bearer(patch(token, { 1: mint({ key, claims: { sub: '1' } }).split('.')[1]! })),
    SIGNATURE,
  ],
  [
    'another header under the same signature',
    bearer(patch(token, { 0: segment({ alg: 'RS256', kid: key.id }) })),
    SIGNATURE,
  ],
  [
    'the signature of another token',
    bearer(patch(token, { 2: mint({ key, claims: { sub: '1' } }).split('.')[2]! })),
    SIGNATURE,
  ],
  ['a signature cut short', bearer(token.slice(0, -20)), SIGNATURE],
  ['a signature of one character', bearer(patch(token, { 2: 'A' })), SIGNATURE],
  ['the marker of Cloud Run in small letters', bearer(patch(token, { 2: MARKER.toLowerCase() })), SIGNATURE],
  ['the marker of Cloud Run and more', bearer(patch(token, { 2: `${MARKER}_` })), SIGNATURE],
  ['a stranger with a foreign key', bearer(mint({ key: impostor, claims: { email: 'eve@example.com' } })), SIGNATURE],
];

const genuineStrangers: Forgery[] = [
  ['another service account', bearer(mint({ key, claims: { email: 'eve@project.iam.gserviceaccount.com' } })), CALLERS],
  [
    'the service agent of another project',
    bearer(mint({ key, claims: { email: CALLER.replace('123456789012', '123456789013') } })),
    CALLERS,
  ],
  ['the caller in capitals', bearer(mint({ key, claims: { email: CALLER.toUpperCase() } })), CALLERS],
  ['the caller and a blank', bearer(mint({ key, claims: { email: `${CALLER} ` } })), CALLERS],
  ['no e-mail', bearer(mint({ key, claims: { email: undefined } })), CALLERS],
  ['a list with the caller', bearer(mint({ key, claims: { email: [CALLER] } })), CALLERS],
  ['an e-mail not verified', bearer(mint({ key, claims: { email_verified: false } })), EMAIL],
  ['an e-mail verified "true"', bearer(mint({ key, claims: { email_verified: 'true' } })), EMAIL],
  ['an e-mail that nobody calls verified', bearer(mint({ key, claims: { email_verified: undefined } })), EMAIL],
];

const unauthenticated = [
  ...withoutCredential,
  ...withTwo,
  ...outOfShape,
  ...otherAlgorithms,
  ...wrongClaims,
  ...wrongSignatures,
];

test.each(unauthenticated)('401 for %s', async (_what, headers, message) => {
  const error = await refusalOf(() => verifier.verify(headers));
  expect(error).toMatchObject({ code: 'unauthenticated', status: 401, message });
  expect(
    Object.values(headers)
      .flat()
      .flatMap((value) => leaksOf(value, error)),
  ).toEqual([]);
});

test.each(genuineStrangers)('403 for %s', async (_what, headers, message) => {
  const error = await refusalOf(() => verifier.verify(headers));
  expect(error).toMatchObject({ code: 'forbidden', status: 403, message });
  expect(
    Object.values(headers)
      .flat()
      .flatMap((value) => leaksOf(value, error)),
  ).toEqual([]);
});

test('What is refused is not remembered: it is refused again, and a good token is accepted after it', async () => {
  const forged = bearer(mint({ key: impostor }));
  await refusalOf(() => verifier.verify(forged));
  expect(await refusalOf(() => verifier.verify(forged))).toMatchObject({ message: SIGNATURE });
  expect(await verifier.verify(bearer(token))).toEqual({ email: CALLER });
});

test('A token that cannot be genuine costs no certificate fetch', async () => {
  const before = certificates.requests;
  for (const [, headers] of [...withoutCredential, ...withTwo, ...outOfShape, ...otherAlgorithms, ...wrongClaims]) {
    await refusalOf(() => verifier.verify(headers));
  }
  expect(certificates.requests).toBe(before);
});

test('The check for leaks finds a leak', async () => {
  const { WebhookError } = await import('../../../shared/errors.ts');
  const leaky = new WebhookError('unauthenticated', 'No.', { cause: new Error(`Invalid token signature: ${token}`) });
  expect(leaksOf(`Bearer ${token}`, leaky)).not.toEqual([]);
  expect(leaksOf(`Bearer ${token}`, new WebhookError('forbidden', `No ${CALLER} here.`))).not.toEqual([]);
});

function infinite(): string {
  return JSON.stringify({ iss: 'https://accounts.google.com', ...genuine, email_verified: true, iat, exp: 0 }).replace(
    '"exp":0',
    '"exp":1e999',
  );
}
