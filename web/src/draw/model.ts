// What is drawn: shapes in shares of the picture, and how they change. Shapes are never changed in place.
export type Kind = "line" | "zone" | "mask" | "lane";
export type Point = readonly [number, number];

export interface Shape {
  readonly key: number;
  readonly kind: Kind;
  readonly id: string;
  readonly name: string;
  readonly points: readonly Point[];
  readonly entrance: string; // of a line: an entrance's id, "" or "+" for a new one
  readonly anchor: string;
}

export interface Entrance {
  readonly id: string;
  readonly name: string;
}

interface SentShape {
  key: number;
  id?: string;
  name?: string;
  points: [number, number][];
  entrance?: string;
  anchor?: string;
}

export interface Drawing {
  revision: string;
  camera: string;
  entrances: Entrance[];
  lines: SentShape[];
  zones: SentShape[];
  masks: SentShape[];
  lane: SentShape | null;
}

const clamp = (v: number): number => Math.min(1, Math.max(0, v));

export function shapesOf(drawing: Drawing): Shape[] {
  const made = (kind: Kind) => (s: SentShape): Shape => ({
    key: s.key,
    kind,
    id: s.id ?? "",
    name: s.name ?? "",
    points: s.points,
    entrance: s.entrance ?? "",
    anchor: s.anchor ?? "",
  });
  const { lines, zones, masks, lane } = drawing;
  const areas = [...zones.map(made("zone")), ...masks.map(made("mask")), ...(lane ? [made("lane")(lane)] : [])];
  return [...lines.map(made("line")), ...areas];
}

export function sentOf(shapes: readonly Shape[], revision: string): string {
  const of = (kind: Kind) => shapes.filter((s) => s.kind === kind);
  const points = (s: Shape) => s.points.map(([x, y]) => [Number(x.toFixed(5)), Number(y.toFixed(5))]);
  const plain = (s: Shape) => ({ key: s.key, points: points(s) });
  const area = (s: Shape) => ({ key: s.key, id: s.id, name: s.name, points: points(s), anchor: s.anchor });
  return JSON.stringify({
    revision,
    lines: of("line").map((s) => ({ ...area(s), entrance: s.entrance })),
    zones: of("zone").map(area),
    masks: of("mask").map(plain),
    lane: of("lane").map(plain)[0] ?? null,
  });
}

export function newShape(shapes: readonly Shape[], kind: Kind, points: readonly Point[], entrance = ""): Shape {
  const key = Math.max(0, ...shapes.map((s) => s.key)) + 1;
  return { key, kind, id: "", name: "", points, entrance, anchor: "" };
}

export const changed = (shapes: readonly Shape[], key: number, change: Partial<Shape>): Shape[] =>
  shapes.map((s) => (s.key === key ? { ...s, ...change } : s));

export const without = (shapes: readonly Shape[], key: number): Shape[] => shapes.filter((s) => s.key !== key);

export function movePoint(shape: Shape, n: number, to: Point): Shape {
  return { ...shape, points: shape.points.map((p, i) => (i === n ? ([clamp(to[0]), clamp(to[1])] as const) : p)) };
}

/** Moves the whole shape; it stops at the picture's edge and keeps its form. */
export function moveShape(shape: Shape, dx: number, dy: number): Shape {
  const xs = shape.points.map((p) => p[0]);
  const ys = shape.points.map((p) => p[1]);
  const right = Math.min(Math.max(dx, -Math.min(...xs)), 1 - Math.max(...xs));
  const down = Math.min(Math.max(dy, -Math.min(...ys)), 1 - Math.max(...ys));
  return { ...shape, points: shape.points.map(([x, y]) => [x + right, y + down] as const) };
}

export function removePoint(shape: Shape, n: number): Shape | null {
  if (shape.kind === "line" || shape.points.length <= 3) return null;
  return { ...shape, points: shape.points.filter((_, i) => i !== n) };
}

/** Puts a new corner in the middle of the side that begins at corner n. */
export function addCorner(shape: Shape, n: number): Shape {
  const a = shape.points[n] ?? [0, 0];
  const b = shape.points[(n + 1) % shape.points.length] ?? [0, 0];
  const middle: Point = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
  return { ...shape, points: [...shape.points.slice(0, n + 1), middle, ...shape.points.slice(n + 1)] };
}

export const flipped = (shape: Shape): Shape => ({ ...shape, points: [...shape.points].reverse() });

/** Undo and redo over whole drawings: they are small. */
export class History {
  private before: (readonly Shape[])[] = [];
  private after: (readonly Shape[])[] = [];
  private kept: string;

  constructor(public shapes: readonly Shape[]) {
    this.kept = JSON.stringify(shapes);
  }

  /** Takes a new drawing; `into` names a change that goes on (dragging, typing), which is undone as one. */
  private going = "";
  take(shapes: readonly Shape[], into = ""): void {
    if (JSON.stringify(shapes) === JSON.stringify(this.shapes)) return;
    if (!into || into !== this.going) this.before.push(this.shapes);
    if (this.before.length > 200) this.before.shift();
    this.going = into;
    this.after = [];
    this.shapes = shapes;
  }

  rest(): void {
    this.going = "";
  }

  undo(): boolean {
    const last = this.before.pop();
    if (!last) return false;
    this.after.push(this.shapes);
    this.shapes = last;
    this.going = "";
    return true;
  }

  redo(): boolean {
    const next = this.after.pop();
    if (!next) return false;
    this.before.push(this.shapes);
    this.shapes = next;
    this.going = "";
    return true;
  }

  get canUndo(): boolean {
    return this.before.length > 0;
  }

  get canRedo(): boolean {
    return this.after.length > 0;
  }

  get unsaved(): boolean {
    return JSON.stringify(this.shapes) !== this.kept;
  }

  saved(shapes: readonly Shape[]): void {
    this.shapes = shapes;
    this.kept = JSON.stringify(shapes);
    this.before = [];
    this.after = [];
  }
}
