import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createEnvironmentService } from '../../../shared/host/environment.ts';
import { createLog } from '../../../shared/log.ts';
import { defineWebhook } from '../../../shared/webhook.ts';
import { request } from '../../helpers/requests.ts';
import { thrown } from '../../helpers/thrown.ts';
import {
  AUDIENCE,
  CALLER,
  type CertificateServer,
  createKey,
  mint,
  openCertificateServer,
  publishedSet,
} from '../../helpers/tokens.ts';

const hello = defineWebhook({}, () => ({ say: 'Hello.' }));
const key = createKey('environment-key');
let google: CertificateServer;
let issuer: CertificateServer;

beforeAll(async () => {
  google = await openCertificateServer(key);
  issuer = await openCertificateServer();
  issuer.certificates = publishedSet([key]);
});
afterAll(() => Promise.all([google.close(), issuer.close()]));

const LOGIN = 'dialogflow:correct horse battery';
const SECRET = 'b3BlbiBzZXNhbWUgb3Blbg==';
const basic = (login: string) => ({ authorization: `Basic ${Buffer.from(login).toString('base64')}` });
const bearer = (text: string) => ({ authorization: `Bearer ${text}` });

interface Case {
  readonly env: () => { [name: string]: string };
  readonly good: () => { [name: string]: string };
  readonly bad: () => { [name: string]: string };
  /** What the bad one gets. */
  readonly status: number;
}

const modes: { readonly [title: string]: Case } = {
  'id-token': {
    env: () => ({ WEBHOOK_AUDIENCES: AUDIENCE, WEBHOOK_CALLERS: CALLER, GOOGLE_CERTS_URL: google.url }),
    good: () => bearer(mint({ key })),
    bad: () => bearer(mint({ key: { ...createKey('other'), id: key.id } })),
    status: 401,
  },
  oauth: {
    env: () => ({
      WEBHOOK_AUTH: 'oauth',
      WEBHOOK_ISSUER: 'https://login.example/',
      WEBHOOK_AUDIENCES: AUDIENCE,
      WEBHOOK_CALLERS: 'client-of-the-agent',
      WEBHOOK_JWKS_URL: issuer.url,
    }),
    good: () => bearer(mint({ key, claims: { iss: 'https://login.example/', sub: 'client-of-the-agent' } })),
    bad: () => bearer(mint({ key, claims: { iss: 'https://login.example/', sub: 'client-of-another-agent' } })),
    status: 403,
  },
  'secret, basic auth': {
    env: () => ({ WEBHOOK_AUTH: 'secret', WEBHOOK_BASIC_AUTH: LOGIN }),
    good: () => basic(LOGIN),
    bad: () => basic('dialogflow:wrong horse battery'),
    status: 401,
  },
  'secret, a header': {
    env: () => ({ WEBHOOK_AUTH: 'secret', WEBHOOK_SECRET_HEADER: `x-secret: ${SECRET}` }),
    good: () => ({ 'x-secret': SECRET }),
    bad: () => ({ 'x-secret': `${SECRET}bad-on-purpose` }),
    status: 401,
  },
};

test.each(Object.entries(modes))(
  'with the settings of %s the right caller is served, and no other',
  async (_, mode) => {
    const lines: string[] = [];
    const log = createLog(undefined, { write: (line) => lines.push(line) });
    const { serve, ready } = createEnvironmentService('hello', hello, mode.env(), log);
    await ready;
    const body = JSON.stringify(request('hello'));
    const send = (headers: { [name: string]: string }) => serve({ method: 'POST', url: '/', headers, body });

    const good = mode.good();
    const bad = mode.bad();
    const answers = [await send(good), await send(bad), await send({})];
    expect(answers.map(({ status }) => status)).toEqual([200, mode.status, 401]);

    const seen = lines.join('') + JSON.stringify(answers);
    expect(seen).toMatch(/"hello ok"[\s\S]*"hello (unauthenticated|forbidden)"[\s\S]*"hello unauthenticated"/);
    const credentials = [...Object.values(good), ...Object.values(bad)].flatMap((value) =>
      value.split(/[ .]/).slice(-3),
    );
    const secrets = [...credentials.filter((part) => part.length > 8), 'horse', SECRET, 'client-of', 'x-secret'];
    expect(secrets.filter((secret) => seen.includes(secret))).toEqual([]);
  },
);

test('settings that are missing stop the start with one sentence', () => {
  expect(thrown(() => createEnvironmentService('hello', hello, { WEBHOOK_AUTH: 'secret' }))).toMatchObject({
    name: 'ConfigError',
    message: expect.stringMatching(/^[^\n]+\.$/),
  });
});
