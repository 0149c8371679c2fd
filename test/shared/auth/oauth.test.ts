import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createVerifier, type OAuthSettings, type Verifier } from '../../../shared/auth.ts';
import { errorAnswer } from '../../../shared/error-answer.ts';
import {
  answering,
  type CertificateServer,
  type Clock,
  createEllipticKey,
  createKey,
  es256,
  frozenClock,
  hs256WithPublicKey,
  jwkOf,
  leaksOf,
  mint as mintAt,
  openCertificateServer,
  patch,
  published,
  publishedSet,
  refusalOf,
  rs512,
  type SigningKey,
  segment,
  type TokenPlan,
} from '../../helpers/tokens.ts';

const ISSUER = 'https://login.example/';
const AUDIENCE = 'https://webhook.example/cx';
const SUBJECT = 'client-of-the-agent@clients';

const rsa = createKey('key-1');
const second = createKey('key-2');
const foreign = createKey('key-of-somebody-else');
const elliptic = createEllipticKey('key-elliptic');
/** Somebody else's key under a name that our issuer uses. */
const impostor = { ...foreign, id: rsa.id };

let server: CertificateServer;
let clock: Clock;
let iat: number;
let verifier: Verifier;

beforeEach(async () => {
  clock = frozenClock();
  iat = clock.now() / 1000;
  server = await openCertificateServer();
  server.certificates = publishedSet([rsa, second, elliptic]);
  verifier = openVerifier();
});
afterEach(() => server.close());

function openVerifier(changes: Partial<OAuthSettings> = {}): Verifier {
  const settings = { mode: 'oauth', issuer: ISSUER, audiences: [AUDIENCE], callers: [SUBJECT], keysUrl: server.url };
  return createVerifier({ ...settings, ...changes } as OAuthSettings, { now: clock.now });
}

/** What an authorization server makes for client credentials. */
function mint({ claims = {}, ...plan }: TokenPlan): string {
  const own = { iss: ISSUER, aud: AUDIENCE, sub: SUBJECT, scope: 'cx', email: undefined, email_verified: undefined };
  return mintAt({ now: clock.now(), ...plan, claims: { ...own, ...claims } });
}

const mintElliptic = (plan: Partial<TokenPlan> = {}) =>
  mint({ key: elliptic, sign: es256, ...plan, header: { alg: 'ES256', ...plan.header } });
const bearer = (text: string) => ({ authorization: `Bearer ${text}` });

test.each<[string, () => string]>([
  ['an RSA key', () => mint({ key: rsa })],
  ['another RSA key', () => mint({ key: second })],
  ['an elliptic key', () => mintElliptic()],
  ['our audience in a list', () => mint({ key: rsa, claims: { aud: ['https://login.example/userinfo', AUDIENCE] } })],
  ['the type of access tokens', () => mint({ key: rsa, header: { typ: 'at+jwt' } })],
  ['a clock 29 s ahead', () => mint({ key: rsa, claims: { iat: iat + 29 } })],
  ['an expiry 29 s ago', () => mint({ key: rsa, claims: { iat: iat - 3600, exp: iat - 29 } })],
])('A token of the issuer for this audience and a listed client is accepted, with %s', async (_what, text) => {
  expect(await verifier.verify(bearer(text()))).toEqual({ subject: SUBJECT });
});

const ALGORITHM = 'The access token is not signed with RS256 or ES256 and a named key.';
const AMBIGUOUS = 'The request carries more than one credential: send exactly one.';
const AUDIENCES = 'The access token is meant for another audience: WEBHOOK_AUDIENCES lists those accepted.';
const CRITICAL = 'The access token demands an extension that is not understood here.';
const EARLY = 'The access token is not valid yet.';
const EXPIRED = 'The access token has expired.';
const ISSUED = 'The access token was not issued by WEBHOOK_ISSUER.';
const KEY = 'The access token names a key that its issuer does not publish for its algorithm.';
const LIFETIME = 'The access token lives longer than 24 hours.';
const MALFORMED = 'The credential is not a Bearer token in the form of a JWT.';
const NONE = 'Send an access token: Authorization: Bearer <token>.';
const SIGNATURE = 'The signature of the access token is wrong.';
const TIMES = 'The access token does not say when it was issued and when it expires.';
const TOO_LONG = 'The credential is longer than 8 KiB.';

type Headers = { [name: string]: string | string[] };

test.each<[string, () => Headers, string]>([
  ['no header', () => ({}), NONE],
  ['two headers', () => ({ authorization: [`Bearer ${mint({ key: rsa })}`, 'Bearer x'] }), AMBIGUOUS],
  ['one for Cloud Run besides', () => ({ ...bearer(mint({ key: rsa })), 'x-serverless-authorization': '' }), AMBIGUOUS],
  ['two tokens joined by a comma', () => bearer(`${mint({ key: rsa })},Bearer ${mint({ key: rsa })}`), MALFORMED],
  ['an opaque token', () => bearer('ya29.a0AfH6SMBx_access_token'), MALFORMED],
  ['basic authentication', () => ({ authorization: 'Basic dXNlcjpwYXNzd29yZC1vZi0xNg==' }), MALFORMED],
  ['9 KiB', () => bearer(mint({ key: rsa, claims: { pad: 'x'.repeat(6000) } })), TOO_LONG],
  ['algorithm none', () => bearer(mint({ key: rsa, header: { alg: 'none' } })), ALGORITHM],
  ['algorithm none, unsigned', () => bearer(mint({ key: rsa, header: { alg: 'none' }, sign: () => '' })), MALFORMED],
  [
    'HS256 keyed with the public key',
    () => bearer(mint({ key: rsa, header: { alg: 'HS256' }, sign: hs256WithPublicKey })),
    ALGORITHM,
  ],
  [
    'HS256 keyed with the key as it is published',
    () => bearer(mint({ key: rsa, header: { alg: 'HS256' }, sign: (text) => hmac(text, JSON.stringify(jwkOf(rsa))) })),
    ALGORITHM,
  ],
  ['an HMAC called RS256', () => bearer(mint({ key: rsa, sign: hs256WithPublicKey })), SIGNATURE],
  ['RS512', () => bearer(mint({ key: rsa, header: { alg: 'RS512' }, sign: rs512 })), ALGORITHM],
  ['ES384', () => bearer(mintElliptic({ header: { alg: 'ES384' } })), ALGORITHM],
  ['a list of algorithms', () => bearer(mint({ key: rsa, header: { alg: ['RS256'] } })), ALGORITHM],
  ['no key id', () => bearer(mint({ key: rsa, header: { kid: undefined } })), ALGORITHM],
  ['a critical extension', () => bearer(mint({ key: rsa, header: { crit: ['b64'], b64: false } })), CRITICAL],
  ['an RSA key called ES256', () => bearer(mint({ key: rsa, header: { alg: 'ES256' } })), KEY],
  ['an elliptic key called RS256', () => bearer(mintElliptic({ header: { alg: 'RS256' } })), KEY],
  ['the id of a key and its algorithm', () => bearer(mint({ key: rsa, header: { kid: 'RS256 key-1' } })), KEY],
  ['a key that nobody publishes', () => bearer(mint({ key: foreign })), KEY],
  ['the key id constructor', () => bearer(mint({ key: rsa, header: { kid: 'constructor' } })), KEY],
  ['a foreign key under a known id', () => bearer(mint({ key: impostor })), SIGNATURE],
  [
    'a foreign key that it brings along',
    () => bearer(mint({ key: impostor, header: { jwk: jwkOf(impostor), jku: 'https://evil.example/keys' } })),
    SIGNATURE,
  ],
  ['the id of another of our keys', () => bearer(mint({ key: rsa, header: { kid: second.id } })), SIGNATURE],
  [
    'another claim under the same signature',
    () => bearer(patch(mint({ key: rsa }), { 1: mint({ key: rsa, claims: { jti: '1' } }).split('.')[1]! })),
    SIGNATURE,
  ],
  ['a signature cut short', () => bearer(mint({ key: rsa }).slice(0, -20)), SIGNATURE],
  ['an elliptic signature cut short', () => bearer(mintElliptic().slice(0, -20)), SIGNATURE],
  ['an elliptic signature of zeros', () => bearer(mintElliptic({ sign: () => segment('\0'.repeat(64)) })), SIGNATURE],
  ['the mark of Cloud Run', () => bearer(mint({ key: rsa, sign: () => 'SIGNATURE_REMOVED_BY_GOOGLE' })), SIGNATURE],
  ['no issuer', () => bearer(mint({ key: rsa, claims: { iss: undefined } })), ISSUED],
  ['another issuer', () => bearer(mint({ key: rsa, claims: { iss: 'https://evil.example/' } })), ISSUED],
  ['the issuer without its slash', () => bearer(mint({ key: rsa, claims: { iss: ISSUER.slice(0, -1) } })), ISSUED],
  ['a list of issuers', () => bearer(mint({ key: rsa, claims: { iss: [ISSUER] } })), ISSUED],
  ['Google for issuer', () => bearer(mint({ key: rsa, claims: { iss: 'https://accounts.google.com' } })), ISSUED],
  ['no audience', () => bearer(mint({ key: rsa, claims: { aud: undefined } })), AUDIENCES],
  ['another audience', () => bearer(mint({ key: rsa, claims: { aud: 'https://other.example' } })), AUDIENCES],
  ['an empty list of audiences', () => bearer(mint({ key: rsa, claims: { aud: [] } })), AUDIENCES],
  ['a list of other audiences', () => bearer(mint({ key: rsa, claims: { aud: [`${AUDIENCE}/`, 1] } })), AUDIENCES],
  ['a list within the list', () => bearer(mint({ key: rsa, claims: { aud: [[AUDIENCE]] } })), AUDIENCES],
  ['no expiry', () => bearer(mint({ key: rsa, claims: { exp: undefined } })), TIMES],
  ['no time of issue', () => bearer(mint({ key: rsa, claims: { iat: undefined } })), TIMES],
  ['an expiry that is a text', () => bearer(mint({ key: rsa, claims: { exp: String(iat + 3600) } })), TIMES],
  ['a life of 24 hours and a second', () => bearer(mint({ key: rsa, claims: { exp: iat + 86_401 } })), LIFETIME],
  ['a `nbf` 31 s ahead', () => bearer(mint({ key: rsa, claims: { nbf: iat + 31 } })), EARLY],
  ['an expiry 30 s ago', () => bearer(mint({ key: rsa, claims: { iat: iat - 3600, exp: iat - 30 } })), EXPIRED],
])('401 for %s, and nothing of it in the answer', async (_what, make, message) => {
  const headers = make();
  const error = await refusalOf(() => verifier.verify(headers));
  expect(error).toMatchObject({ code: 'unauthenticated', status: 401, message });
  const challenge = message === NONE ? 'Bearer' : 'Bearer error="invalid_token"';
  expect(errorAnswer(error).headers).toMatchObject({ 'www-authenticate': challenge });
  expect([headers.authorization ?? []].flat().flatMap((value) => leaksOf(value, error))).toEqual([]);
});

const hmac = (text: string, secret: string) => createHmac('sha256', secret).update(text).digest('base64url');

test.each<[string, unknown]>([
  ['another client', 'other@clients'],
  ['the client in capitals', SUBJECT.toUpperCase()],
  ['nobody', undefined],
  ['a list with the client', [SUBJECT]],
  ['a star', '*'],
])('403 for a genuine token whose subject is %s', async (_what, sub) => {
  const text = mint({ key: rsa, claims: { sub, azp: SUBJECT, client_id: SUBJECT, email: SUBJECT } });
  const error = await refusalOf(() => verifier.verify(bearer(text)));
  expect(error).toMatchObject({
    code: 'forbidden',
    status: 403,
    message: 'The caller is not listed in WEBHOOK_CALLERS.',
  });
  expect(leaksOf(text, error)).toEqual([]);
});

test('A stranger who cannot sign does not learn whether a subject is listed', async () => {
  const text = mint({ key: impostor, claims: { sub: 'other@clients' } });
  expect(await refusalOf(() => verifier.verify(bearer(text)))).toMatchObject({ message: SIGNATURE });
});

test('Where everybody may call, the issuer and the audience are the lock', async () => {
  verifier = openVerifier({ callers: 'everybody' });
  expect(await verifier.verify(bearer(mint({ key: rsa, claims: { sub: 'any@clients' } })))).toEqual({
    subject: 'any@clients',
  });
  expect(await verifier.verify(bearer(mint({ key: rsa, claims: { sub: undefined } })))).toEqual({ subject: '' });
  for (const changes of [{ aud: 'https://other.example' }, { iss: 'https://evil.example/' }]) {
    expect(await refusalOf(() => verifier.verify(bearer(mint({ key: rsa, claims: changes }))))).toMatchObject({
      status: 401,
    });
  }
});

const small = createKey('key-small', 1024);
const otherCurve = createEllipticKey('key-p384', 'P-384');
const otherRsa = createKey('key-other');

test.each<[string, SigningKey, object]>([
  ['has 1,024 bits', small, jwkOf(small)],
  ['is on another curve', otherCurve, jwkOf(otherCurve)],
  ['is for encryption', otherRsa, { ...jwkOf(otherRsa), use: 'enc' }],
  ['may only sign', otherRsa, { ...jwkOf(otherRsa), key_ops: ['sign'] }],
  ['names its operations in a text', otherRsa, { ...jwkOf(otherRsa), key_ops: 'verify' }],
  ['is for another algorithm', otherRsa, { ...jwkOf(otherRsa), alg: 'PS256' }],
  [
    'is published with its private part',
    otherRsa,
    { ...otherRsa.privateKey.export({ format: 'jwk' }), kid: otherRsa.id },
  ],
  ['is a shared secret', otherRsa, { kty: 'oct', kid: otherRsa.id, k: segment(otherRsa.pem), alg: 'HS256' }],
  ['is broken', otherRsa, { ...jwkOf(otherRsa), n: '!' }],
  ['is a certificate as Google publishes them', otherRsa, published(otherRsa)],
  ['has no id', otherRsa, { ...jwkOf(otherRsa), kid: undefined }],
  ['has a number for id', otherRsa, { ...jwkOf(otherRsa), kid: 1 }],
])('A key that %s is left out, and the others count', async (_what, key, jwk) => {
  server.certificates = { keys: [null, 'key', 1, jwk, jwkOf(rsa)] };
  const sign = key === otherCurve ? { header: { alg: 'ES256' }, sign: es256 } : {};
  expect(await refusalOf(() => verifier.verify(bearer(mint({ key, ...sign }))))).toMatchObject({ message: KEY });
  expect(await verifier.verify(bearer(mint({ key: rsa })))).toEqual({ subject: SUBJECT });
});

test('A key without `use`, `alg` and operations is for everything', async () => {
  const { use, alg, ...bare } = jwkOf(rsa);
  server.certificates = { keys: [bare, { ...jwkOf(second), key_ops: ['verify'] }] };
  for (const key of [rsa, second]) expect(await verifier.verify(bearer(mint({ key })))).toEqual({ subject: SUBJECT });
});

test('Two keys of one id, for two algorithms, are told apart', async () => {
  const twin = { ...elliptic, id: rsa.id };
  server.certificates = publishedSet([rsa, twin]);
  expect(await verifier.verify(bearer(mint({ key: rsa })))).toEqual({ subject: SUBJECT });
  expect(await verifier.verify(bearer(mintElliptic({ key: twin })))).toEqual({ subject: SUBJECT });
});

test.each([
  ['no JWK Set', answering(200, JSON.stringify(published(rsa)))],
  ['keys that are no list', answering(200, JSON.stringify({ keys: jwkOf(rsa) }))],
  ['no usable key', answering(200, JSON.stringify({ keys: [jwkOf(small)] }))],
  ['garbage', answering(200, '<html>')],
  ['an error', answering(500)],
  ['more than 256 KiB', answering(200, JSON.stringify({ ...publishedSet([rsa]), pad: 'x'.repeat(256 * 1024) }))],
] satisfies [string, CertificateServer['answer']][])('503 while the issuer answers %s', async (_what, answer) => {
  server.answer = answer;
  const text = mint({ key: rsa });
  const error = await refusalOf(() => verifier.verify(bearer(text)));
  expect(error).toMatchObject({
    code: 'certificates-unavailable',
    status: 503,
    message: 'The certificates of the issuer cannot be fetched: try again.',
  });
  expect(leaksOf(text, error)).toEqual([]);
});

test('Known keys survive an outage, and a token that was accepted is remembered until it expires', async () => {
  const claims = { iat, exp: iat + 3 * 3600 };
  const first = bearer(mint({ key: rsa, claims }));
  await verifier.verify(first);
  server.answer = answering(503);
  clock.advance(2 * 3600);
  expect(verifier.verify(first)).toEqual({ subject: SUBJECT });
  expect(await verifier.verify(bearer(mint({ key: second, claims })))).toEqual({ subject: SUBJECT });
  clock.advance(3600 + 30);
  expect(await refusalOf(() => verifier.verify(first))).toMatchObject({ message: EXPIRED });
});

test('Twenty cold calls share one fetch, and a flood of invented keys costs one a minute', async () => {
  const calls = Array.from({ length: 20 }, (_, serial) => bearer(mint({ key: rsa, claims: { serial } })));
  await Promise.all(calls.map((headers) => verifier.verify(headers)));
  expect(server.requests).toBe(1);
  clock.advance(60);
  const flood = Array.from({ length: 50 }, (_, i) => bearer(mint({ key: { ...rsa, id: `invented-${i}` } })));
  const errors = await Promise.all(flood.map((headers) => refusalOf(() => verifier.verify(headers))));
  expect(errors.map(({ message }) => message)).toEqual(Array(50).fill(KEY));
  expect(server.requests).toBe(2);
});

test('Prefetched keys are there for the first call', async () => {
  await verifier.prefetch();
  expect(server.requests).toBe(1);
  await verifier.verify(bearer(mint({ key: rsa })));
  expect(server.requests).toBe(1);
});

test('A prefetch that fails rejects nothing', async () => {
  server.answer = answering(500);
  await expect(verifier.prefetch()).resolves.toBeUndefined();
});
