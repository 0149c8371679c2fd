interface BarProps {
  /** What the whole width stands for. */
  readonly of: number;
  readonly value: number;
  /** A line across: a threshold. */
  readonly mark?: number;
  /** `good`, `weak` or `bad`: never the only sign of it. */
  readonly tone: string;
}

/** Percent: what took next to no time is still to be seen. */
const LEAST = 0.8;

/** A bar whose figures stand beside it in words. */
export function Bar({ of, value, mark, tone }: BarProps) {
  const share = (part: number) => `${Math.min(100, Math.max(LEAST, (part / of) * 100))}%`;
  return (
    <svg class={`bar ${tone}`} aria-hidden="true" focusable="false">
      <rect class="bar-track" width="100%" height="100%" rx="3" />
      <rect class="bar-value" width={share(value)} height="100%" rx="3" />
      {mark !== undefined && <line class="bar-mark" x1={share(mark)} x2={share(mark)} y1="0" y2="100%" />}
    </svg>
  );
}
