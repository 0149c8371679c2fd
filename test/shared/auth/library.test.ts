import { expect, test } from '@jest/globals';
import * as library from 'google-auth-library';
import { OAuth2Client } from 'google-auth-library/build/src/auth/oauth2client.js';

test('The deep path, which is no public API, gives the very class that google-auth-library exports', () => {
  expect(OAuth2Client).toBe(library.OAuth2Client);
  expect(typeof OAuth2Client.prototype.verifySignedJwtWithCertsAsync).toBe('function');
});
