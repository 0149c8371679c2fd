import type { JsonObject } from '../agent.ts';
import { textsOf } from './compare.ts';
import { errorsOf } from './report.ts';
import type { ReplayedCase } from './run.ts';

/** What the emulator did, for programs: never what was expected. */
export interface ReplayJson {
  readonly testCases: readonly {
    /** In the export. */
    readonly file: string;
    readonly turns: readonly {
      readonly page: string | null;
      readonly intent: string | null;
      readonly texts: readonly string[];
      /** Of the session, after the turn. */
      readonly parameters: JsonObject;
      /** What failed, or could not be run. */
      readonly error?: string;
    }[];
  }[];
}

export function toJson(cases: readonly ReplayedCase[]): ReplayJson {
  return {
    testCases: cases.map(({ testCase, turns }) => ({
      file: testCase.file,
      turns: turns.map(({ result }) => {
        const errors = errorsOf(result.trace);
        return {
          page: result.page,
          intent: result.intent,
          texts: textsOf(result.messages).flatMap(({ content }) => content.text as string[]),
          parameters: result.state.parameters,
          ...(errors.length > 0 && { error: errors.join(' ') }),
        };
      }),
    })),
  };
}
