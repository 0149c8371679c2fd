import { readFileSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';

/**
 * Makes stack traces name the lines of the sources instead of those of a bundled file, by the map beside it. The map is read
 * when the first stack is looked at: Node's own `--enable-source-maps` reads it at every start, and would have to be set from
 * outside, before the file is loaded.
 */
export function nameSourceLines(file: string): void {
  let map: SourceMap | null | undefined;
  function placeOf(line: number, column: number): string | undefined {
    map ??= readMap(file);
    // A call site counts from 1, a map from 0.
    const found = map.findEntry(line - 1, column - 1);
    return 'originalSource' in found
      ? `${found.originalSource}:${found.originalLine + 1}:${found.originalColumn + 1}`
      : undefined;
  }

  Error.prepareStackTrace = (error, sites) => {
    const lines = sites.map((site) => {
      const text = `    at ${site}`;
      if (site.getFileName() !== file) return text;
      const [line, column] = [site.getLineNumber() ?? 0, site.getColumnNumber() ?? 0];
      return text.replace(`${file}:${line}:${column}`, (place) => {
        try {
          return placeOf(line, column) ?? place;
        } catch {
          return place; // without its map it is still a stack trace
        }
      });
    });
    return [titleOf(error), ...lines].join('\n');
  };
}

function readMap(file: string): SourceMap {
  return new SourceMap(JSON.parse(readFileSync(`${file}.map`, 'utf8')) as SourceMapPayload);
}

/** An error may be any object, and its name and message getters that throw. */
function titleOf(error: unknown): string {
  try {
    return String(error);
  } catch {
    return 'Error';
  }
}
