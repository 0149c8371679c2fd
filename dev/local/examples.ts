import { DEFAULT_PORT } from './address.ts';

/** What a function needs to show what it does. A function that is not here is tried without parameters. */
const EXAMPLES: { readonly [name: string]: string } = {
  'fee-quote': '--param programme="Bachelor of Science" --param credits=12',
  'first-page': '--form name=Asha --form email=asha@example.com --form phone=+912025501234',
  router: '--tag weather --param location=Pune',
  weather: '--param location=Pune',
};

/** The command that tries a function, to be pasted into a shell. */
export function tryIt(name: string, port: number): string {
  const options = [EXAMPLES[name], port !== DEFAULT_PORT && `--port ${port}`].filter(Boolean);
  return ['npm run cx -- trigger', name, ...options].join(' ');
}
