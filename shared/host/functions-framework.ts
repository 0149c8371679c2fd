import { subscribe } from 'node:diagnostics_channel';
import { parseArgs } from 'node:util';
import { ConfigError } from '../errors.ts';
import { createHttpFunction, type HttpFunction, keepBodyUnparsed } from '../host.ts';
import type { Webhook } from '../webhook.ts';

/** `http` of functions-framework. It is handed in: two copies of the package would be two registries of functions. */
export type RegisterFunction = (name: string, serve: HttpFunction) => unknown;

/** The function that is to be served, as the CLI takes it from either; Google Cloud sets the variable. */
export function wantedFunction(): string {
  const { values } = parseArgs({ options: { target: { type: 'string' } }, strict: false });
  const name = String(values.target ?? process.env.FUNCTION_TARGET ?? '');
  if (!name) throw new ConfigError('Say which function to serve: set FUNCTION_TARGET or give --target.');
  return name;
}

/** Hands one function to functions-framework, with the settings of the environment. */
export function serveFunction(http: RegisterFunction, name: string, webhook: Webhook): void {
  // Outside of production, Express answers a body that it cannot parse with a stack trace.
  process.env.NODE_ENV ??= 'production';
  subscribe('http.server.request.start', (message) => {
    keepBodyUnparsed((message as { readonly request: Parameters<typeof keepBodyUnparsed>[0] }).request);
  });
  http(name, createHttpFunction(name, webhook));
}

/** A setting that is missing or wrong ends the start with its sentence; anything else is thrown on. */
export function stopAtConfigError(error: unknown): never {
  if (!(error instanceof ConfigError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
