import { fileURLToPath } from 'node:url';
import { type Issuer, openIssuer } from '../issuer.ts';
import { LOCAL } from './paths.ts';
import { Problem } from './problem.ts';

/** The issuer of this machine: its key lies in `.local/`, so the tokens of one process are good in another. */
export function openLocalIssuer(): Issuer {
  try {
    return openIssuer(fileURLToPath(LOCAL));
  } catch (error) {
    // A file that holds no key, or that may not be read: both messages name it.
    throw new Problem((error as Error).message, { cause: error });
  }
}
