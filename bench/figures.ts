/** Some measurements of one thing: the middle one, and between which they lie. */
export interface Figure {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export function figureOf(values: readonly number[]): Figure {
  const sorted = [...values].sort((a, b) => a - b);
  return { median: medianOf(sorted), min: sorted[0]!, max: sorted.at(-1)! };
}

function medianOf(sorted: readonly number[]): number {
  const middle = sorted.length / 2;
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle) - 1]!) / 2;
}

/** `values[i] / others[i]` for all i: what was measured at the same time, so that what slowed both falls out. */
export function ratios(values: readonly number[], others: readonly number[]): number[] {
  return values.map((value, i) => value / others[i]!);
}

/** `0.87 (0.81 to 0.92)` */
export function showFigure({ median, min, max }: Figure, digits = 2): string {
  return `${median.toFixed(digits)} (${min.toFixed(digits)} to ${max.toFixed(digits)})`;
}

/** Columns side by side: the first to the left, the others to the right. */
export function showTable(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) => row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  '))
    .join('\n');
}
