import type { Turn } from './request.ts';

/** The words that somebody wrote or spoke on this turn; undefined where an event or keys came instead. */
export function saidIn({ query }: Turn): string | undefined {
  const isSaid = query?.kind === 'text' || query?.kind === 'transcript';
  return (isSaid && query.value.trim()) || undefined;
}
