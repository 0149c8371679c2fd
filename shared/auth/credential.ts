import { type HttpHeaders, headerValues } from '../http.ts';
import { type Refuse, refusal } from './refusals.ts';
import type { AuthSettings } from './settings.ts';

/**
 * Picks the one header value that can be the credential. What cannot be told apart safely is refused, never guessed.
 *
 * With both headers present Cloud Run checks `X-Serverless-Authorization` only and passes `Authorization` through as it
 * came (cloud.google.com/run/docs/authenticating/service-to-service): so in `iam` mode the second proves nothing, and in
 * the modes that check tokens here somebody is unsure what checks what.
 */
export function pickCredential(headers: HttpHeaders, mode: AuthSettings['mode'], refuse: Refuse = refusal): string {
  const platform = headerValues(headers, 'x-serverless-authorization');
  const own = headerValues(headers, 'authorization');
  const values = mode === 'iam' && platform.length > 0 ? platform : own;
  const [credential, another] = values;
  if (credential === undefined) throw refuse('none');
  if (another !== undefined || (mode !== 'iam' && platform.length > 0)) throw refuse('ambiguous');
  return credential;
}
