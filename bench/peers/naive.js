import { http } from '@google-cloud/functions-framework';
import { Logging } from '@google-cloud/logging';
import { OAuth2Client } from 'google-auth-library';

/**
 * The same work as people write it today with the same packages: one client for all calls, so that it keeps the certificates,
 * `verifyIdToken` in every call, the address compared, a switch, one log entry through the whole package, `response.json`.
 */
const { FUNCTION_TARGET = '', BENCH_ANSWER = '{}' } = process.env;
const { WEBHOOK_AUDIENCES = '', WEBHOOK_CALLERS = '', GOOGLE_CERTS_URL = '' } = process.env;
const answer = JSON.parse(BENCH_ANSWER);

const client = new OAuth2Client({ endpoints: { oauth2FederatedSignonPemCertsUrl: GOOGLE_CERTS_URL } });
const log = new Logging({ projectId: 'bench' }).logSync('webhook');

http(FUNCTION_TARGET, async (request, response) => {
  try {
    const idToken = (request.headers.authorization ?? '').replace('Bearer ', '');
    const ticket = await client.verifyIdToken({ idToken, audience: WEBHOOK_AUDIENCES });
    const { email, email_verified } = ticket.getPayload() ?? {};
    if (email !== WEBHOOK_CALLERS || !email_verified) {
      response.status(403).send('Forbidden');
      return;
    }
  } catch {
    response.status(401).send('Unauthorized');
    return;
  }

  const { fulfillmentInfo, detectIntentResponseId } = request.body;
  switch (fulfillmentInfo.tag) {
    case 'fallback':
      log.write(
        log.entry({ severity: 'INFO' }, { message: 'fallback ok', tag: 'fallback', turn: detectIntentResponseId }),
      );
      response.json(answer);
      break;
    default:
      response.status(404).send('Unknown tag');
  }
});
