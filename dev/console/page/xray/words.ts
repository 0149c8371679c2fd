/** `3 pages`, `1 page`. */
export function count(size: number, one: string, several = `${one}s`): string {
  return `${size} ${size === 1 ? one : several}`;
}

/** Milliseconds for people: `312 ms`, `4.2 s`. */
export function duration(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(ms % 1000 === 0 ? 0 : 1)} s`;
}
