import { checkBodyLength, type HttpCall } from '../http.ts';
import { createLog, type Log } from '../log.ts';
import type { Webhook } from '../webhook.ts';
import { createEnvironmentService, type Environment } from './environment.ts';

/**
 * What this host reads of an event of payload format 2.0, which function URLs and HTTP APIs of API Gateway send
 * (Lambda developer guide, "Invoking Lambda function URLs", "Request payload format"; API Gateway developer guide,
 * "Create AWS Lambda proxy integrations for HTTP APIs").
 */
export interface LambdaEvent {
  readonly version: string;
  /** As it came, with its escapes; before it, behind API Gateway, the stage. */
  readonly rawPath: string;
  readonly rawQueryString: string;
  /** Names in lower case. The values of a header that came more than once are joined by commas. */
  readonly headers: { readonly [name: string]: string };
  readonly requestContext: { readonly http: { readonly method: string } };
  readonly body?: string | null;
  readonly isBase64Encoded: boolean;
}

export interface LambdaAnswer {
  readonly statusCode: number;
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
}

export type LambdaHandler = (event: LambdaEvent) => Promise<LambdaAnswer>;

/**
 * A webhook as a handler of AWS Lambda, with the settings of its environment. It resolves once the handler is ready, and
 * each line of the log is out before its answer: between calls, and after its start, Lambda stops the process.
 */
export async function createLambdaHandler(
  name: string,
  webhook: Webhook,
  env?: Environment,
  log: Log = createLog(undefined, process.stdout),
): Promise<LambdaHandler> {
  const { serve, ready } = createEnvironmentService(name, webhook, env, log);
  await ready;
  return async function handler(event) {
    const { status, headers, body } = await serve(toCall(event));
    return { statusCode: status, headers, body };
  };
}

/** Two headers `Authorization` come as one with a comma, which no credential has: the verifier refuses it. */
function toCall(event: LambdaEvent): HttpCall {
  if (event.version !== '2.0') throw new TypeError('This handler takes events of payload format 2.0.');
  const { rawPath, rawQueryString, headers, requestContext } = event;
  return {
    method: requestContext.http.method,
    url: rawQueryString === '' ? rawPath : `${rawPath}?${rawQueryString}`,
    headers,
    body: () => readBody(event),
  };
}

function readBody({ body, isBase64Encoded }: LambdaEvent): Buffer {
  const bytes = Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8');
  checkBodyLength(bytes.length);
  return bytes;
}
