import type { Layout, Spot } from './layout.ts';

/** The nearest node in a direction; what lies straight ahead before what lies aside. `null`: there is none. */
export function neighbour(
  spots: Layout['spots'],
  from: string,
  way: { readonly x: number; readonly y: number },
): string | null {
  const here = spots[from] && middleOf(spots[from]);
  if (!here) return null;
  let nearest: string | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const [id, spot] of Object.entries(spots)) {
    const there = middleOf(spot);
    const ahead = (there.x - here.x) * way.x + (there.y - here.y) * way.y;
    const aside = Math.abs((there.x - here.x) * way.y) + Math.abs((there.y - here.y) * way.x);
    const distance = ahead + 2 * aside;
    if (ahead > 1 && distance < least) [nearest, least] = [id, distance];
  }
  return nearest;
}

const middleOf = ({ x, y, width, height }: Spot) => ({ x: x + width / 2, y: y + height / 2 });
