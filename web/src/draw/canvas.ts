// The shapes over the picture, as SVG in CSS pixels: what is seen, what can be taken hold of.
import { type Point, type Shape } from "./model.ts";

const SVG = "http://www.w3.org/2000/svg";
type Attributes = Record<string, string | number>;

export interface Words {
  readonly [name: string]: string;
}

export interface Looks {
  readonly shapes: readonly Shape[];
  readonly selected: number | null;
  readonly drafted: readonly Point[]; // corners of a shape that is being drawn
  readonly draftKind: string;
  readonly pointer: Point | null;
  readonly counts: ReadonlyMap<number, readonly [number, number]>;
  readonly faulty: ReadonlySet<number>;
}

function made(name: string, attributes: Attributes, ...children: (SVGElement | string)[]): SVGElement {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.append(...children);
  return element;
}

export class Canvas {
  width = 1;
  height = 1;

  constructor(
    readonly svg: SVGSVGElement,
    private readonly words: Words,
  ) {}

  /** Draws everything anew; what had the focus keeps it. */
  draw(looks: Looks): void {
    const box = this.svg.getBoundingClientRect();
    this.width = Math.max(1, box.width);
    this.height = Math.max(1, box.height);
    this.svg.setAttribute("viewBox", `0 0 ${this.width} ${this.height}`);
    const focused = this.svg.contains(document.activeElement) ? document.activeElement?.getAttribute("data-at") : null;
    const order = ["lane", "mask", "zone", "line"]; // a lane is large: what lies in it can be taken hold of
    const shapes = [...looks.shapes].sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
    this.svg.replaceChildren(
      this.patterns(),
      ...shapes.map((s) => this.shape(s, looks)),
      ...(looks.drafted.length ? [this.draft(looks)] : []),
    );
    if (focused) this.focus(focused);
  }

  focus(at: string): void {
    this.svg.querySelector<SVGElement>(`[data-at="${at}"]`)?.focus({ preventScroll: true });
  }

  private px([x, y]: Point): [number, number] {
    return [x * this.width, y * this.height];
  }

  private patterns(): SVGElement {
    const stripe = made("path", { d: "M-2 10L10 -2M6 18L18 6", class: "stripe" });
    const pattern = { id: "hatch", width: 8, height: 8, patternUnits: "userSpaceOnUse" };
    const hatch = made("pattern", pattern, made("rect", { width: 8, height: 8, class: "hatch" }), stripe);
    const dots = { id: "dots", width: 18, height: 18, patternUnits: "userSpaceOnUse" };
    const dot = (cx: number, cy: number) => made("circle", { cx, cy, r: 1.3, class: "speck" });
    return made("defs", {}, hatch, made("pattern", dots, made("rect", { width: 18, height: 18, class: "tint" }), dot(5, 5), dot(14, 14)));
  }

  private shape(shape: Shape, looks: Looks): SVGElement {
    const chosen = shape.key === looks.selected;
    const classes = `shape ${shape.kind}${chosen ? " selected" : ""}${looks.faulty.has(shape.key) ? " faulty" : ""}`;
    const group = made("g", { class: classes, "data-key": shape.key });
    const corners = shape.points.map((p) => this.px(p).join(",")).join(" ");
    const at = `${shape.key}`;
    const body: Attributes = { "data-at": at, "data-key": shape.key, tabindex: 0, role: "button", class: "body" };
    const named = shape.name || this.words["unnamed"];
    body["aria-label"] = shape.kind === "lane" ? `${this.words["lane"]}. ${this.words["legend"]}` : `${this.words[shape.kind] ?? ""} ${named}`;
    body["aria-pressed"] = String(chosen);
    if (shape.kind === "line") {
      group.append(made("polyline", { points: corners, class: "casing" }), made("polyline", { points: corners, class: "stroke" }));
      group.append(made("polyline", { points: corners, ...body, class: "body grip" }));
      group.append(this.arrow(shape, looks));
    } else {
      group.append(made("polygon", { points: corners, class: "casing" }), made("polygon", { points: corners, class: "area" }));
      group.append(made("polygon", { points: corners, ...body, class: "body grip" }), this.label(shape));
    }
    if (chosen) {
      group.append(...shape.points.map((p, n) => this.handle(shape, p, n)));
      if (shape.kind !== "line") group.append(...shape.points.map((_, n) => this.between(shape, n)));
    }
    return group;
  }

  private handle(shape: Shape, point: Point, n: number): SVGElement {
    const [x, y] = this.px(point);
    const what = shape.kind === "line" ? this.words[n === 0 ? "start" : "end"] : `${this.words["corner"]} ${n + 1}`;
    const where = `${Math.round(point[0] * 100)} %, ${Math.round(point[1] * 100)} %`;
    const group = made("g", {
      class: "handle", transform: `translate(${x} ${y})`, tabindex: 0, role: "button", "data-key": shape.key,
      "data-point": n, "data-at": `${shape.key}.${n}`, "aria-label": `${shape.name || this.words[shape.kind]}, ${what}: ${where}`,
    });
    group.append(made("circle", { r: 18, class: "reach" }), made("circle", { r: 7, class: "knob" }));
    return group;
  }

  private between(shape: Shape, n: number): SVGElement {
    const a = this.px(shape.points[n] ?? [0, 0]);
    const b = this.px(shape.points[(n + 1) % shape.points.length] ?? [0, 0]);
    const attributes = { cx: (a[0] + b[0]) / 2, cy: (a[1] + b[1]) / 2, r: 5, class: "between", "data-key": shape.key, "data-side": n };
    return made("circle", attributes);
  }

  private label(shape: Shape): SVGElement {
    const xs = shape.points.map((p) => p[0] * this.width);
    const ys = shape.points.map((p) => p[1] * this.height);
    const x = (Math.min(...xs) + Math.max(...xs)) / 2;
    // Of a lane, which is large, at its top: in its middle lies what is counted.
    const y = shape.kind === "lane" ? Math.min(...ys) + 16 : (Math.min(...ys) + Math.max(...ys)) / 2;
    return this.chip(x, y, shape.name || (this.words[shape.kind] ?? ""), `chip ${shape.kind}`);
  }

  /** The arrow across a line, and on which side is in and out; with what would have been counted, if that is known. */
  private arrow(shape: Shape, looks: Looks): SVGElement {
    const [a, b] = [this.px(shape.points[0] ?? [0, 0]), this.px(shape.points[1] ?? [0, 0])];
    const length = Math.hypot(b[0] - a[0], b[1] - a[1]) || 1;
    // The way in is to the right-hand side of somebody who walks from a to b, y pointing down.
    const [nx, ny] = [-(b[1] - a[1]) / length, (b[0] - a[0]) / length];
    const [mx, my] = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
    const reach = 26;
    const tip: [number, number] = [mx + nx * reach, my + ny * reach];
    const left: [number, number] = [tip[0] - nx * 9 + ny * 6, tip[1] - ny * 9 - nx * 6];
    const right: [number, number] = [tip[0] - nx * 9 - ny * 6, tip[1] - ny * 9 + nx * 6];
    const path = `M${mx} ${my}L${tip.join(" ")}M${left.join(" ")}L${tip.join(" ")}L${right.join(" ")}`;
    const group = made("g", { class: "way" });
    group.append(made("path", { d: path, class: "casing" }), made("path", { d: path, class: "stroke" }));
    const count = looks.counts.get(shape.key);
    const [entering, leaving] = [this.words["in"] ?? "", this.words["out"] ?? ""];
    const far = reach + 15;
    const place = (side: number): [number, number] => [
      Math.min(this.width - 22, Math.max(22, mx + side * nx * far)),
      Math.min(this.height - 11, Math.max(11, my + side * ny * far)),
    ];
    const inside = place(1);
    const outside = place(-1);
    group.append(this.chip(...inside, count ? `${entering} ${count[0]}` : entering, "chip in"));
    group.append(this.chip(...outside, count ? `${leaving} ${count[1]}` : leaving, "chip out"));
    return group;
  }

  private chip(x: number, y: number, text: string, name: string): SVGElement {
    const wide = text.length * 6.8 + 12;
    const rect = made("rect", { x: x - wide / 2, y: y - 10, width: wide, height: 20, rx: 10 });
    return made("g", { class: name }, rect, made("text", { x, y: y + 4, "text-anchor": "middle" }, text));
  }

  private draft(looks: Looks): SVGElement {
    const points = looks.pointer ? [...looks.drafted, looks.pointer] : looks.drafted;
    const corners = points.map((p) => this.px(p).join(",")).join(" ");
    const group = made("g", { class: `shape draft ${looks.draftKind}` });
    group.append(made("polyline", { points: corners, class: "casing" }), made("polyline", { points: corners, class: "stroke" }));
    looks.drafted.forEach((p, n) => {
      const [cx, cy] = this.px(p);
      group.append(made("circle", { cx, cy, r: n === 0 && looks.draftKind !== "line" ? 9 : 6, class: "knob" }));
    });
    return group;
  }
}
