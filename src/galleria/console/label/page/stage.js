// What is drawn over the clip: lines, their arrows, and a line while it is being drawn.

import { ways } from "./work.js";

const LEAST = 0.03; // shortest line that can be drawn, as a share of the picture's width

function make(name, attributes, text) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  if (text) node.textContent = text;
  return node;
}

export class Stage {
  constructor(stage, overlay, [width, height], onDrawn) {
    this.stage = stage;
    this.overlay = overlay;
    this.size = [width, height];
    this.unit = height / 100;
    this.from = null;
    this.drawing = false;
    overlay.setAttribute("viewBox", `0 0 ${width} ${height}`);
    overlay.setAttribute("preserveAspectRatio", "none");
    stage.style.aspectRatio = `${width} / ${height}`;
    stage.style.width = `min(100%, calc(68vh * ${width / height}))`;
    stage.addEventListener("pointermove", (event) => this.#follow(event));
    stage.addEventListener("pointerdown", (event) => {
      if (!this.drawing) return;
      const point = this.#point(event);
      if (!this.from) this.from = point;
      else if (Math.hypot(point[0] - this.from[0], point[1] - this.from[1]) >= LEAST * width) {
        const from = this.from;
        this.stop();
        onDrawn(from, point);
        return;
      }
      this.#follow(event);
    });
  }

  start() {
    this.drawing = true;
    this.from = null;
    this.stage.classList.add("drawing");
  }

  stop() {
    this.drawing = false;
    this.from = null;
    this.stage.classList.remove("drawing");
    this.rubber?.remove();
  }

  show(lines, current) {
    this.overlay.replaceChildren(...lines.map((line, n) => this.#line(line, n === current)));
  }

  #point(event) {
    const box = this.stage.getBoundingClientRect();
    const share = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
    return share.map((value, n) => Math.round(Math.max(0, Math.min(1, value)) * this.size[n] * 100) / 100);
  }

  #follow(event) {
    if (!this.drawing || !this.from) return;
    this.rubber?.remove();
    this.rubber = this.#stroke(this.from, this.#point(event), "line", 0.7);
    this.overlay.append(this.rubber);
  }

  #stroke([x1, y1], [x2, y2], kind, width) {
    return make("line", { x1, y1, x2, y2, class: kind, "stroke-width": width * this.unit, "stroke-linecap": "round" });
  }

  #line(line, active) {
    const { unit } = this;
    const group = make("g", { class: active ? "active" : "idle" });
    group.append(this.#stroke(line.p1, line.p2, "under", 1.5), this.#stroke(line.p1, line.p2, "line", 0.7));
    for (const p of [line.p1, line.p2]) group.append(make("circle", { cx: p[0], cy: p[1], r: 1.1 * unit, fill: "#fff" }));
    const [dx, dy] = [line.p2[0] - line.p1[0], line.p2[1] - line.p1[1]];
    const long = Math.hypot(dx, dy);
    const [ax, ay, nx, ny] = [dx / long, dy / long, -dy / long, dx / long];
    ways(line, this.size).forEach((way, n) => {
      // The arrows stand a little apart, each on its own side of the line's middle.
      const side = n === 0 ? 1 : -1;
      const foot = this.#inside(line, 0.5 + side * Math.min(0.12, (6 * unit) / long));
      const at = (out, along) => [foot[0] + side * nx * out * unit + ax * along * unit, foot[1] + side * ny * out * unit + ay * along * unit];
      const path = [at(0, 0), at(9, 0)].map((p) => p.join(" ")).join(" L ");
      const head = [at(6, -2.4), at(9, 0), at(6, 2.4)].map((p) => p.join(" ")).join(" L ");
      for (const [kind, width] of [["under", 2], [`way-${n}`, 1.1]]) {
        group.append(make("path", { d: `M ${path} M ${head}`, class: `arrow ${kind}`, "stroke-width": width * unit }));
      }
      if (active) group.append(this.#text(at(12.5, 0), way.word, `way-${n}`, 4.6));
    });
    group.append(this.#text(this.#titlePlace(line, 3.6), line.id, "title", 3.6));
    return group;
  }

  /** A point of the line, 0 at its beginning and 1 at its end. */
  #inside(line, share) {
    return [0, 1].map((n) => line.p1[n] + (line.p2[n] - line.p1[n]) * share);
  }

  /** Near the line's beginning, above it, or beside it when it is upright. */
  #titlePlace(line, size) {
    const [x, y] = this.#inside(line, 0.12);
    const upright = Math.abs(line.p1[0] - line.p2[0]) < Math.abs(line.p1[1] - line.p2[1]);
    if (!upright) return [x, y + (y < 8 * this.unit ? 4 : -4) * this.unit];
    const aside = this.#room(line.id, size) + this.unit;
    return [x + 2 * aside > this.size[0] ? x - aside : x + aside, y];
  }

  /** About half the length of a text. */
  #room(text, size) {
    return size * this.unit * (0.31 * text.length + 0.4);
  }

  #text([x, y], text, kind, size) {
    const room = this.#room(text, size);
    const held = Math.max(room, Math.min(this.size[0] - room, x));
    const high = Math.max(size * this.unit, Math.min(this.size[1] - size * this.unit, y));
    const attributes = { x: held, y: high, class: kind, "font-size": size * this.unit, "stroke-width": 0.8 * this.unit };
    return make("text", attributes, text);
  }
}
