import { parseArgs } from 'node:util';
import { measureBundle } from './bundle.ts';
import { measureConsole } from './console.ts';
import { measureEmulator } from './emulator.ts';
import { measureIdentity } from './identity.ts';
import { measureMicro } from './micro.ts';
import { measureStart } from './start.ts';
import { measureThroughput } from './throughput.ts';
import { openWorld, type World } from './world.ts';

/** What can be measured; each gives a table. */
const BENCHMARKS: {
  readonly [name: string]: (world: World, quick: boolean, say: (progress: string) => void) => Promise<string>;
} = {
  throughput: (world, quick, say) =>
    measureThroughput(
      world,
      quick
        ? { rounds: 1, warmUp: 1500, turns: 9, turn: 200 } // One process each: a hint, no more.
        : { rounds: 5, warmUp: 2500, turns: 12, turn: 250 },
      say,
    ),
  start: (world, quick, say) => measureStart(world, quick ? 2 : 9, say),
  bundle: (world, quick, say) => measureBundle(world, quick ? 2 : 9, say),
  micro: (world, quick, say) =>
    measureMicro(world, quick ? { batches: 15, calls: 1000 } : { batches: 60, calls: 2000 }, say),
  identity: (world, quick, say) => measureIdentity(world, quick ? 40 : 400, say),
  emulator: (world, quick, say) => measureEmulator(world, quick ? 2 : 9, say),
  console: (world, quick, say) => measureConsole(world, quick ? 1 : 5, say),
};

const names = Object.keys(BENCHMARKS);

const HELP = `Usage: npm run bench [-- OPTIONS]

Measures, side by side on this machine:
  bare    a functions-framework handler that does nothing but answer
  ours    functions/index.js: verified, parsed, logged
  naive   the same work as people write it with the same packages
and by themselves the emulator of agents and the page of the console.

It prints ratios, and asserts nothing. Let the machine do nothing else meanwhile.

  --quick         in half a minute: a hint, no more
  --only <name>   one of ${names.join(', ')}; may be given several times
  --help          show this
`;

/** `npm run bench` */
async function main({ quick, only, help }: ReturnType<typeof readOptions>): Promise<void> {
  if (help) {
    process.stdout.write(HELP);
    return;
  }
  const world = await openWorld();
  const tables: string[] = [];
  try {
    for (const name of names.filter((name) => only.includes(name))) {
      tables.push(await BENCHMARKS[name]!(world, quick, (progress) => process.stderr.write(`${progress}\n`)));
    }
  } finally {
    await world.close();
  }
  process.stdout.write(`\n${tables.join('\n\n')}\n`);
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: names },
      help: { type: 'boolean', default: false },
    },
  });
  const unknown = values.only.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new Error(`There is no benchmark ${unknown}; there are ${names.join(', ')}.`);
  return values;
}

let options: ReturnType<typeof readOptions> | undefined;
try {
  options = readOptions();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 2;
}
if (options) await main(options);
