// The page Floor: points of the picture are pressed and dragged; the table beside it is what is sent, and works alone.
const SVG = "http://www.w3.org/2000/svg";
const REACH = 18; // CSS pixels within which a point is taken hold of

const form = document.getElementById("floor") as HTMLFormElement;
const stage = document.getElementById("stage") as HTMLElement;
const svg = document.getElementById("floor-points") as unknown as SVGSVGElement;
const picture = document.getElementById("picture") as HTMLImageElement;
let held: HTMLTableRowElement | null = null;

const rows = (): HTMLTableRowElement[] => [...form.querySelectorAll<HTMLTableRowElement>(".floor-rows tbody tr")];
const field = (row: HTMLTableRowElement, name: string): HTMLInputElement =>
  row.querySelector(`input[name="${name}"]`) as HTMLInputElement;
const number = (input: HTMLInputElement): number => (input.value.trim() ? Number(input.value.replace(",", ".")) : NaN);
const place = (row: HTMLTableRowElement): [number, number] => [number(field(row, "px")), number(field(row, "py"))];

function made(name: string, attributes: Record<string, string | number>, text = ""): SVGElement {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.textContent = text;
  return element;
}

function draw(): void {
  const marks = rows().flatMap((row, n) => {
    const [x, y] = place(row);
    if (Number.isNaN(x) || Number.isNaN(y)) return [];
    const whole = !Number.isNaN(number(field(row, "fx"))) && !Number.isNaN(number(field(row, "fy")));
    const at = { cx: `${x}%`, cy: `${y}%` };
    return [
      made("circle", { ...at, r: 10, class: `casing${row === held ? " held" : ""}` }),
      made("circle", { ...at, r: 8, class: whole ? "knob" : "knob open" }),
      made("circle", { ...at, r: 1.5, class: "centre" }),
      made("text", { x: `${x}%`, y: `${y}%`, dx: 13, dy: -9 }, String(n + 1)),
    ];
  });
  svg.replaceChildren(...marks);
}

function at(event: PointerEvent): [number, number] {
  const box = svg.getBoundingClientRect();
  const share = (v: number): number => Math.min(100, Math.max(0, v * 100));
  return [share((event.clientX - box.left) / box.width), share((event.clientY - box.top) / box.height)];
}

function near(event: PointerEvent): HTMLTableRowElement | null {
  const box = svg.getBoundingClientRect();
  const [x, y] = at(event);
  const away = (row: HTMLTableRowElement): number => {
    const [px, py] = place(row);
    return Math.hypot(((px - x) * box.width) / 100, ((py - y) * box.height) / 100);
  };
  const found = rows().filter((row) => away(row) <= REACH);
  return found.sort((a, b) => away(a) - away(b))[0] ?? null;
}

function put(row: HTMLTableRowElement, [x, y]: [number, number]): void {
  field(row, "px").value = x.toFixed(2);
  field(row, "py").value = y.toFixed(2);
  draw();
}

svg.addEventListener("pointerdown", (event) => {
  if (event.button !== 0 || !event.isPrimary) return;
  event.preventDefault();
  held = near(event);
  if (!held) {
    const free = rows().find((row) => !field(row, "px").value && !field(row, "py").value);
    if (!free) return;
    held = free;
    put(free, at(event));
  }
  svg.setPointerCapture(event.pointerId);
  draw();
});
svg.addEventListener("pointermove", (event) => {
  if (held) put(held, at(event));
});
svg.addEventListener("pointerup", () => {
  const row = held;
  held = null;
  draw();
  if (!row) return;
  const metres = field(row, "fx");
  if (!metres.value) metres.focus();
  metres.dispatchEvent(new Event("change", { bubbles: true })); // the site is asked how well the points agree
});
svg.addEventListener("pointercancel", () => {
  held = null;
  draw();
});
form.addEventListener("input", draw);

function shaped(): void {
  if (picture.naturalWidth) stage.style.aspectRatio = `${picture.naturalWidth} / ${picture.naturalHeight}`;
}
picture.addEventListener("load", shaped);
function none(): void {
  picture.hidden = true;
  (stage.querySelector(".no-picture") as HTMLElement).hidden = false;
}
picture.addEventListener("error", none);
if (picture.complete && !picture.naturalWidth) none();
shaped();
form.classList.add("scripted");
draw();
