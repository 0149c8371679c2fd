import { createHash } from 'node:crypto';
import type { Json } from '../agent.ts';
import type { ExportFiles } from './files.ts';
import { type Findings, isObject, Node } from './node.ts';

/** A file of an export that is one resource: a flow, a page, an intent. */
export interface Resource {
  readonly id: string;
  readonly displayName: string;
  readonly node: Node;
  /** Of the file, with its slash: what belongs to the resource lies below. */
  readonly folder: string;
}

/** Resources of one kind by display name. */
export type ByName = ReadonlyMap<string, Resource>;

/** The files of an export by where they stand. */
export interface Resources {
  /** Undefined where it cannot be read. */
  readonly agent: Node | undefined;
  /** The files of a folder: `webhooks/X.json`. */
  readonly inFolder: (folder: string, construct: string) => ByName;
  /** One for each folder of a folder: `intents/X/X.json`. */
  readonly ofFolders: (folder: string, construct: string) => ByName;
  /** The files of a folder by the language code that they are named after: `en.json`. */
  readonly byLanguage: (folder: string) => readonly (readonly [languageCode: string, node: Node])[];
}

export function openResources({ texts }: ExportFiles, findings: Findings): Resources {
  const nodes = new Map<string, Node>();
  const folders = new Map<string, string[]>();
  for (const [path, text] of texts) {
    const node = parse(path, text, findings);
    if (!node) continue;
    nodes.set(path, node);
    const folder = path.slice(0, path.lastIndexOf('/') + 1);
    const files = folders.get(folder);
    if (files) files.push(path);
    else folders.set(folder, [path]);
  }

  const filesOf = (folder: string) => folders.get(`${folder}/`) ?? [];
  const resourcesOf = (paths: readonly string[], construct: string): ByName => {
    const found = new Map<string, Resource>();
    for (const path of paths) {
      const resource = toResource(path, nodes.get(path)!, construct);
      const same = found.get(resource.displayName);
      if (!same) found.set(resource.displayName, resource);
      else {
        const message = `"${resource.displayName}" is the display name of ${same.node.file}, too; only that one is used.`;
        findings.add('invalid', construct, path, message);
      }
    }
    return found;
  };

  // Once for each: what is wrong with a page is one finding, however often its flow is asked for pages.
  const read = new Map<string, ByName>();
  const inFolder = (folder: string, construct: string): ByName => {
    const known = read.get(folder) ?? resourcesOf(filesOf(folder), construct);
    read.set(folder, known);
    return known;
  };

  return {
    agent: nodes.get('agent.json'),
    inFolder,
    ofFolders: (folder, construct) => {
      const below = [...folders.keys()].filter((path) => path.startsWith(`${folder}/`));
      const names = new Set(below.map((path) => path.split('/')[1]!).filter((name) => name !== ''));
      const paths = [...names].flatMap((name) => {
        const files = filesOf(`${folder}/${name}`);
        const own = files.find((path) => path.endsWith(`/${name}.json`)) ?? files[0];
        if (own) return [own];
        const message = `${folder}/${name}/${name}.json is missing: what lies in its folder is left out.`;
        findings.add('invalid', construct, `${folder}/${name}`, message);
        return [];
      });
      return resourcesOf(paths, construct);
    },
    byLanguage: (folder) => filesOf(folder).map((path) => [nameOf(path), nodes.get(path)!]),
  };
}

/**
 * The id of what has a `name`: a bare id in an export, a whole resource name in the API's JSON. Without one an id is made from
 * where it stands: the same at every load, in the form of CX's.
 */
export function idOf(node: Node): string {
  const name = node.text('name');
  if (name !== '') return name.slice(name.lastIndexOf('/') + 1);
  const hash = createHash('sha256').update(node.where).digest('hex');
  return [hash.slice(0, 8), hash.slice(8, 12), hash.slice(12, 16), hash.slice(16, 20), hash.slice(20, 32)].join('-');
}

function toResource(path: string, node: Node, construct: string): Resource {
  const given = node.text('displayName');
  const displayName = given || nameOf(path);
  if (given === '')
    node.note('invalid', construct, `It has no displayName: it is called "${displayName}" after its file.`);
  return { id: idOf(node), displayName, node, folder: path.slice(0, path.lastIndexOf('/') + 1) };
}

/** What a file's name says: names are percent-encoded where a file system would not take them. */
function nameOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1, -'.json'.length);
  try {
    return decodeURIComponent(name);
  } catch {
    return name; // a percent sign that encodes nothing
  }
}

function parse(path: string, text: string, findings: Findings): Node | null {
  const refuse = (message: string) => {
    findings.add('invalid', 'JSON', path, message);
    return null;
  };
  try {
    const json = JSON.parse(text) as Json;
    return isObject(json) ? new Node(json, findings, path) : refuse('It is JSON, and no object.');
  } catch (error) {
    return refuse(`It is no JSON: ${(error as Error).message}.`);
  }
}
