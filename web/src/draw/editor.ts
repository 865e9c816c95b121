// The editor: what hand and keyboard do to the shapes. It knows the picture's size on the screen, and no server.
import { Canvas, type Words } from "./canvas.ts";
import {
  addCorner, changed, flipped, History, type Kind, movePoint, moveShape, newShape, type Point, removePoint, type Shape,
  without,
} from "./model.ts";
import { snapped } from "./snap.ts";

export type Tool = "select" | Kind;

const STEP = 2; // CSS pixels that an arrow key moves
const FAR = 20; // with Shift
const DRAG = 4; // CSS pixels before a press becomes a drag

interface Hold {
  readonly pointer: number;
  readonly begin: Point;
  readonly key: number;
  readonly point: number | null; // null: the whole shape
  readonly shape: Shape;
  moved: boolean;
}

export interface Listener {
  (what: "shapes" | "selection" | "tool"): void;
}

export class Editor {
  readonly history: History;
  selected: number | null = null;
  tool: Tool = "select";
  counts: ReadonlyMap<number, readonly [number, number]> = new Map();
  faulty: ReadonlySet<number> = new Set();
  private readonly canvas: Canvas;
  private drafted: Point[] = [];
  private pointer: Point | null = null;
  private press: Point | null = null;
  private hold: Hold | null = null;

  constructor(
    private readonly svg: SVGSVGElement,
    shapes: Shape[],
    private readonly words: Words,
    private readonly listen: Listener,
    private readonly say: (text: string) => void,
  ) {
    this.history = new History(shapes);
    this.canvas = new Canvas(svg, words);
    svg.addEventListener("pointerdown", (e) => this.down(e));
    svg.addEventListener("pointermove", (e) => this.move(e));
    svg.addEventListener("pointerup", (e) => this.up(e));
    svg.addEventListener("pointercancel", () => this.giveUp());
    svg.addEventListener("dblclick", (e) => this.double(e));
    svg.addEventListener("keydown", (e) => this.key(e));
    svg.addEventListener("focusin", (e) => this.focused(e));
    new ResizeObserver(() => this.draw()).observe(svg);
  }

  get shapes(): readonly Shape[] {
    return this.history.shapes;
  }

  draw(): void {
    const { shapes, selected, drafted, pointer, counts, faulty } = this;
    this.canvas.draw({ shapes, selected, drafted, draftKind: this.tool, pointer, counts, faulty });
  }

  use(tool: Tool, byKeyboard = false): void {
    this.drafted = [];
    const lane = tool === "lane" ? this.shapes.find((s) => s.kind === "lane") : undefined;
    if (lane) {
      this.takeUp(lane, byKeyboard);
      return;
    }
    this.tool = tool;
    this.svg.dataset["tool"] = tool;
    if (byKeyboard && tool !== "select") {
      this.addInMiddle(tool);
      return;
    }
    this.listen("tool");
    this.draw();
  }

  /** A camera has one lane: who wants to draw it again is given the one that is there. */
  private takeUp(lane: Shape, byKeyboard: boolean): void {
    this.use("select");
    this.select(lane.key);
    if (byKeyboard) this.canvas.focus(`${lane.key}.0`);
    this.say(this.words["oneLane"] ?? "");
  }

  select(key: number | null): void {
    if (key === this.selected) return;
    this.selected = key;
    this.listen("selection");
    this.draw();
  }

  take(shapes: readonly Shape[], into = ""): void {
    this.history.take(shapes, into);
    this.listen("shapes");
    this.draw();
  }

  change(key: number, change: Partial<Shape>, into = ""): void {
    this.take(changed(this.shapes, key, change), into);
  }

  flip(key: number): void {
    const shape = this.find(key);
    if (shape) this.change(key, { points: flipped(shape).points });
  }

  remove(key: number): void {
    const shape = this.find(key);
    this.take(without(this.shapes, key));
    this.select(null);
    if (shape) this.say(`${this.nameOf(shape)} ${this.words["removed"]}`);
  }

  undo(): void {
    if (this.drafted.length) this.drafted.pop();
    else if (this.history.undo()) this.listen("shapes");
    this.draw();
  }

  redo(): void {
    if (this.history.redo()) this.listen("shapes");
    this.draw();
  }

  private find(key: number): Shape | undefined {
    return this.shapes.find((s) => s.key === key);
  }

  private nameOf(shape: Shape): string {
    return shape.name || (this.words[shape.kind] ?? "");
  }

  private at(event: MouseEvent): Point {
    const box = this.svg.getBoundingClientRect();
    const clamp = (v: number): number => Math.min(1, Math.max(0, v));
    return [clamp((event.clientX - box.left) / box.width), clamp((event.clientY - box.top) / box.height)];
  }

  private snap(at: Point, level: boolean, from: Point | null, but?: { key: number; point: number }): Point {
    const others = this.shapes.flatMap((s) => s.points.filter((_, n) => s.key !== but?.key || n !== but.point));
    return snapped(at, others, this.canvas, from, level);
  }

  private down(event: PointerEvent): void {
    if (event.button !== 0 || !event.isPrimary) return;
    const at = this.at(event);
    if (this.tool !== "select") {
      event.preventDefault();
      this.svg.setPointerCapture(event.pointerId);
      this.drawDown(at, event.shiftKey);
      return;
    }
    const target = event.target instanceof Element ? event.target.closest<SVGElement>("[data-key]") : null;
    if (!target) {
      this.select(null);
      return;
    }
    const key = Number(target.dataset["key"]);
    if (target.dataset["side"] !== undefined) this.split(key, Number(target.dataset["side"]));
    const shape = this.find(key);
    if (!shape) return;
    event.preventDefault();
    const side = target.dataset["side"];
    const point = side !== undefined ? Number(side) + 1 : target.dataset["point"] !== undefined ? Number(target.dataset["point"]) : null;
    this.select(key);
    this.svg.setPointerCapture(event.pointerId);
    this.hold = { pointer: event.pointerId, begin: at, key, point, shape, moved: false };
    this.canvas.focus(point === null ? `${key}` : `${key}.${point}`);
  }

  private split(key: number, side: number): void {
    const shape = this.find(key);
    if (shape) this.take(this.shapes.map((s) => (s.key === key ? addCorner(shape, side) : s)));
  }

  private move(event: PointerEvent): void {
    const at = this.at(event);
    if (this.hold) {
      this.drag(at, event.shiftKey);
      return;
    }
    if (this.tool !== "select" && (this.drafted.length || this.press)) {
      this.pointer = this.snap(at, event.shiftKey, this.drafted.at(-1) ?? null);
      this.draw();
    }
  }

  private drag(at: Point, level: boolean): void {
    const hold = this.hold;
    if (!hold) return;
    const [dx, dy] = [at[0] - hold.begin[0], at[1] - hold.begin[1]];
    if (!hold.moved && Math.hypot(dx * this.canvas.width, dy * this.canvas.height) < DRAG) return;
    hold.moved = true;
    const { shape, point } = hold;
    let moved = moveShape(shape, dx, dy);
    if (point !== null) {
      const own = shape.points[point] ?? at;
      const neighbour = shape.points[point === 0 ? 1 : point - 1] ?? null;
      const to: Point = [own[0] + dx, own[1] + dy];
      moved = movePoint(shape, point, this.snap(to, level, neighbour, { key: shape.key, point }));
    }
    this.take(this.shapes.map((s) => (s.key === shape.key ? { ...s, points: moved.points } : s)), `drag-${hold.pointer}-${hold.key}`);
  }

  private up(event: PointerEvent): void {
    if (this.hold) {
      this.hold = null;
      this.history.rest();
      this.listen("shapes");
      return;
    }
    if (this.tool === "line" && this.press) {
      const from = this.drafted[0];
      const to = this.snap(this.at(event), event.shiftKey, from ?? null);
      // A press and a release at one place is the first of two taps; anything longer was a drag.
      if (from && this.apart(from, to)) this.finish([from, to]);
      this.press = null;
    }
  }

  private apart(a: Point, b: Point): boolean {
    return Math.hypot((a[0] - b[0]) * this.canvas.width, (a[1] - b[1]) * this.canvas.height) > 3 * DRAG;
  }

  private drawDown(at: Point, level: boolean): void {
    const point = this.snap(at, level, this.drafted.at(-1) ?? null);
    this.press = point;
    const first = this.drafted[0];
    if (this.tool === "line") {
      if (!first) this.drafted = [point];
      this.pointer = point;
    } else if (first && this.drafted.length > 2 && !this.apart(first, point)) {
      this.close();
      return;
    } else {
      this.drafted.push(point);
      this.pointer = point;
      if (this.drafted.length === 3) this.say(this.words["closing"] ?? "");
    }
    this.draw();
  }

  private close(): void {
    if (this.tool !== "select" && this.tool !== "line" && this.drafted.length > 2) this.finish(this.drafted);
  }

  private finish(points: readonly Point[]): void {
    if (this.tool === "select") return;
    // Most lines lie across a way in; who wants only a line to count at chooses none.
    const shape = newShape(this.shapes, this.tool, points, this.tool === "line" ? "+" : "");
    this.drafted = [];
    this.pointer = this.press = null;
    this.selected = shape.key;
    this.tool = "select";
    this.svg.dataset["tool"] = "select";
    this.take([...this.shapes, shape]);
    this.listen("tool");
    this.listen("selection");
    this.say(`${this.nameOf(shape)} ${this.words["added"]}`);
    this.draw();
  }

  private addInMiddle(tool: Kind): void {
    const line: Point[] = [[0.3, 0.6], [0.7, 0.6]];
    const area: Point[] = [[0.35, 0.4], [0.65, 0.4], [0.65, 0.7], [0.35, 0.7]];
    this.finish(tool === "line" ? line : area);
    this.canvas.focus(`${this.selected}.0`);
  }

  private giveUp(): void {
    if (this.hold?.moved) this.undo();
    this.drafted = [];
    this.hold = this.pointer = this.press = null;
    this.draw();
  }

  private double(event: MouseEvent): void {
    if (this.tool !== "select") {
      event.preventDefault();
      this.drafted.pop(); // the second press of the two
      this.close();
    }
  }

  private focused(event: FocusEvent): void {
    const key = event.target instanceof SVGElement ? event.target.dataset["key"] : undefined;
    if (key !== undefined && !this.hold) this.select(Number(key));
  }

  private key(event: KeyboardEvent): void {
    if (event.key === "Escape") {
      if (this.drafted.length) this.giveUp();
      else if (this.tool !== "select") this.use("select");
      else this.select(null);
    } else if (event.key === "Enter" && this.drafted.length) {
      this.close();
    } else if (event.key === "Delete" || event.key === "Backspace") {
      this.removeFocused();
    } else if (event.key.startsWith("Arrow")) {
      this.nudge(event.key, event.shiftKey ? FAR : STEP);
    } else {
      return;
    }
    event.preventDefault();
  }

  private removeFocused(): void {
    const at = document.activeElement instanceof SVGElement ? document.activeElement.dataset["point"] : undefined;
    const shape = this.selected === null ? undefined : this.find(this.selected);
    if (!shape) return;
    const left = at === undefined ? null : removePoint(shape, Number(at));
    if (left) this.take(this.shapes.map((s) => (s.key === shape.key ? left : s)));
    else this.remove(shape.key);
  }

  private nudge(arrow: string, step: number): void {
    const shape = this.selected === null ? undefined : this.find(this.selected);
    if (!shape) return;
    const ways: Record<string, Point> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const [x, y] = ways[arrow] ?? [0, 0];
    const [dx, dy] = [(x * step) / this.canvas.width, (y * step) / this.canvas.height];
    const at = document.activeElement instanceof SVGElement ? document.activeElement.dataset["point"] : undefined;
    const own = at === undefined ? undefined : shape.points[Number(at)];
    const moved = own ? movePoint(shape, Number(at), [own[0] + dx, own[1] + dy]) : moveShape(shape, dx, dy);
    this.take(this.shapes.map((s) => (s.key === shape.key ? moved : s)), `nudge-${shape.key}-${at}`);
    const now = own ? moved.points[Number(at)] : moved.points[0];
    if (now) this.say(`${this.nameOf(shape)} ${this.words["moved"]} ${Math.round(now[0] * 100)} %, ${Math.round(now[1] * 100)} %`);
  }
}
