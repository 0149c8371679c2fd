import { parseArgs } from 'node:util';
import { isSame } from '../../../dev/emulator/replay/fidelity.ts';
import { describeDifference } from '../../../dev/emulator/replay/report.ts';
import {
  CORPUS,
  type CorpusReplay,
  differencesOf,
  hasCorpus,
  loadCorpus,
  namesThatDiffer,
  REASONS,
  type Reason,
  replayCorpus,
  SELECTIONS,
} from '../../helpers/corpus-agents.ts';

/**
 * How true the emulator is to what Google's service recorded, for people:
 *
 *     node test/dev/emulator/measure-corpus.ts [--differences]
 *
 * `--differences` shows every turn that is another one than recorded, with the reason as far as it can be told.
 */
async function main(): Promise<void> {
  const { differences } = parseArgs({ options: { differences: { type: 'boolean', default: false } } }).values;
  if (!hasCorpus) {
    process.stdout.write(`There is no corpus at ${CORPUS}: set CX_CORPUS to the folder that has it.\n`);
    process.exitCode = 1;
    return;
  }
  const replays = await replayCorpus(loadCorpus());
  const names = [...new Set(replays.map(({ of }) => of.name))];
  for (const name of names)
    report(
      name,
      replays.filter(({ of }) => of.name === name),
    );
  report('all agents', replays);
  if (differences) replays.forEach(showDifferences);
}

function report(title: string, replays: readonly CorpusReplay[]): void {
  const lines = [
    [title, 'cases', 'turns', 'page+intent', 'texts', '... that exist', 'parameters', 'identical', 'with parameters'],
  ];
  for (const [selection, isIn] of Object.entries(SELECTIONS)) {
    const chosen = replays.filter(({ record }) => isIn(record));
    const turns = chosen.flatMap(({ of, replayed }) => replayed.turns.map((turn) => ({ of, turn })));
    const existing = turns.filter(({ of, turn }) => turn.turn.expected.texts.every(of.hasText));
    const known = turns.map(({ turn }) => turn.same);
    const cases = chosen.map(({ replayed }) => replayed.turns.map(({ same }) => same));
    lines.push([
      `  ${selection}`,
      String(chosen.length),
      String(turns.length),
      percent(known, (same) => same.page && same.intent),
      percent(known, (same) => same.texts),
      percent(existing, ({ turn }) => turn.same.texts),
      percent(known, (same) => same.parameters),
      percent(cases, (all) => all.every(isSame)),
      percent(cases, (all) => all.every((same) => isSame(same) && same.parameters)),
    ]);
  }
  const widths = lines[0]!.map((_, at) => Math.max(18 * Number(at === 0), ...lines.map((line) => line[at]!.length)));
  for (const line of lines) {
    process.stdout.write(
      `${line.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!))).join('  ')}\n`,
    );
  }
  const reasons = replays.flatMap((each) => differencesOf(each).map(({ reason }) => reason));
  process.stdout.write(`  turns that differ in page, intent or texts: ${reasons.length}\n`);
  for (const reason of Object.keys(REASONS) as Reason[]) {
    const count = reasons.filter((each) => each === reason).length;
    if (count > 0) process.stdout.write(`  ${String(count).padStart(5)}  ${REASONS[reason]}\n`);
  }
  process.stdout.write('\n');
}

function percent<T>(all: readonly T[], isOne: (each: T) => boolean): string {
  return all.length === 0 ? '-' : ((100 * all.filter(isOne).length) / all.length).toFixed(1);
}

/** Each turn that a person would notice with its reason; other parameters by their names, once for a conversation. */
function showDifferences(replay: CorpusReplay): void {
  const { of, record, replayed } = replay;
  for (const { at, reason } of differencesOf(replay)) {
    const alone = { ...replayed, turns: replayed.turns.map((each, i) => (i === at ? each : withoutDifference(each))) };
    process.stdout.write(`\n${of.name}: ${REASONS[reason]}\n${describeDifference(alone).join('\n')}\n`);
  }
  const others = replayed.turns.flatMap(({ turn, same, result }) =>
    isSame(same) ? namesThatDiffer(turn.expected.parameters, result.state.parameters) : [],
  );
  if (others.length === 0) return;
  const told = [...new Set(others)].map((name) =>
    record.parametersUnknownToPackage.includes(name) ? `${name} (unknown to the package)` : name,
  );
  const { displayName, file } = replayed.testCase;
  process.stdout.write(`\n${of.name}: parameters only\n${displayName}  (${file})\n  ${told.join(', ')}\n`);
}

function withoutDifference<T extends CorpusReplay['replayed']['turns'][number]>(turn: T): T {
  return { ...turn, same: { page: true, intent: true, texts: true, parameters: true } };
}

await main();
