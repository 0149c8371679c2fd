import { useEffect, useRef, useState } from 'preact/hooks';
import { type Box, begin, pan, type Size, showWhole, type View, zoom } from './viewport.ts';

/** Pixels that a pointer moves before it drags. */
const DRAG = 4;
/** How much closer one press of a button or a key comes. */
export const ZOOM_STEP = 1.3;
/** Per pixel that a wheel turns. */
const WHEEL = 0.0016;

/** What of a drawing is in view, moved by pointers and wheel. `home`: what is shown at first, if not all can be. */
export function useView(drawing: Size, home: Box | undefined) {
  const frame = useRef<SVGSVGElement>(null);
  const [screen, setScreen] = useState<Size>({ width: 0, height: 0 });
  const [view, setView] = useState<View>({ x: 0, y: 0, scale: 1 });
  const placed = useRef<Size | null>(null);
  const pointers = useRef(new Map<number, { x: number; y: number }>());
  const isDragging = useRef(false);

  useEffect(() => {
    const element = frame.current!;
    const observer = new ResizeObserver(() => setScreen({ width: element.clientWidth, height: element.clientHeight }));
    observer.observe(element);
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
      const delta = Math.max(-240, Math.min(240, event.deltaY * lines));
      setView((now) => zoom(now, Math.exp(-delta * WHEEL), pointOf(event, element)));
    };
    // Not passive: a wheel over the picture must not scroll the page.
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => {
      observer.disconnect();
      element.removeEventListener('wheel', onWheel);
    };
  }, []);

  useEffect(() => {
    if (screen.width === 0 || placed.current === drawing) return;
    placed.current = drawing;
    setView(begin(drawing, screen, home));
  }, [drawing, screen, home]);

  function onPointerDown(event: PointerEvent) {
    if (event.button !== 0) return;
    pointers.current.set(event.pointerId, { x: event.clientX, y: event.clientY });
    isDragging.current = false;
  }

  function onPointerMove(event: PointerEvent) {
    const before = pointers.current.get(event.pointerId);
    if (!before) return;
    const [dx, dy] = [event.clientX - before.x, event.clientY - before.y];
    if (!isDragging.current && Math.hypot(dx, dy) < DRAG) return;
    if (!isDragging.current) frame.current!.setPointerCapture(event.pointerId);
    isDragging.current = true;
    const other = [...pointers.current].find(([id]) => id !== event.pointerId)?.[1];
    const now = { x: event.clientX, y: event.clientY };
    pointers.current.set(event.pointerId, now);
    if (!other) return setView((view) => pan(view, -dx, -dy));
    const spread = distance(now, other) / Math.max(1, distance(before, other));
    const middle = { clientX: (now.x + other.x) / 2, clientY: (now.y + other.y) / 2 };
    setView((view) => pan(zoom(view, spread, pointOf(middle, frame.current!)), -dx / 2, -dy / 2));
  }

  const onPointerUp = (event: PointerEvent) => void pointers.current.delete(event.pointerId);

  const middle = { x: screen.width / 2, y: screen.height / 2 };
  return {
    frame,
    screen,
    view,
    setView,
    /** A click that ends a drag is none. */
    wasDragged: () => isDragging.current,
    zoomBy: (factor: number) => setView((now) => zoom(now, factor, middle)),
    showAll: () => setView(showWhole(drawing, screen)),
    handlers: { onPointerDown, onPointerMove, onPointerUp, onPointerCancel: onPointerUp },
  };
}

interface Point {
  readonly x: number;
  readonly y: number;
}

const distance = (one: Point, other: Point) => Math.hypot(one.x - other.x, one.y - other.y);

function pointOf({ clientX, clientY }: { clientX: number; clientY: number }, element: Element): Point {
  const { left, top } = element.getBoundingClientRect();
  return { x: clientX - left, y: clientY - top };
}
