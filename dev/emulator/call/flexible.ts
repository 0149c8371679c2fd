import { JSONPathError } from 'json-p3';
import type { Json, Webhook } from '../agent.ts';
import { LanguageError } from '../language/error.ts';
import { findByPath } from '../language/json-path.ts';
import type { Scope } from '../language/scope.ts';
import { render } from '../language/template.ts';
import { resolveValue } from '../language/value.ts';
import { TimeLimitError } from '../time-limit.ts';
import type { WebhookAnswer } from './effect.ts';
import { AnswerError } from './proto.ts';

/** Flexible webhooks: the agent says what is sent, and which members of the answer become parameters. */

/** The methods with which a body is sent (CX docs, Webhooks, "Flexible webhooks"). */
const WITH_BODY = ['POST', 'PUT', 'PATCH'];

/**
 * The body of a request, with the values of its references; `undefined`: the method has none.
 *
 * In a body that is JSON a text that is one reference becomes the value in its own type: Google's prebuilt address component
 * sends `"address": "$flow.request_body"`, an object, to a service that takes nothing else. Any other body is a text.
 */
export function flexibleBody({ httpMethod, requestBody }: Flexible, scope: Scope): string | undefined {
  if (!WITH_BODY.includes(httpMethod)) return undefined;
  let json: Json;
  try {
    json = JSON.parse(requestBody);
  } catch {
    return render(requestBody, scope);
  }
  return JSON.stringify(resolveValue(json, scope));
}

type Flexible = NonNullable<Webhook['flexible']>;

/** A call of a function, with calls in its arguments; or a reference, up to where a URL goes on. */
const REFERENCE = /\$sys\.func\.\w+\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)|\$[A-Za-z][\w.\-[\]]*/g;

/**
 * The URL with the values of its references, percent-encoded unless the agent does it itself. That CX encodes them is on no
 * page; without, one blank in a value would spoil the request.
 */
export function flexibleUrl(uri: string, scope: Scope): string {
  return uri.replace(REFERENCE, (reference) => {
    const text = render(reference, scope);
    const isDone = text === reference || reference.startsWith('$sys.func.URL_ENCODE');
    return isDone ? text : encodeURIComponent(text.toWellFormed());
  });
}

/**
 * The parameters that the answer sets. A path that can match once gives the value, any other the list of all matches:
 * Google's prebuilt components read `$flow.x[0]` of those with a filter. Without a match the parameter stays as it is.
 *
 * @throws AnswerError where a path is no JSONPath, or finds too much.
 */
export function mapAnswer(
  mapping: Flexible['parameterMapping'],
  answer: unknown,
): Pick<WebhookAnswer, 'parameters' | 'flowParameters'> {
  const parameters: [name: string, value: Json][] = [];
  const flowParameters: [name: string, value: Json][] = [];
  for (const [parameter, path] of Object.entries(mapping)) {
    const value = find(path, answer);
    if (value === undefined) continue;
    if (parameter.startsWith('$flow.')) flowParameters.push([parameter.slice('$flow.'.length), value]);
    else parameters.push([parameter.replace(/^\$session\.params\./, ''), value]);
  }
  // As entries, because an object takes `__proto__` for something else.
  return { parameters: Object.fromEntries(parameters), flowParameters: Object.fromEntries(flowParameters) };
}

function find(path: string, answer: unknown): Json | undefined {
  try {
    const { values, isSingular } = findByPath(toJsonPath(path), answer as Json);
    if (isSingular) return values[0];
    return values.length > 0 ? values : undefined;
  } catch (error) {
    if (error instanceof JSONPathError) {
      throw new AnswerError(`The parameter mapping has the path ${path}, which is no JSONPath: ${error.message}.`);
    }
    if (!(error instanceof LanguageError || error instanceof TimeLimitError)) throw error;
    throw new AnswerError(`The parameter mapping has the path ${path}, which asks for too much: ${error.message}`);
  }
}

/** Names and indices alone: such a path may do without `$.`, and its names may have dashes, which RFC 9535 wants quoted. */
const PLAIN = /^(?:\$\.?)?((?:[\w-]+|\[\d+\])(?:\.[\w-]+|\[\d+\])*)$/;

function toJsonPath(path: string): string {
  const plain = PLAIN.exec(path.trim())?.[1];
  if (plain === undefined) return path.trim();
  return `$${plain.replace(/\.?([\w-]+)(?![\w-]*\])/g, "['$1']")}`;
}
