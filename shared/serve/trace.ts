import { type HttpHeaders, headerValues } from '../http.ts';

/** Which trace a call belongs to, in the form that Cloud Logging takes. */
export interface Trace {
  /** 32 hex digits. */
  readonly traceId: string;
  /** 16 hex digits; null where the header carried none. */
  readonly spanId: string | null;
  readonly sampled: boolean;
}

/** `00-<trace>-<span>-<flags>` (W3C Trace Context, section 3.2). All zeros is no id. */
const TRACEPARENT = /^[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?$/;
/** `<trace>/<span in decimal>;o=<0 or 1>` (Google Cloud's older header). */
const CLOUD_TRACE = /^([0-9a-f]{32})(?:\/(\d{1,20}))?(?:;o=([01]))?$/i;

/** Reads `traceparent`, else `X-Cloud-Trace-Context`. Cloud Run sends both; null where there is neither in a legal form. */
export function readTrace(headers: HttpHeaders): Trace | null {
  const parent = TRACEPARENT.exec(headerValues(headers, 'traceparent')[0] ?? '');
  if (parent) {
    return { traceId: parent[1]!, spanId: parent[2]!, sampled: (Number.parseInt(parent[3]!, 16) & 1) === 1 };
  }
  const cloud = CLOUD_TRACE.exec(headerValues(headers, 'x-cloud-trace-context')[0] ?? '');
  if (!cloud) return null;
  return { traceId: cloud[1]!.toLowerCase(), spanId: spanHex(cloud[2]), sampled: cloud[3] === '1' };
}

/** The header's span is a decimal uint64; a log entry wants 16 hex digits. */
function spanHex(decimal: string | undefined): string | null {
  if (!decimal) return null;
  const span = BigInt(decimal);
  return span > 0n && span < 2n ** 64n ? span.toString(16).padStart(16, '0') : null;
}
