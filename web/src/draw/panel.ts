// The list of shapes beside the picture: names, entrances, which way is in, what is wrong.
import type { Words } from "./canvas.ts";
import type { Entrance, Kind, Shape } from "./model.ts";

export interface PanelActions {
  select(key: number): void;
  change(key: number, change: Partial<Shape>, into?: string): void;
  flip(key: number): void;
  remove(key: number): void;
}

interface Told {
  readonly entrances: readonly Entrance[];
  readonly selected: number | null;
  readonly tool: string;
  readonly counts: ReadonlyMap<number, readonly [number, number]>;
  readonly faults: ReadonlyMap<number, string>;
}

function element<K extends keyof HTMLElementTagNameMap>(
  tag: K, attributes: Record<string, string>, ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

export class Panel {
  /** A button or finger is down: what is under it must not be replaced before it has been clicked. */
  private pressed = false;

  constructor(
    private readonly place: HTMLElement,
    private readonly words: Words,
    private readonly actions: PanelActions,
  ) {
    place.addEventListener("pointerdown", () => { this.pressed = true; });
    for (const end of ["click", "pointercancel"]) addEventListener(end, () => { this.pressed = false; }, true);
  }

  /** Shows the shapes. A field that is being typed in is left alone. */
  show(shapes: readonly Shape[], told: Told): void {
    const typing = document.activeElement instanceof HTMLElement ? document.activeElement.id : "";
    const at = document.activeElement instanceof HTMLInputElement ? document.activeElement.selectionStart : null;
    const parts: Node[] = [];
    for (const [kind, title] of [["line", "lines"], ["zone", "zones"], ["mask", "masks"], ["lane", "lanes"]] as const) {
      const these = shapes.filter((s) => s.kind === kind);
      if (!these.length && !(kind === "lane" && told.tool === kind)) continue;
      parts.push(element("h2", { class: "panel-title" }, this.words[title] ?? ""));
      if (kind === "lane") parts.push(this.legend());
      parts.push(element("ul", { class: "shapes" }, ...these.map((s, n) => this.item(s, n, told))));
    }
    if (!parts.length) parts.push(element("p", { class: "muted" }, this.words["nothing"] ?? ""));
    this.place.replaceChildren(...parts);
    if (typing) {
      const field = document.getElementById(typing);
      if (field && this.place.contains(field)) {
        field.focus({ preventScroll: true });
        if (field instanceof HTMLInputElement && at !== null) field.setSelectionRange(at, at);
      }
    }
  }

  private legend(): HTMLElement {
    const swatch = element("span", { class: "swatch lane", "aria-hidden": "true" });
    return element("p", { class: "lane-legend" }, swatch, this.words["legend"] ?? "");
  }

  private item(shape: Shape, n: number, told: Told): HTMLElement {
    const chosen = told.selected === shape.key;
    const item = element("li", { class: `item ${shape.kind}${chosen ? " selected" : ""}`, "data-key": String(shape.key) });
    item.addEventListener("focusin", () => {
      if (!chosen && !this.pressed) this.actions.select(shape.key);
    });
    item.addEventListener("click", () => {
      if (!chosen) this.actions.select(shape.key);
    });
    item.append(this.head(shape, n));
    const fault = told.faults.get(shape.key);
    if (fault) item.append(element("div", { class: "fault", id: `fault-${shape.key}` }, fault));
    if (shape.kind === "line") item.append(this.counted(told.counts.get(shape.key)));
    if (chosen && (shape.kind === "line" || shape.kind === "zone")) item.append(this.more(shape, told.entrances));
    return item;
  }

  private head(shape: Shape, n: number): HTMLElement {
    const swatch = element("span", { class: `swatch ${shape.kind}`, "aria-hidden": "true" });
    const head = element("div", { class: "item-head" }, swatch);
    const numbered = shape.kind === "lane" ? (this.words["lane"] ?? "") : `${this.words[shape.kind]} ${n + 1}`;
    if (shape.kind === "mask" || shape.kind === "lane") {
      head.append(element("span", { class: "item-name" }, numbered));
    } else {
      const label = `${this.words["name"]}: ${numbered}`;
      const name = element("input", {
        id: `name-${shape.key}`, value: shape.name, "aria-label": label, maxlength: "200", autocomplete: "off",
        placeholder: numbered,
      });
      name.addEventListener("input", () => this.actions.change(shape.key, { name: name.value }, `name-${shape.key}`));
      head.append(name);
    }
    const named = shape.name || numbered;
    if (shape.kind === "line") head.append(this.button("flip", `${this.words["flip"]}: ${named}`, () => this.actions.flip(shape.key), shape.key));
    head.append(this.button("delete", `${this.words["remove"]}: ${named}`, () => this.actions.remove(shape.key), shape.key));
    return head;
  }

  private button(icon: "flip" | "delete", label: string, press: () => void, key: number): HTMLElement {
    const paths = {
      flip: "M7 4v14l-3-3M17 20V6l3 3",
      delete: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13",
    };
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("class", "line-icon");
    svg.setAttribute("aria-hidden", "true");
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", paths[icon]);
    svg.append(path);
    const id = `${icon}-${key}`;
    const button = element("button", { type: "button", class: "button quiet icon", "aria-label": label, title: label, id }, svg);
    button.addEventListener("click", (event) => {
      event.stopPropagation();
      press();
    });
    return button;
  }

  private counted(count: readonly [number, number] | undefined): HTMLElement {
    if (!count) return element("p", { class: "counted" });
    const number = (v: number, word: string) => element("span", { class: "count" }, element("strong", {}, String(v)), ` ${word}`);
    const line = element("p", { class: "counted" }, `${this.words["minute"]}: `);
    line.append(number(count[0], this.words["in"] ?? ""), number(count[1], this.words["out"] ?? ""));
    return line;
  }

  private more(shape: Shape, entrances: readonly Entrance[]): HTMLElement {
    const more = element("div", { class: "item-more" });
    if (shape.kind === "line") {
      const options: [string, string][] = [["", this.words["none"] ?? ""], ...entrances.map((e): [string, string] => [e.id, e.name])];
      if (!entrances.some((e) => e.id === shape.entrance) && shape.entrance !== "" && shape.entrance !== "+") options.push([shape.entrance, shape.entrance]);
      options.push(["+", this.words["newEntrance"] ?? ""]);
      more.append(this.choice(`entrance-${shape.key}`, this.words["entrance"] ?? "", options, shape.entrance, (v) => this.actions.change(shape.key, { entrance: v })));
    }
    const points: [string, string][] = [["", this.words["camera"] ?? ""], ...(["feet", "centre", "head"] as const).map((p): [string, string] => [p, this.words[p] ?? p])];
    more.append(this.choice(`anchor-${shape.key}`, this.words["anchor"] ?? "", points, shape.anchor, (v) => this.actions.change(shape.key, { anchor: v })));
    return more;
  }

  private choice(id: string, label: string, options: [string, string][], value: string, take: (value: string) => void): HTMLElement {
    const select = element("select", { id });
    for (const [key, words] of options) select.append(element("option", key === value ? { value: key, selected: "" } : { value: key }, words));
    select.addEventListener("change", () => take(select.value));
    return element("div", { class: "field" }, element("label", { for: id }, label), select);
  }
}

export const isKind = (text: string | undefined): text is Kind =>
  text === "line" || text === "zone" || text === "mask" || text === "lane";
