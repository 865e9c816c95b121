// Where a dragged point goes: to the picture's edge, to another point nearby, or level with its neighbour.
import type { Point } from "./model.ts";

const NEAR = 8; // CSS pixels

export interface Frame {
  readonly width: number; // CSS pixels of the picture on the screen
  readonly height: number;
}

/** `level`: keep to the nearest of eight directions from `from` (Shift is held). */
export function snapped(at: Point, others: readonly Point[], frame: Frame, from: Point | null, level: boolean): Point {
  let [x, y] = at;
  if (level && from) [x, y] = levelled(at, from, frame);
  for (const [ox, oy] of others) {
    if (Math.hypot((ox - x) * frame.width, (oy - y) * frame.height) <= NEAR) return [ox, oy];
  }
  const edge = (v: number, size: number): number => (v * size <= NEAR ? 0 : (1 - v) * size <= NEAR ? 1 : v);
  return [edge(x, frame.width), edge(y, frame.height)];
}

function levelled(at: Point, from: Point, frame: Frame): [number, number] {
  const dx = (at[0] - from[0]) * frame.width;
  const dy = (at[1] - from[1]) * frame.height;
  const angle = (Math.round(Math.atan2(dy, dx) / (Math.PI / 4)) * Math.PI) / 4;
  const along = dx * Math.cos(angle) + dy * Math.sin(angle);
  return [from[0] + (along * Math.cos(angle)) / frame.width, from[1] + (along * Math.sin(angle)) / frame.height];
}
