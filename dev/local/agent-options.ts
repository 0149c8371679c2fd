import { InvalidArgumentError, Option } from 'commander';
import { type Fault, parseFault } from '../emulator/call/faults.ts';

/** Of every command that runs an agent. */
export function webhooksOption(): Option {
  return new Option(
    '--webhooks <who>',
    'local: the functions here; off; or a URL, in which {webhook} and {tag} are their names',
  ).default('local');
}

export function faultOption(): Option {
  return new Option(
    '--fault <fault>',
    'timeout, 503, slow=MS, duplicate or drop, or of one tag: TAG:timeout; repeatable',
  )
    .default([], 'none')
    .argParser(addFault);
}

function addFault(text: string, previous: readonly Fault[]): readonly Fault[] {
  try {
    return [...previous, parseFault(text)];
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}
