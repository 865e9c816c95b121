// Joins the page's parts: keys and buttons to the player, the labels and what is drawn.

import { Player, clockText } from "./player.js";
import { Stage } from "./stage.js";
import { Work, ways } from "./work.js";

const ARROWS = { up: "↑", down: "↓", left: "←", right: "→" };
const $ = (id) => document.getElementById(id);
const capital = (word) => word[0].toUpperCase() + word.slice(1);

function element(name, className, text) {
  const node = document.createElement(name);
  node.className = className;
  node.textContent = text;
  return node;
}

/** Which of the keys ↑ and ↓ marks which way: the key that points there, else ↑ for the first. */
function keysOf(pair) {
  const flipped = pair[0].towards === "down";
  return flipped ? ["↓", "↑"] : ["↑", "↓"];
}

const state = await (await fetch("work.json")).json();
const work = new Work(state, showWork, showSaved);
const player = new Player($("video"), state.times, showFrame);
const stage = new Stage($("stage"), $("overlay"), state.document.size, (p1, p2) => {
  work.add(p1, p2);
  $("stage").focus();
});

function mark(way) {
  if (!work.line || stage.drawing) return;
  const seconds = player.seconds;
  work.mark(seconds, way);
  const flash = $("flash");
  flash.textContent = `${capital(ways(work.line, work.size)[way].word)}  ${clockText(seconds)}`;
  flash.className = `way-${way} on`;
  clearTimeout(mark.timer);
  mark.timer = setTimeout(() => flash.classList.remove("on"), 700);
}

function draw() {
  if (stage.drawing) stage.stop();
  else stage.start();
  showWork();
}

function showFrame() {
  const { index, times } = player;
  $("now").textContent = clockText(player.seconds);
  $("length").textContent = `/ ${clockText(times.at(-1))} · frame ${index + 1} of ${times.length}`;
  $("seek").value = index;
  $("seek").setAttribute("aria-valuetext", clockText(player.seconds));
  $("play").textContent = $("video").paused ? "Play" : "Pause";
  $("speed").textContent = `${player.rate}×`;
  const near = (work.line?.events ?? []).findIndex((event) => Math.abs(event.t - player.seconds) < 0.15);
  [...$("crossings").children].forEach((item, n) => item.classList.toggle("now", n === near));
}

function showLines() {
  $("lines").replaceChildren(...work.lines.map((line, n) => {
    const button = element("button", "", "");
    button.type = "button";
    button.setAttribute("aria-pressed", String(n === work.current));
    if (n < 9) button.append(element("kbd", "", String(n + 1)));
    button.append(element("span", "title", line.id));
    ways(line, work.size).forEach((way, k) => {
      button.append(element("span", `way-${k}-text`, `${way.word} ${line.totals[way.word]}`));
    });
    button.addEventListener("click", () => work.choose(n));
    return button;
  }));
}

function showCrossings() {
  const { line } = work;
  const events = line?.events ?? [];
  const words = line ? ways(line, work.size) : [];
  $("none").hidden = events.length > 0;
  $("list-title").textContent = line ? `Crossings of ${line.id} (${events.length})` : "Crossings";
  $("crossings").replaceChildren(...events.map((event, n) => {
    const k = words.findIndex((way) => way.word === event.dir);
    const item = element("li", "", "");
    const jump = element("button", "jump", "");
    jump.setAttribute("aria-label", `${event.dir} at ${clockText(event.t)}: show it`);
    jump.append(element("span", "", clockText(event.t)), element("b", `way-${k}-text`, `${ARROWS[words[k].towards]} ${capital(event.dir)}`));
    jump.addEventListener("click", () => player.jump(event.t));
    const drop = element("button", "drop", "✕");
    drop.setAttribute("aria-label", `Delete ${event.dir} at ${clockText(event.t)}`);
    drop.addEventListener("click", () => work.drop(n));
    item.append(jump, drop);
    return item;
  }));
  const last = state.times.at(-1) || 1;
  $("ticks").replaceChildren(...events.map((event) => {
    const tick = element("i", `way-${words.findIndex((way) => way.word === event.dir)}`, "");
    tick.style.left = `${(100 * event.t) / last}%`;
    return tick;
  }));
}

function hint() {
  if (stage.drawing) return "Click where the line begins, then where it ends: across the way people walk. Esc cancels.";
  const { line } = work;
  if (!line) return "Choose “Draw line” to begin.";
  const crossing = { bot: "the feet cross", top: "the head crosses", box: "the middle of the body crosses" };
  const moment = crossing[(line.anchor ?? "bot").slice(0, 3)];
  return `Play the clip, slower if it is busy. When ${moment} the line, press the key of the direction.`;
}

function showWork() {
  const { line } = work;
  stage.show(work.lines, work.current);
  showLines();
  showCrossings();
  const pair = line ? ways(line, work.size) : [{ word: "in", towards: "up" }, { word: "out", towards: "down" }];
  pair.forEach((way, n) => {
    const button = $(`way-${n}`);
    button.disabled = !line || stage.drawing;
    const keys = [keysOf(pair)[n], "IO"[n]];
    button.replaceChildren(`${ARROWS[way.towards]} ${capital(way.word)} `, ...keys.flatMap((key) => [element("kbd", "", key), " "]));
    button.setAttribute("aria-label", `${way.word} now, keys ${keys.join(" and ")}`);
  });
  $("undo").disabled = work.past.length === 0;
  $("draw").textContent = stage.drawing ? "Cancel" : "Draw line";
  $("swap").disabled = !work.canSwap;
  $("remove").disabled = !line;
  $("name").disabled = !line;
  $("name").value = line?.id ?? "";
  $("hint").textContent = hint();
  showFrame();
}

function showSaved(trouble) {
  $("saved").className = trouble ? "bad" : "good";
  $("saved").textContent = trouble || `Saved to ${work.path}`;
}

const actions = {
  "back-second": () => player.jump(player.seconds - 1),
  "back-frame": () => player.step(-1),
  play: () => player.toggle(),
  "next-frame": () => player.step(1),
  "next-second": () => player.jump(player.seconds + 1),
  slower: () => player.faster(-1),
  faster: () => player.faster(1),
  "way-0": () => mark(0),
  "way-1": () => mark(1),
  undo: () => work.undo(),
  save: () => work.save(),
  draw,
  swap: () => work.swap(),
  remove: () => work.remove(),
};

/** What a key does, or undefined. */
function keyAction(event) {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const [first] = work.line ? keysOf(ways(work.line, work.size)) : ["↑"];
  if (/^[1-9]$/.test(key)) return () => work.choose(Number(key) - 1);
  return {
    " ": actions.play,
    ArrowLeft: event.shiftKey ? actions["back-second"] : actions["back-frame"],
    ArrowRight: event.shiftKey ? actions["next-second"] : actions["next-frame"],
    ArrowUp: () => mark(first === "↑" ? 0 : 1),
    ArrowDown: () => mark(first === "↑" ? 1 : 0),
    i: () => mark(0),
    o: () => mark(1),
    Backspace: actions.undo,
    u: actions.undo,
    s: actions.save,
    "+": actions.faster,
    "=": actions.faster,
    "-": actions.slower,
    Escape: () => stage.drawing && draw(),
  }[key];
}

document.addEventListener("keydown", (event) => {
  const typing = event.target === $("name");
  const onButton = event.target instanceof HTMLButtonElement && event.key === " ";
  if (typing || onButton || event.ctrlKey || event.metaKey || event.altKey) return;
  const action = keyAction(event);
  if (!action) return;
  event.preventDefault();
  const once = !event.key.startsWith("ArrowLeft") && !event.key.startsWith("ArrowRight");
  if (event.repeat && once) return;
  action();
});

for (const [id, action] of Object.entries(actions)) $(id).addEventListener("click", action);
// After a click with the mouse, Space must play again and not press the same button once more.
document.addEventListener("click", (event) => {
  if (event.detail > 0 && event.target.closest("button")) $("stage").focus({ preventScroll: true });
});
$("stage").addEventListener("click", () => !stage.drawing && $("stage").focus());
$("video").addEventListener("error", () => showSaved("This browser cannot play H.264. Open the address in another one."));
$("seek").addEventListener("input", () => player.show(Number($("seek").value)));
$("name").addEventListener("keydown", (event) => event.key === "Enter" && $("name").blur());
$("name").addEventListener("change", () => {
  const name = $("name");
  const good = work.rename(name.value.trim());
  name.setCustomValidity(good ? "" : "Another line has this name.");
  name.reportValidity();
});
window.addEventListener("beforeunload", (event) => work.unsaved && event.preventDefault());

$("video-name").textContent = state.document.file ?? "";
document.title = `${state.document.file ?? "Clip"}: label crossings`;
$("seek").max = state.times.length - 1;
$("saved").textContent = `Changes are saved to ${work.path}`;
if (!work.lines.length) stage.start();
showWork();
$("stage").focus();
document.body.dataset.ready = "yes";
