// Replaces parts of the page by those of a new one, while the window is seen and nobody is in the middle of something.

const EVERY = 15_000; // milliseconds
const LATE = 60_000;

/** Keep what the selectors choose as the server would write it now. */
export function keepFresh(...selectors: string[]): void {
  let last = Date.now();
  let busy = false;

  const turn = async (): Promise<void> => {
    if (document.hidden || busy || Date.now() - last < EVERY || occupied()) return;
    busy = true;
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" }, cache: "no-store" });
      if (answer.redirected) {
        location.reload(); // signed out meanwhile
        return;
      }
      if (answer.ok && !occupied()) {
        replace(new DOMParser().parseFromString(await answer.text(), "text/html"), selectors);
        last = Date.now();
      }
    } catch {
      // No connection: the page says how old it is, and the next turn tries again.
    } finally {
      busy = false;
      for (const note of document.querySelectorAll<HTMLElement>(".fresh")) note.hidden = Date.now() - last < LATE;
    }
  };
  setInterval(() => void turn(), 1000);
}

function occupied(): boolean {
  const at = document.activeElement;
  const inside = at instanceof Element && at.closest("form, .chart-reader, .rows, .finder, summary") !== null;
  return inside || document.querySelector(".chart-read.on") !== null || !getSelection()?.isCollapsed;
}

function replace(fresh: Document, selectors: readonly string[]): void {
  const opened = [...document.querySelectorAll<HTMLDetailsElement>("main details")].map((one) => one.open);
  for (const selector of selectors) {
    const next = fresh.querySelector(selector);
    const now = document.querySelector(selector);
    if (!next || !now || next.innerHTML === now.innerHTML) continue;
    now.replaceWith(document.adoptNode(next));
  }
  document.querySelectorAll<HTMLDetailsElement>("main details").forEach((one, n) => {
    one.open = opened[n] ?? false;
  });
  document.dispatchEvent(new CustomEvent("galleria:fresh"));
}
