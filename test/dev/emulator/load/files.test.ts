import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { zipSync } from 'fflate';
import { readExport } from '../../../../dev/emulator/load/files.ts';
import { AgentError, loadAgent } from '../../../../dev/emulator/load.ts';
import { type AgentExport, largeAgent, withExport } from '../../../helpers/agent-export.ts';
import { thrown } from '../../../helpers/thrown.ts';

const EXPECTED = 'Give the folder or the .zip that CX exports as a JSON package: it has an agent.json at its root.';
const SMALL: AgentExport = {
  flows: { 'Default Start Flow': { pages: { 'A/B? ': {} } } },
  intents: { hi: { phrases: ['hi'] } },
};
const MiB = 1024 * 1024;

/** An archive of these, and the path of nothing more. */
const withZip = <Result>(files: { [path: string]: string | Uint8Array }, run: (path: string) => Result): Result =>
  withExport(SMALL, ({ folder }) => {
    const path = join(folder, 'made.zip');
    const encoder = new TextEncoder();
    const bytes = Object.entries(files).map(([name, content]) => [
      name,
      typeof content === 'string' ? encoder.encode(content) : content,
    ]);
    writeFileSync(path, zipSync(Object.fromEntries(bytes)));
    return run(path);
  });

test('an archive is the same agent as its folder, with and without a folder around it', () => {
  withExport(largeAgent(30), ({ folder, zip }) => {
    const agent = loadAgent(folder);
    expect([agent.flows.get('Default Start Flow')!.pages.size, agent.findings]).toEqual([30, []]);
    expect(loadAgent(zip())).toEqual(agent);
    expect(loadAgent(zip('my agent'))).toEqual(agent);
  });
});

test('what is no part of an export is left alone', () => {
  withExport(SMALL, ({ folder }) => {
    const before = readExport(folder);
    mkdirSync(join(folder, 'node_modules/x'), { recursive: true });
    mkdirSync(join(folder, '__MACOSX'));
    for (const file of [
      '.DS_Store',
      'README.md',
      'package.json',
      'node_modules/x/package.json',
      '__MACOSX/agent.json',
      'flows/.DS_Store',
      'flows/._x.json',
      'flows/notes.txt',
    ]) {
      writeFileSync(join(folder, file), '{');
    }
    expect(readExport(folder)).toEqual(before);
  });
  const files = {
    'a/agent.json': '{}',
    '__MACOSX/agent.json': 'x',
    'a/flows/._f.json': 'x',
    'a/flows\\F\\F.json': '{}',
  };
  withZip(files, (path) => expect([...readExport(path).texts.keys()]).toEqual(['agent.json', 'flows/F/F.json']));
});

test('a byte order mark is no part of the JSON', () => {
  withExport(
    { files: { 'webhooks/w.json': '\uFEFF{"displayName":"w","genericWebService":{"uri":"u"}}' } },
    ({ folder }) => {
      expect([...loadAgent(folder).webhooks.keys()]).toEqual(['w']);
    },
  );
});

test('a path that is no agent is refused with what is expected', () => {
  const message = (path: string) => {
    const { name, message } = thrown(() => loadAgent(path));
    return `${name}: ${message}`;
  };
  withExport(SMALL, ({ folder }) => {
    expect(message(`${folder}/none`)).toBe(`AgentError: There is no ${folder}/none. ${EXPECTED}`);
    expect(message(`${folder}/flows`)).toBe(`AgentError: ${folder}/flows is no agent. ${EXPECTED}`);
    expect(message(`${folder}/agent.json`)).toBe(
      `AgentError: ${folder}/agent.json is neither a folder nor a .zip. ${EXPECTED}`,
    );
    expect(message('/dev/null')).toBe(`AgentError: /dev/null is neither a folder nor a .zip. ${EXPECTED}`);
    writeFileSync(`${folder}/cut.zip`, 'PK and no more');
    expect(message(`${folder}/cut.zip`)).toBe(
      `AgentError: ${folder}/cut.zip cannot be unpacked (invalid zip data). ${EXPECTED}`,
    );
    writeFileSync(`${folder}/agent.json`, '[]');
    expect(message(folder)).toBe(`AgentError: The agent.json of ${folder} cannot be read: It is JSON, and no object.`);
  });
  withExport({ flows: {} }, ({ folder }) => {
    expect(message(folder)).toBe(`AgentError: ${folder} has no flow: an agent begins in one (flows/X/X.json).`);
  });
  withZip({ 'README.md': '' }, (path) => expect(message(path)).toBe(`AgentError: ${path} is no agent. ${EXPECTED}`));
});

test('an archive that swells is refused before it is unpacked', () => {
  const bomb = { 'agent.json': '{}', 'flows/F/F.json': new Uint8Array(8 * MiB) };
  withZip(bomb, (path) => {
    const before = process.memoryUsage().arrayBuffers;
    expect(() => loadAgent(path, { entries: 10, bytes: 2 * MiB })).toThrow(
      new AgentError(`${path} is bigger than any agent: at most 10 files and 2 MiB unpacked are read.`),
    );
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 * MiB);
  });
});

test('an archive that lies about its size gives no more than it says', () => {
  withZip({ 'agent.json': '{}', 'flows/F/F.json': new Uint8Array(MiB).fill(32) }, (path) => {
    const bytes = Buffer.from(readFileSync(path));
    // The unpacked size stands at 24 in the last entry of the central directory.
    bytes.writeUInt32LE(10, bytes.lastIndexOf('PK\u0001\u0002') + 24);
    writeFileSync(path, bytes);
    expect(() => loadAgent(path)).toThrow(AgentError);
  });
});

test('more files than any agent has are refused, from a folder and from an archive', () => {
  withExport(SMALL, ({ folder, zip }) => {
    const most = { entries: 3, bytes: MiB };
    for (const path of [zip(), folder]) {
      const refusal = new AgentError(`${path} is bigger than any agent: at most 3 files and 1 MiB unpacked are read.`);
      expect(() => loadAgent(path, most)).toThrow(refusal);
      expect(() => loadAgent(path, { ...most, entries: 5 })).not.toThrow();
    }
  });
});
