import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { openReader } from '../../shared/text/read.ts';
import { Problem, WrongUsage } from '../local/problem.ts';
import { build, formatModels, MODEL } from './build.ts';
import { readData } from './data.ts';
import { report } from './report.ts';

const HELP = `Usage: node dev/train/feedback.ts [--check]

Trains the classifiers of the feedback function (category and sentiment) on dev/train/*.tsv, prints how good they are,
and writes shared/text/feedback-model.json. The same data make the same file, bit for bit.

Options:
  --check     write nothing; fail where the file is not what the data make
  -h, --help  show this

Example:
  node dev/train/feedback.ts
`;

try {
  await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof Problem)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error instanceof WrongUsage ? 2 : 1;
}

async function main(args: string[]): Promise<void> {
  const { help, check } = readOptions(args);
  if (help) {
    process.stdout.write(HELP);
    return;
  }
  const data = readData(new URL('.', import.meta.url));
  const read = await openReader();
  const builds = build(data, read);
  const text = formatModels(builds);
  process.stdout.write(report({ data, read, builds, bytes: Buffer.byteLength(text) }));
  if (!check) writeFileSync(MODEL, text);
  else if (readFileSync(MODEL, 'utf8') !== text) {
    throw new Problem('shared/text/feedback-model.json is not what the data make: run node dev/train/feedback.ts.');
  }
}

function readOptions(args: string[]) {
  try {
    const options = { help: { type: 'boolean', short: 'h' }, check: { type: 'boolean' } } as const;
    return parseArgs({ args, options }).values;
  } catch (error) {
    throw new WrongUsage(`${(error as Error).message.split('. ')[0]}: see --help.`);
  }
}
