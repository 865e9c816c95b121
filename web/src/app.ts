// On every page: htmx, the theme, and small courtesies. Pages work without any of it.
import htmx from "htmx.org";

import "./lib/find.ts";

// The content security policy allows neither evaluated code nor styles in the page.
htmx.config.allowEval = false;
htmx.config.includeIndicatorStyles = false;
htmx.config.allowScriptTags = false;
htmx.config.selfRequestsOnly = true;
htmx.config.historyCacheSize = 0; // what a page shows is not kept where the next user of the browser finds it

const root = document.documentElement;

document.addEventListener("htmx:configRequest", (event) => {
  const { headers } = (event as CustomEvent<{ headers: Record<string, string> }>).detail;
  headers["X-CSRF-Token"] = document.querySelector<HTMLMetaElement>('meta[name="csrf"]')?.content ?? "";
});

// The switch sets the cookie by a form; with script it needs no new page.
document.addEventListener("submit", (event) => {
  const form = event.target;
  const pressed = (event as SubmitEvent).submitter;
  if (!(form instanceof HTMLFormElement) || !form.matches("form.theme") || !(pressed instanceof HTMLButtonElement)) return;
  event.preventDefault();
  root.dataset["theme"] = pressed.value;
  document.cookie = `galleria_theme=${pressed.value}; path=/; max-age=31536000; samesite=lax`;
  for (const button of form.querySelectorAll("button")) button.setAttribute("aria-pressed", String(button === pressed));
});

// A menu closes when something else is pressed, and on Escape.
const OPEN_MENUS = "details.account[open], .afar > details[open]";
document.addEventListener("pointerdown", (event) => {
  for (const menu of document.querySelectorAll<HTMLDetailsElement>(OPEN_MENUS)) {
    if (event.target instanceof Node && !menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll<HTMLDetailsElement>(OPEN_MENUS)) {
    menu.open = false;
    menu.querySelector("summary")?.focus();
  }
});

// Copies a secret that is shown once.
document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest<HTMLButtonElement>("button[data-copy]") : null;
  const shown = button && document.getElementById(button.dataset["copy"] ?? "");
  if (!button || !shown) return;
  void navigator.clipboard.writeText(shown.textContent?.trim() ?? "").then(() => {
    button.textContent = button.dataset["copied"] ?? "✓";
  });
});

// Pages that are made to be printed.
for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// A form that takes a while says so, and is not sent twice.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || event.defaultPrevented || !form.dataset["busy"]) return;
  const button = (event as SubmitEvent).submitter;
  if (button instanceof HTMLButtonElement) {
    button.setAttribute("aria-disabled", "true");
    button.textContent = form.dataset["busy"];
  }
  if (form.dataset["sent"]) event.preventDefault();
  form.dataset["sent"] = "yes";
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-sent]")) delete form.dataset["sent"];
});

// A camera without a picture now may have one soon.
document.addEventListener(
  "error",
  (event) => {
    const image = event.target;
    if (!(image instanceof HTMLImageElement) || !image.dataset["retry"]) return;
    image.classList.add("away");
    window.setTimeout(() => {
      image.src = `${image.dataset["retry"]}&at=${Date.now()}`;
    }, 4000);
  },
  true,
);
document.addEventListener(
  "load",
  (event) => {
    if (event.target instanceof HTMLImageElement) event.target.classList.remove("away");
  },
  true,
);

// Fields that another one makes needless are hidden; without script they are all there, and the server knows.
for (const box of document.querySelectorAll<HTMLInputElement>("input[data-hides]")) {
  const other = document.getElementById(box.dataset["hides"] ?? "");
  const follow = (): void => {
    if (other) other.hidden = box.checked;
  };
  box.addEventListener("change", follow);
  follow();
}
// The browser knows its time zone; most who set a site up stand in it.
for (const field of document.querySelectorAll<HTMLInputElement>("input[data-guess='zone']")) {
  if (field.value === "UTC") field.value = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
}
