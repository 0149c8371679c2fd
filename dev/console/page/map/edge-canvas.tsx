import { useLayoutEffect, useRef } from 'preact/hooks';
import { type DrawnEdge, TIP } from './edges.ts';
import type { Size, View } from './viewport.ts';

interface EdgeCanvasProps {
  readonly edges: readonly DrawnEdge[];
  readonly view: View;
  readonly screen: Size;
  /** Others are lit: these step back. */
  readonly isDim: boolean;
}

/** Share of the colour, of edges that lead on and of those that lead back. */
const STRENGTH = { on: 0.9, back: 0.4, dim: 0.25 } as const;

/** Tips are too small to be seen: a zoom. */
const NO_TIPS = 0.25;

/**
 * All edges, quietly, on a canvas: thousands of curves would each be an element of the picture, and browsers take seconds to
 * draw those anew. The colour is the element's own, so it follows the theme.
 */
export function EdgeCanvas({ edges, view, screen, isDim }: EdgeCanvasProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const element = canvas.current!;
    const pixels = devicePixelRatio;
    element.width = screen.width * pixels;
    element.height = screen.height * pixels;
    const pen = element.getContext('2d');
    if (!pen) return;
    const scale = view.scale * pixels;
    pen.setTransform(scale, 0, 0, scale, -view.x * scale, -view.y * scale);
    pen.strokeStyle = pen.fillStyle = getComputedStyle(element).color;
    pen.lineWidth = Math.max(1.25, 0.8 / view.scale);
    for (const { points, way, isForward } of edges) {
      const [from, leaving, arriving, end] = points;
      pen.globalAlpha = isDim ? STRENGTH.dim : isForward ? STRENGTH.on : STRENGTH.back;
      pen.beginPath();
      pen.moveTo(from.x, from.y);
      pen.bezierCurveTo(leaving.x, leaving.y, arriving.x, arriving.y, end.x, end.y);
      pen.stroke();
      if (view.scale < NO_TIPS) continue;
      pen.beginPath();
      pen.moveTo(end.x + way * TIP, end.y);
      pen.lineTo(end.x, end.y - 4);
      pen.lineTo(end.x, end.y + 4);
      pen.fill();
    }
  }, [edges, view, screen, isDim]);
  // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a drawing of lines takes no focus
  return <canvas ref={canvas} class="map-edges" aria-hidden="true" />;
}
