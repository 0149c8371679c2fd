import { keepCertificates, parseCertificates } from './auth/certificates.ts';
import { type Caller, checkCaller, checkClaims, ISSUERS } from './auth/claims.ts';
import { pickCredential } from './auth/credential.ts';
import { type FetchCertificates, fetchCertificates } from './auth/fetch-certificates.ts';
import { createMemory } from './auth/memory.ts';
import { refusal } from './auth/refusals.ts';
import type { AuthSettings, GoogleSettings } from './auth/settings.ts';
import { type CheckSignature, loadSignatureCheck } from './auth/signature.ts';
import { decodeToken, ID_TOKEN, SIGNATURE_REMOVED, type TokenRules } from './auth/token.ts';
import { errorAnswer } from './error-answer.ts';
import { WebhookError } from './errors.ts';
import { type HttpHeaders, type NodeHeaders, readNodeHeaders } from './http.ts';

/**
 * Caller verification: who may call a webhook, and the proof that it is they who call. It fails closed and has no off
 * switch; a local run verifies too, against a local issuer.
 */
export type { Caller } from './auth/claims.ts';
export type { CertificatesAnswer, FetchCertificates } from './auth/fetch-certificates.ts';
export {
  type AuthSettings,
  type GoogleSettings,
  type OAuthSettings,
  readAuthSettings,
  type SecretSettings,
} from './auth/settings.ts';

export interface Verifier {
  /**
   * Returns who calls. Throws, or rejects with, a `WebhookError`: 401 `unauthenticated`, 403 `forbidden`, or 503
   * `certificates-unavailable`. A token that was accepted before is answered at once, without a promise.
   */
  verify(headers: HttpHeaders): Caller | Promise<Caller>;
  /** Gets ready for the first call. It never rejects, so it need not be awaited: the first call reports what failed. */
  prefetch(): Promise<void>;
}

export interface VerifierOptions {
  /** Milliseconds since the epoch. Default: `Date.now`. */
  readonly now?: () => number;
  /** How certificates are fetched. Default: one GET with a time and a size limit. */
  readonly fetchCertificates?: FetchCertificates;
}

/**
 * Makes the verifier for one set of settings. Make one per process: it remembers certificates and tokens.
 *
 * @example
 * const verifier = createVerifier(readAuthSettings(process.env));
 * void verifier.prefetch();
 * await verifier.verify({ authorization: `Bearer ${idToken}` }); // { email: 'service-...' }
 */
export function createVerifier(settings: AuthSettings, options: VerifierOptions = {}): Verifier {
  switch (settings.mode) {
    case 'id-token':
      return createTokenVerifier(googleRules(settings), options);
    case 'iam':
      return createClaimsVerifier(settings, options);
    case 'secret':
      return loadVerifier(async () => (await import('./auth/secret.ts')).createSecretVerifier(settings));
    case 'oauth':
      return loadVerifier(async () =>
        createTokenVerifier((await import('./auth/oauth.ts')).oauthRules(settings), options),
      );
  }
}

/** A verifier whose code is loaded when it is made: the modes that few use cost the others nothing. */
function loadVerifier(load: () => Promise<Verifier>): Verifier {
  let verifier: Verifier | undefined;
  const loading = load().then((loaded) => {
    verifier = loaded;
    return loaded;
  });
  return {
    verify: (headers) => verifier?.verify(headers) ?? loading.then((loaded) => loaded.verify(headers)),
    prefetch: () =>
      loading.then(
        (loaded) => loaded.prefetch(),
        () => {}, // the first call reports it
      ),
  };
}

/** `id-token`: anybody can reach the function, so the token has to prove itself. */
function googleRules({ mode, audiences, callers, certificatesUrl }: GoogleSettings): TokenRules {
  return {
    ...ID_TOKEN,
    keysUrl: certificatesUrl,
    parseKeys: parseCertificates,
    nameKey: ({ keyId }) => keyId,
    pick: (headers) => pickCredential(headers, mode),
    checkClaims({ claims, signature }, now) {
      if (signature === SIGNATURE_REMOVED) throw refusal('signature-removed');
      return checkClaims(claims, audiences, now);
    },
    checkCaller: ({ claims }) => checkCaller(claims, callers),
    expected: { issuers: ISSUERS, audiences },
  };
}

/** Verifies signed tokens, each kind by its rules. */
function createTokenVerifier(rules: TokenRules, options: VerifierOptions): Verifier {
  const { now = Date.now, fetchCertificates: fetchAnswer = fetchCertificates } = options;
  const certificates = keepCertificates(() => fetchAnswer(rules.keysUrl), rules.parseKeys, now);
  const memory = createMemory();

  let signatureCheck: Promise<CheckSignature> | undefined;
  function loadOnce(): Promise<CheckSignature> {
    signatureCheck ??= loadSignatureCheck(rules.refuse);
    return signatureCheck;
  }

  async function verifyUnknown(credential: string): Promise<Caller> {
    const token = decodeToken(credential, rules);
    const expiresAt = rules.checkClaims(token, now());
    const [pem, checkSignature] = await Promise.all([certificates.find(rules.nameKey(token)), loadOnce()]);
    if (pem === undefined) throw rules.refuse('key');
    await checkSignature(token, pem, rules.expected);
    // Only now: whether somebody is on the list is nobody's business who cannot sign.
    const caller = rules.checkCaller(token);
    memory.remember(credential, caller, expiresAt);
    return caller;
  }

  return {
    verify(headers) {
      const credential = rules.pick(headers);
      return memory.recall(credential, now()) ?? verifyUnknown(credential);
    },
    async prefetch() {
      await Promise.allSettled([certificates.prefetch(), loadOnce()]);
    },
  };
}

/**
 * `iam`: only Cloud Run can reach the function; it has verified the token and replaced its signature by a fixed text. On a
 * function that anybody can reach, anybody can write that text: hence a setting, never something seen in the token.
 */
function createClaimsVerifier(
  { mode, audiences, callers }: GoogleSettings,
  { now = Date.now }: VerifierOptions,
): Verifier {
  return {
    verify(headers) {
      const { claims, signature } = decodeToken(pickCredential(headers, mode), ID_TOKEN);
      if (signature !== SIGNATURE_REMOVED) throw refusal('signature-kept');
      checkClaims(claims, audiences, now());
      return checkCaller(claims, callers);
    },
    async prefetch() {},
  };
}

/** What the wrapper needs of a request: Node's own, and so Express's and the functions-framework's, have it. */
export type VerifiableRequest = NodeHeaders;

/** What the wrapper needs of a response. */
export interface AnswerableResponse {
  writeHead(status: number, headers: { [name: string]: string }): unknown;
  end(body: string): unknown;
}

/**
 * Wraps any HTTP function of the functions-framework, so that it runs for verified callers only. All others get their
 * answer here, and the function is never called.
 *
 * @example
 * http('weather', withVerifiedCaller(verifier, (req, res) => res.send('Sunny.')));
 */
export function withVerifiedCaller<Req extends VerifiableRequest, Res extends AnswerableResponse>(
  verifier: Verifier,
  fn: (req: Req, res: Res) => unknown,
): (req: Req, res: Res) => Promise<unknown> {
  return async function serveVerified(req, res) {
    try {
      await verifier.verify(readNodeHeaders(req));
    } catch (error) {
      if (!(error instanceof WebhookError)) throw error;
      const { status, headers, body } = errorAnswer(error);
      res.writeHead(status, headers);
      return res.end(body);
    }
    return fn(req, res);
  };
}
