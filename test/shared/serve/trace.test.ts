import { expect, test } from '@jest/globals';
import { readTrace } from '../../../shared/serve/trace.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';

test.each([
  [{ traceparent: `00-${TRACE}-00f067aa0ba902b7-01` }, { traceId: TRACE, spanId: '00f067aa0ba902b7', sampled: true }],
  [{ traceparent: `00-${TRACE}-00f067aa0ba902b7-00` }, { traceId: TRACE, spanId: '00f067aa0ba902b7', sampled: false }],
  [{ 'x-cloud-trace-context': `${TRACE}/1;o=1` }, { traceId: TRACE, spanId: '0000000000000001', sampled: true }],
  [
    { 'x-cloud-trace-context': `${TRACE.toUpperCase()}/18446744073709551615` },
    { traceId: TRACE, spanId: 'ffffffffffffffff', sampled: false },
  ],
  [{ 'x-cloud-trace-context': TRACE }, { traceId: TRACE, spanId: null, sampled: false }],
  [{ 'x-cloud-trace-context': `${TRACE}/0;o=1` }, { traceId: TRACE, spanId: null, sampled: true }],
  [{ 'x-cloud-trace-context': `${TRACE}/99999999999999999999` }, { traceId: TRACE, spanId: null, sampled: false }],
  [
    { traceparent: `00-${TRACE}-00f067aa0ba902b7-01`, 'x-cloud-trace-context': `${'0'.repeat(31)}1/1` },
    { traceId: TRACE, spanId: '00f067aa0ba902b7', sampled: true },
  ],
])('%j is read', (headers, trace) => {
  expect(readTrace(headers)).toEqual(trace);
});

test.each([
  {},
  { traceparent: '' },
  { traceparent: `00-${'0'.repeat(32)}-00f067aa0ba902b7-01` },
  { traceparent: `00-${TRACE}-${'0'.repeat(16)}-01` },
  { traceparent: `${TRACE}\n"severity":"ERROR"` },
  { 'x-cloud-trace-context': 'nonsense' },
  { 'x-cloud-trace-context': `${TRACE}/12"}` },
])('%j is no trace', (headers) => {
  expect(readTrace(headers)).toBeNull();
});
