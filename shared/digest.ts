import { createHash } from 'node:crypto';

/**
 * What is kept in the place of something that should not be: a telephone number, a session, what was said. SHA-256 in
 * base64url. Who has the digest and can try all values (of a telephone number, say) still finds the value.
 */
export function digest(value: string): string {
  return createHash('sha256').update(value).digest('base64url');
}
