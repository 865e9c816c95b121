// The drawing page: the editor, its tools and list, the preview of counts, saving.
import { Editor, type Tool } from "./draw/editor.ts";
import type { Words } from "./draw/canvas.ts";
import { type Drawing, sentOf, shapesOf } from "./draw/model.ts";
import { isKind, Panel } from "./draw/panel.ts";
import { block, post } from "./lib/post.ts";

interface Fault {
  readonly key: number;
  readonly text: string;
}

const PREVIEW_AFTER = 350; // milliseconds of rest
const PREVIEW_AGAIN = 5000;
const PICTURE_AGAIN = 2500;

const root = document.getElementById("editor") as HTMLElement;
const svg = document.getElementById("canvas") as unknown as SVGSVGElement;
const picture = document.getElementById("picture") as HTMLImageElement;
const said = document.getElementById("said") as HTMLElement;
const warning = document.getElementById("warning") as HTMLElement;
const words = block<Words>("words");
let drawing = block<Drawing>("drawing");
let faults = new Map<number, string>();
let waiting: number | undefined;
const camera = root.dataset["camera"] ?? "";

const editor = new Editor(svg, shapesOf(drawing), words, heard, (text) => tell(text));
const panel = new Panel(document.getElementById("shapes") as HTMLElement, words, {
  select: (key) => editor.select(key),
  change: (key, change, into) => editor.change(key, change, into),
  flip: (key) => editor.flip(key),
  remove: (key) => editor.remove(key),
});

function tell(text: string, tone = ""): void {
  said.textContent = text;
  said.className = `said ${tone}`;
}

function heard(what: "shapes" | "selection" | "tool"): void {
  if (what === "shapes") {
    ask(""); // what was asked, was asked of another drawing
    faults = new Map();
    editor.faulty = new Set();
    if (editor.history.unsaved) tell(words["unsaved"] ?? "");
    window.clearTimeout(waiting);
    waiting = window.setTimeout(() => void preview(), PREVIEW_AFTER);
  }
  show();
}

function show(): void {
  panel.show(editor.shapes, { entrances: drawing.entrances, selected: editor.selected, tool: editor.tool, counts: editor.counts, faults });
  for (const button of root.querySelectorAll<HTMLButtonElement>("button[data-tool]")) {
    button.setAttribute("aria-pressed", String(button.dataset["tool"] === editor.tool));
  }
  const enable = (name: string, on: boolean): void => {
    const button = root.querySelector<HTMLButtonElement>(`[data-do="${name}"]`);
    if (button) button.disabled = !on;
  };
  enable("undo", editor.history.canUndo);
  enable("redo", editor.history.canRedo);
}

async function preview(): Promise<void> {
  if (!editor.shapes.some((s) => s.kind === "line") || document.hidden) return;
  try {
    const answer = await post(`/cameras/${camera}/preview`, { drawing: sentOf(editor.shapes, drawing.revision) });
    if (!answer.ok) return;
    const { counts } = (await answer.json()) as { counts: Record<string, [number, number]> };
    editor.counts = new Map(Object.entries(counts).map(([key, count]) => [Number(key), count]));
    editor.draw();
    show();
  } catch {
    // The site is away: the counts stand as they were, and saving will say so.
  }
}

async function save(agreed = false): Promise<void> {
  tell(words["saving"] ?? "");
  ask("");
  let answer: Response;
  try {
    const sent = { drawing: sentOf(editor.shapes, drawing.revision) };
    answer = await post(`/cameras/${camera}/draw`, agreed ? { ...sent, agreed: "yes" } : sent);
  } catch {
    tell(words["offline"] ?? "", "bad");
    return;
  }
  if (answer.ok) {
    const place = editor.selected === null ? -1 : editor.shapes.findIndex((s) => s.key === editor.selected);
    const saved = (await answer.json()) as Drawing & { said?: string };
    drawing = saved;
    editor.history.saved(shapesOf(drawing));
    editor.selected = editor.shapes[place]?.key ?? null;
    tell(saved.said ?? words["saved"] ?? "", "good");
    const after = root.dataset["after"];
    if (after) window.location.assign(after);
    editor.draw();
    show();
    void preview();
    return;
  }
  await refuse(answer);
}

/** Asks whether to save what ends something, and the server says what; empty: asks nothing. */
function ask(text: string): void {
  warning.hidden = !text;
  (warning.querySelector("p") as HTMLElement).textContent = text;
}

function keep(): void {
  ask("");
  root.querySelector<HTMLButtonElement>('[data-do="save"]')?.focus();
}

async function refuse(answer: Response): Promise<void> {
  const told = (await answer.json().catch(() => ({}))) as { faults?: Fault[]; warning?: string };
  if (told.warning) {
    tell(words["unsaved"] ?? "");
    ask(told.warning);
    return;
  }
  const found = told.faults ?? [];
  faults = new Map(found.filter((f) => f.key).map((f) => [f.key, f.text]));
  editor.faulty = new Set(faults.keys());
  const general = found.filter((f) => !f.key).map((f) => f.text);
  const first = found.find((f) => f.key);
  if (first) editor.select(first.key);
  tell([...general, ...(first ? [first.text] : [])].join(" ") || (words["offline"] ?? ""), "bad");
  if (answer.status === 409) {
    const again = document.createElement("a");
    again.href = window.location.href;
    again.textContent = words["reload"] ?? "";
    said.append(" ", again);
  }
  editor.draw();
  show();
}

function refreshPicture(): void {
  picture.src = `/cameras/${camera}/picture?width=1280&at=${Date.now()}`;
}

function isTool(text: string | undefined): text is Tool {
  return text === "select" || isKind(text);
}

root.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest<HTMLButtonElement>("button") : null;
  if (!button) return;
  const { tool, do: what } = button.dataset;
  // A click made by the keyboard has no place on the screen.
  if (isTool(tool)) editor.use(tool, event.detail === 0);
  else if (what === "undo") editor.undo();
  else if (what === "redo") editor.redo();
  else if (what === "picture") refreshPicture();
  else if (what === "save") void save();
  else if (what === "agree") void save(true);
  else if (what === "keep") keep();
});

document.addEventListener("keydown", (event) => {
  const typing = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
  const tools: Record<string, Tool> = { v: "select", l: "line", z: "zone", m: "mask", f: "lane" };
  const key = event.key.toLowerCase();
  if ((event.ctrlKey || event.metaKey) && !typing && (key === "z" || key === "y")) {
    event.preventDefault();
    if (key === "y" || event.shiftKey) editor.redo();
    else editor.undo();
  } else if ((event.ctrlKey || event.metaKey) && key === "s") {
    event.preventDefault();
    void save();
  } else if (!typing && !event.ctrlKey && !event.metaKey && !event.altKey && tools[key]) {
    editor.use(tools[key]);
  }
});

window.addEventListener("beforeunload", (event) => {
  if (editor.history.unsaved) event.preventDefault();
});

const none = root.querySelector<HTMLElement>(".no-picture");
function pictureFailed(): void {
  picture.hidden = true;
  if (none) none.hidden = false;
  window.setTimeout(refreshPicture, PICTURE_AGAIN);
}
picture.addEventListener("load", () => {
  picture.hidden = false;
  if (none) none.hidden = true;
  (document.getElementById("stage") as HTMLElement).style.aspectRatio = `${picture.naturalWidth} / ${picture.naturalHeight}`;
});
picture.addEventListener("error", pictureFailed);
if (picture.complete && !picture.naturalWidth) pictureFailed();

editor.use(editor.shapes.length ? "select" : "line");
show();
void preview();
window.setInterval(() => void preview(), PREVIEW_AGAIN);
