import { hasPassed } from './fidelity.ts';
import { describeDifference } from './report.ts';
import type { ReplayedCase } from './run.ts';

/** The report that build servers read: a test case fails for what Google's service would fail it for. */
export function toJunit(agent: string, cases: readonly ReplayedCase[]): string {
  const failures = cases.filter((each) => !hasPassed(each)).length;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuite name="${escapeXml(agent)}" tests="${cases.length}" failures="${failures}">`,
    ...cases.flatMap((each) => {
      const { displayName, file } = each.testCase;
      const open = `  <testcase classname="${escapeXml(agent)}" name="${escapeXml(displayName)}" file="${escapeXml(file)}"`;
      if (hasPassed(each)) return [`${open}/>`];
      const text = describeDifference(each).join('\n');
      return [
        `${open}>`,
        `    <failure message="The page or the intent differs.">${escapeXml(text)}</failure>`,
        '  </testcase>',
      ];
    }),
    '</testsuite>',
    '',
  ].join('\n');
}

/** XML 1.0 has no other control characters. */
function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replace(/[&<>"]/g, (each) => `&#${each.codePointAt(0)};`);
}
