// Live: the server drew the cameras; this moves the dots, turns the counters, and says when it no longer can.
import { type CameraNow, type Crossed, Listening, type SiteNow } from "./lib/now.ts";
import { Trails } from "./lib/trails.ts";

const STALE = 5; // seconds
const SUMMARY = 20_000; // milliseconds between summaries for screen readers

const root = document.documentElement;
const locale = root.dataset["locale"] ?? "en-GB";
const zone = root.dataset["zone"] ?? "UTC";
const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
const clock = new Intl.DateTimeFormat(locale, { timeStyle: "medium", timeZone: zone });
const calm = matchMedia("(prefers-reduced-motion: reduce)");

const scenes = document.getElementById("scenes");
const state = document.getElementById("live-state");
const summary = document.getElementById("live-summary");
const trails = new Map<string, Trails>();
let arrived = 0; // when the newest picture came, by the browser's clock
let newest: SiteNow | null = null;
let summed = 0;
let listening: Listening | null = null;

function text(id: string, value: string): void {
  const element = document.getElementById(id);
  if (element && element.textContent !== value) element.textContent = value;
}

function say(kind: "on" | "late" | "off" | "rest"): void {
  if (!state || state.classList.contains(kind)) return;
  state.className = `live-state ${kind === "off" ? "late" : kind} ${kind}`;
  const words = { on: "wordsOn", late: "wordsLate", off: "wordsOff", rest: "wordsRest" }[kind];
  state.textContent = state.dataset[words] ?? "";
  scenes?.classList.toggle("stale", kind !== "on");
}

function card(camera: string): HTMLElement | null {
  return document.querySelector<HTMLElement>(`[data-camera="${CSS.escape(camera)}"]`);
}

function count(row: Element | null, way: string, value: number): void {
  const cell = row?.querySelector(way ? `[data-way="${way}"]` : ".count");
  const number = cell?.querySelector("strong");
  const words = whole.format(value);
  if (!cell || !number || number.textContent === words) return;
  number.textContent = words;
  if (!way || calm.matches) return;
  cell.classList.add("rose");
  requestAnimationFrame(() => requestAnimationFrame(() => cell.classList.remove("rose")));
}

function showCamera(now: CameraNow): void {
  const shown = card(now.camera);
  if (!shown) return;
  if (shown.dataset["state"] !== now.state) {
    shown.dataset["state"] = now.state;
    shown.classList.toggle("blind", now.state !== "seeing");
    const badges = document.querySelector<HTMLTemplateElement>("#badges");
    const badge = badges?.content.querySelector(`[data-state="${CSS.escape(now.state)}"]`);
    if (badge) shown.querySelector(".scene-badge")?.replaceChildren(...badge.cloneNode(true).childNodes);
  }
  const why = shown.querySelector(".scene-why");
  if (why && why.textContent !== now.reason) why.textContent = now.reason;
  for (const [line, { came, went }] of Object.entries(now.crossings)) {
    const row = shown.querySelector(`tr[data-wire="${CSS.escape(line)}"]`);
    count(row, "in", came);
    count(row, "out", went);
  }
  for (const [area, present] of Object.entries(now.zones)) {
    count(shown.querySelector(`tr[data-zone="${CSS.escape(area)}"]`), "", present);
    const label = shown.querySelector(`text[data-zone="${CSS.escape(area)}"]`);
    if (label) label.textContent = whole.format(present);
  }
  const dots = shown.querySelector<SVGGElement>(".dots");
  const tails = shown.querySelector<SVGGElement>(".trails");
  if (!dots || !tails) return;
  let trail = trails.get(now.camera);
  if (!trail) trails.set(now.camera, (trail = new Trails(dots, tails)));
  trail.show(now.dots, performance.now());
}

function show(now: SiteNow): void {
  if (newest && now.time < newest.time) return; // an older answer that came late
  newest = now;
  arrived = Date.now();
  say("on");
  text("live-time", clock.format(now.time * 1000));
  text("inside-value", whole.format(now.occupancy.value));
  text("inside-error", whole.format(now.occupancy.error));
  for (const camera of now.cameras) showCamera(camera);
  summarise(now);
}

function summarise(now: SiteNow): void {
  const pattern = summary?.dataset["one"];
  if (!summary || !pattern || Date.now() - summed < SUMMARY) return;
  summed = Date.now();
  const said = pattern
    .replace("{inside}", whole.format(now.occupancy.value))
    .replace("{tracks}", whole.format(now.cameras.reduce((all, one) => all + one.dots.length, 0)))
    .replace("{seeing}", whole.format(now.cameras.filter((one) => one.state === "seeing").length))
    .replace("{all}", whole.format(now.cameras.length));
  if (summary.textContent !== said) summary.textContent = said;
}

function crossed({ camera, tripwire }: Crossed): void {
  const wire = card(camera)?.querySelector(`.wire[data-wire="${CSS.escape(tripwire)}"]`);
  if (!wire || calm.matches) return;
  wire.classList.add("crossed");
  setTimeout(() => wire.classList.remove("crossed"), 400);
}

function listen(): void {
  listening?.close();
  listening = document.hidden ? null : new Listening({ now: show, crossed, lost: () => say("off") });
  if (document.hidden) say("rest");
}

document.addEventListener("visibilitychange", listen);
window.addEventListener("pagehide", () => listening?.close());
window.addEventListener("pageshow", (event) => {
  if (event.persisted) listen();
});
setInterval(() => {
  if (listening && arrived && Date.now() - arrived > STALE * 1000 && !state?.classList.contains("off")) say("late");
}, 1000);
listen();
