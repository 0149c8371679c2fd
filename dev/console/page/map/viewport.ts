/** A rectangle of the drawing, in its own pixels. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What is in view: the drawing's point at the upper left corner, and how many pixels of the screen one of its own takes. */
export interface View {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

const MAX_SCALE = 2.5;
/** Of a drawing that is larger than the screen as a whole: what is smaller than this is not read. */
const MIN_SCALE = 0.02;
/** Where a drawing is shown for the first time, its names are read. */
const READABLE = 0.7;

/** The whole drawing, in the middle; small ones are not blown up. */
export function showWhole(drawing: Size, screen: Size): View {
  const scale = clamp(Math.min(screen.width / drawing.width, screen.height / drawing.height, 1));
  return {
    scale,
    x: (drawing.width - screen.width / scale) / 2,
    y: (drawing.height - screen.height / scale) / 2,
  };
}

/** The whole drawing if its names can be read like that, else what is around a node. */
export function begin(drawing: Size, screen: Size, node: Box | undefined): View {
  const whole = showWhole(drawing, screen);
  if (whole.scale >= READABLE || !node) return whole;
  const { x, y } = centre(node, screen, READABLE);
  // No more of the emptiness around the drawing than it takes.
  const within = (start: number, seen: number, length: number) =>
    seen >= length ? (length - seen) / 2 : Math.min(Math.max(start, 0), length - seen);
  return {
    scale: READABLE,
    x: within(x, screen.width / READABLE, drawing.width),
    y: within(y, screen.height / READABLE, drawing.height),
  };
}

export function centre(box: Box, screen: Size, scale: number): View {
  return {
    scale,
    x: box.x + box.width / 2 - screen.width / scale / 2,
    y: box.y + box.height / 2 - screen.height / scale / 2,
  };
}

/** Larger or smaller, around a point of the screen that stays where it is. */
export function zoom({ x, y, scale }: View, factor: number, at: { readonly x: number; readonly y: number }): View {
  const next = clamp(scale * factor);
  return { scale: next, x: x + at.x / scale - at.x / next, y: y + at.y / scale - at.y / next };
}

/** By pixels of the screen. */
export function pan({ x, y, scale }: View, right: number, down: number): View {
  return { scale, x: x + right / scale, y: y + down / scale };
}

/** Moved just as far as it takes to have a box in view, with some space around. */
export function reveal(view: View, screen: Size, box: Box): View {
  const space = 40 / view.scale;
  const slide = (start: number, length: number, from: number, size: number) => {
    if (from - space < start) return from - space;
    return from + size + space > start + length ? Math.min(from - space, from + size + space - length) : start;
  };
  return {
    scale: view.scale,
    x: slide(view.x, screen.width / view.scale, box.x, box.width),
    y: slide(view.y, screen.height / view.scale, box.y, box.height),
  };
}

/** What is in view and as much again on every side, in steps: so a small move draws nothing new. */
export function drawnBox({ x, y, scale }: View, screen: Size): Box {
  const width = screen.width / scale;
  const height = screen.height / scale;
  const left = Math.floor(x / width - 0.5) * width;
  const top = Math.floor(y / height - 0.5) * height;
  return { x: left, y: top, width: width * 3, height: height * 3 };
}

export function overlaps(one: Box, other: Box): boolean {
  return (
    one.x <= other.x + other.width &&
    other.x <= one.x + one.width &&
    one.y <= other.y + other.height &&
    other.y <= one.y + one.height
  );
}

const clamp = (scale: number) => Math.min(MAX_SCALE, Math.max(MIN_SCALE, scale));
