import { keepCertificates } from './auth/certificates.ts';
import { type Caller, checkCaller, checkClaims } from './auth/claims.ts';
import { pickCredential } from './auth/credential.ts';
import { type FetchCertificates, fetchCertificates } from './auth/fetch-certificates.ts';
import { createMemory } from './auth/memory.ts';
import { refusal } from './auth/refusals.ts';
import type { AuthSettings } from './auth/settings.ts';
import { type CheckSignature, loadSignatureCheck } from './auth/signature.ts';
import { decodeToken, SIGNATURE_REMOVED } from './auth/token.ts';
import { errorAnswer } from './error-answer.ts';
import { WebhookError } from './errors.ts';
import type { HttpHeaders } from './http.ts';

/**
 * Caller verification: who may call a webhook, and the proof that it is they who call. It fails closed and has no off
 * switch; a local run verifies too, against a local issuer.
 */
export type { Caller } from './auth/claims.ts';
export type { CertificatesAnswer, FetchCertificates } from './auth/fetch-certificates.ts';
export { type AuthSettings, readAuthSettings } from './auth/settings.ts';

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
 * const { email } = await verifier.verify({ authorization: `Bearer ${idToken}` });
 */
export function createVerifier(settings: AuthSettings, options: VerifierOptions = {}): Verifier {
  return settings.mode === 'iam' ? createClaimsVerifier(settings, options) : createTokenVerifier(settings, options);
}

/** `id-token`: anybody can reach the function, so the token has to prove itself. */
function createTokenVerifier(settings: AuthSettings, options: VerifierOptions): Verifier {
  const { now = Date.now, fetchCertificates: fetchAnswer = fetchCertificates } = options;
  const certificates = keepCertificates(() => fetchAnswer(settings.certificatesUrl), now);
  const memory = createMemory();

  let signatureCheck: Promise<CheckSignature> | undefined;
  function loadOnce(): Promise<CheckSignature> {
    signatureCheck ??= loadSignatureCheck();
    return signatureCheck;
  }

  async function verifyUnknown(credential: string): Promise<Caller> {
    const token = decodeToken(credential);
    if (token.signature === SIGNATURE_REMOVED) throw refusal('signature-removed');
    const expiresAt = checkClaims(token.claims, settings.audiences, now());
    const [pem, checkSignature] = await Promise.all([certificates.find(token.keyId), loadOnce()]);
    if (pem === undefined) throw refusal('key');
    await checkSignature(token, pem, settings.audiences);
    // Only now: whether an address is on the list is nobody's business who cannot sign.
    const caller = checkCaller(token.claims, settings.callers);
    memory.remember(credential, caller, expiresAt);
    return caller;
  }

  return {
    verify(headers) {
      const credential = pickCredential(headers, settings.mode);
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
  { mode, audiences, callers }: AuthSettings,
  { now = Date.now }: VerifierOptions,
): Verifier {
  return {
    verify(headers) {
      const { claims, signature } = decodeToken(pickCredential(headers, mode));
      if (signature !== SIGNATURE_REMOVED) throw refusal('signature-kept');
      checkClaims(claims, audiences, now());
      return checkCaller(claims, callers);
    },
    async prefetch() {},
  };
}

/** What the wrapper needs of a request: Node's own, and so Express's and the functions-framework's, have it. */
export interface VerifiableRequest {
  /** Not `headers`: there Node silently drops a second `authorization`. */
  readonly headersDistinct: HttpHeaders;
}

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
      await verifier.verify(req.headersDistinct);
    } catch (error) {
      if (!(error instanceof WebhookError)) throw error;
      const { status, headers, body } = errorAnswer(error);
      res.writeHead(status, headers);
      return res.end(body);
    }
    return fn(req, res);
  };
}
