import { WebhookError } from '../errors.ts';
import { checkJson } from '../messages/check.ts';
import { kindOf } from '../request/read.ts';
import type { FormParameter } from '../request.ts';
import type { ParameterInfo } from '../wire.ts';

interface FormChange {
  readonly value?: unknown;
  readonly required?: unknown;
}

/**
 * The form part of an answer. A webhook cannot add form parameters (webhook.proto), so those that the page's form does not
 * have are left out; names meet without regard to case, as in CX, and take the form's spelling. Where the request does not
 * say which page it is (`form` null), all are passed on.
 */
export function formatForm(
  changes: { readonly [name: string]: FormChange },
  invalid: readonly string[],
  form: readonly FormParameter[] | null,
): ParameterInfo[] {
  if (!Array.isArray(invalid)) throw refuse(`invalid: expected a list of parameter names, got ${kindOf(invalid)}.`);
  if (typeof changes !== 'object' || Array.isArray(changes)) {
    throw refuse(`form: expected an object, got ${kindOf(changes)}.`);
  }
  const entries = new Map<string, ParameterInfo>();
  for (const [name, change] of Object.entries(changes)) {
    const displayName = nameIn(form, name);
    const checked = formatChange(change, name);
    if (displayName) entries.set(displayName, { displayName, ...checked });
  }
  for (const name of invalid) {
    if (typeof name !== 'string') throw refuse(`invalid: expected parameter names, got ${kindOf(name)}.`);
    const displayName = nameIn(form, name);
    if (displayName) entries.set(displayName, { displayName, ...entries.get(displayName), state: 'INVALID' });
  }
  return [...entries.values()];
}

/** The names that a reply mentions and the page's form does not have, where the page has a form: most likely a typing error. */
export function unknownFormParameters(
  reply: { readonly form?: object; readonly invalid?: readonly string[] },
  form: readonly FormParameter[] | null,
): string[] {
  if (!form || form.length === 0) return [];
  return [...Object.keys(reply.form ?? {}), ...(reply.invalid ?? [])].filter((name) => !nameIn(form, name));
}

function nameIn(form: readonly FormParameter[] | null, name: string): string | undefined {
  if (!form) return name;
  const wanted = name.toLowerCase();
  return form.find((parameter) => parameter.name.toLowerCase() === wanted)?.name;
}

function formatChange(change: FormChange, name: string): Pick<ParameterInfo, 'value' | 'required'> {
  if (typeof change !== 'object' || change === null) {
    throw refuse(`form.${name}: expected { value, required }, got ${kindOf(change)}.`);
  }
  const unknown = Object.keys(change).find((key) => key !== 'value' && key !== 'required');
  if (unknown) throw refuse(`form.${name}.${unknown}: only value and required can be changed.`);
  const { value, required } = change;
  if (required !== undefined && typeof required !== 'boolean') {
    throw refuse(`form.${name}.required: expected true or false, got ${kindOf(required)}.`);
  }
  return {
    ...(value !== undefined && { value: checkJson(value, `form.${name}.value`) }),
    ...(required !== undefined && { required }),
  };
}

function refuse(message: string): WebhookError {
  return new WebhookError('invalid-reply', message);
}
