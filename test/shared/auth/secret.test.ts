import { expect, test } from '@jest/globals';
import { createVerifier, readAuthSettings } from '../../../shared/auth.ts';
import { errorAnswer } from '../../../shared/error-answer.ts';
import { leaksOf, refusalOf } from '../../helpers/tokens.ts';

const LOGIN = 'dialogflow:correct horse: battery';
const NEXT_LOGIN = 'dialogflow:staple of 16 characters, and ünïcode';
const SECRET = 'b3BlbiBzZXNhbWUgb3Blbg==';
const NEXT_SECRET = 'cGxlYXNlIG9wZW4gc2VzYW1l';

const basic = (login: string) => `Basic ${Buffer.from(login).toString('base64')}`;
const verifierFor = (env: { [name: string]: string }) =>
  createVerifier(readAuthSettings({ WEBHOOK_AUTH: 'secret', ...env }));

const byLogin = verifierFor({ WEBHOOK_BASIC_AUTH: `${LOGIN}\n${NEXT_LOGIN}` });
const byHeader = verifierFor({ WEBHOOK_SECRET_HEADER: `X-Webhook-Secret: ${SECRET}\nx-webhook-secret:${NEXT_SECRET}` });
const byBoth = verifierFor({ WEBHOOK_BASIC_AUTH: LOGIN, WEBHOOK_SECRET_HEADER: `x-webhook-secret: ${SECRET}` });
const byAuthorization = verifierFor({ WEBHOOK_SECRET_HEADER: `Authorization: Token ${SECRET}` });

const KNOWS = { knows: 'secret' };

test.each([LOGIN, NEXT_LOGIN])('Each of the user names and passwords is accepted: %s', async (login) => {
  expect(await byLogin.verify({ authorization: basic(login) })).toEqual(KNOWS);
});

test.each(['basic', 'BASIC', 'Basic '])('The scheme may be written "%s"', async (scheme) => {
  const [, credential] = basic(LOGIN).split(' ');
  expect(await byLogin.verify({ authorization: `${scheme} ${credential}` })).toEqual(KNOWS);
});

test.each([SECRET, NEXT_SECRET])('Each of the values of the header is accepted: %s', async (secret) => {
  expect(await byHeader.verify({ 'x-webhook-secret': secret })).toEqual(KNOWS);
});

test('With a header of its own, the ID token that CX sends besides is not looked at', async () => {
  expect(await byHeader.verify({ 'x-webhook-secret': SECRET, authorization: 'Bearer a.b.c' })).toEqual(KNOWS);
});

test('The header may be Authorization, with a scheme of its own', async () => {
  expect(await byAuthorization.verify({ authorization: `Token ${SECRET}` })).toEqual(KNOWS);
});

test('Where both are set, both are needed', async () => {
  expect(await byBoth.verify({ authorization: basic(LOGIN), 'x-webhook-secret': SECRET })).toEqual(KNOWS);
});

test('A call is answered at once', async () => {
  await byLogin.prefetch();
  expect(byLogin.verify({ authorization: basic(LOGIN) })).toEqual(KNOWS);
});

const NO_LOGIN = 'Send a user name and a password: Authorization: Basic <base64>.';
const NO_HEADER = 'The header with the secret is missing.';
const AMBIGUOUS = 'The request carries more than one credential: send exactly one.';
const MALFORMED = 'The credential is not one of basic authentication.';
const WRONG_LOGIN = 'The user name or the password is wrong.';
const WRONG_SECRET = 'The secret in the header is wrong.';
const TOO_LONG = 'The credential is longer than 8 KiB.';

type Forgery = [what: string, headers: { [name: string]: string | string[] }, message: string];

async function expectRefusal(verifier: typeof byLogin, headers: Forgery[1], message: string, challenge: string) {
  const error = await refusalOf(() => verifier.verify(headers));
  expect(error).toMatchObject({ code: 'unauthenticated', status: 401, message });
  expect(errorAnswer(error).headers).toMatchObject({ 'www-authenticate': challenge });
  const known = [SECRET, NEXT_SECRET, LOGIN, basic(LOGIN).slice(6), 'correct horse', 'x-webhook-secret'];
  for (const secret of [...known, ...Object.values(headers).flat()]) expect(leaksOf(secret, error)).toEqual([]);
}

test.each<Forgery>([
  ['no header', {}, NO_LOGIN],
  ['two headers', { authorization: [basic(LOGIN), basic(LOGIN)] }, AMBIGUOUS],
  ['two credentials joined by a comma', { authorization: `${basic(LOGIN)},${basic(LOGIN)}` }, MALFORMED],
  ['another scheme', { authorization: basic(LOGIN).replace('Basic', 'Bearer') }, MALFORMED],
  ['an ID token', { authorization: 'Bearer a.b.c' }, MALFORMED],
  ['no scheme', { authorization: basic(LOGIN).slice(6) }, MALFORMED],
  ['the scheme alone', { authorization: 'Basic ' }, MALFORMED],
  ['an empty header', { authorization: '' }, MALFORMED],
  ['no base64', { authorization: `Basic ${LOGIN}` }, MALFORMED],
  ['more behind the credential', { authorization: `${basic(LOGIN)} x` }, MALFORMED],
  ['another password', { authorization: basic('dialogflow:correct horse. battery') }, WRONG_LOGIN],
  ['another user name', { authorization: basic(LOGIN.replace('dialogflow', 'Dialogflow')) }, WRONG_LOGIN],
  ['the password alone', { authorization: basic('correct horse: battery') }, WRONG_LOGIN],
  ['the beginning of the password', { authorization: basic(LOGIN.slice(0, -1)) }, WRONG_LOGIN],
  ['more than the password', { authorization: basic(`${LOGIN}\n`) }, WRONG_LOGIN],
  ['both logins at once', { authorization: basic(`${LOGIN}\n${NEXT_LOGIN}`) }, WRONG_LOGIN],
  ['9 KiB', { authorization: basic(`a:${'x'.repeat(7000)}`) }, TOO_LONG],
])('With basic auth: 401 for %s', async (_what, headers, message) => {
  await expectRefusal(byLogin, headers, message, 'Basic realm="webhook", charset="UTF-8"');
});

test.each<Forgery>([
  ['no header', {}, NO_HEADER],
  ['the secret in another header', { 'x-secret': SECRET, authorization: `Bearer ${SECRET}` }, NO_HEADER],
  ['two headers', { 'x-webhook-secret': [SECRET, SECRET] }, AMBIGUOUS],
  ['two values joined by a comma', { 'x-webhook-secret': `${SECRET}, ${SECRET}` }, WRONG_SECRET],
  ['an empty header', { 'x-webhook-secret': '' }, WRONG_SECRET],
  ['another value', { 'x-webhook-secret': SECRET.toLowerCase() }, WRONG_SECRET],
  ['the beginning of the value', { 'x-webhook-secret': SECRET.slice(0, -1) }, WRONG_SECRET],
  ['its name besides', { 'x-webhook-secret': `x-webhook-secret: ${SECRET}` }, WRONG_SECRET],
  ['9 KiB', { 'x-webhook-secret': SECRET.padEnd(9 * 1024, 'x') }, TOO_LONG],
])('With a header: 401 for %s', async (_what, headers, message) => {
  await expectRefusal(byHeader, headers, message, 'Secret realm="webhook"');
});

test.each<Forgery>([
  ['the password alone', { authorization: basic(LOGIN) }, NO_HEADER],
  ['the header alone', { 'x-webhook-secret': SECRET }, NO_LOGIN],
  ['a wrong password', { authorization: basic(`${LOGIN}!`), 'x-webhook-secret': SECRET }, WRONG_LOGIN],
  ['a wrong header', { authorization: basic(LOGIN), 'x-webhook-secret': NEXT_SECRET }, WRONG_SECRET],
  ['each in the place of the other', { authorization: SECRET, 'x-webhook-secret': basic(LOGIN) }, MALFORMED],
])('With both: 401 for %s', async (_what, headers, message) => {
  await expectRefusal(byBoth, headers, message, 'Basic realm="webhook", charset="UTF-8"');
});
