// Reading a chart: pointer or arrow keys move over its slots, and the line above it says what stands there. The chart
// itself and the table beside it come from the server and need none of this.

const READY = "read";

/** Give every chart within `root` its reader. */
export function readCharts(root: ParentNode = document): void {
  for (const chart of root.querySelectorAll<HTMLElement>(".chart")) {
    if (!chart.dataset[READY]) attach(chart);
  }
}

function attach(chart: HTMLElement): void {
  const field = chart.querySelector<HTMLElement>(".chart-field");
  const read = chart.querySelector<HTMLElement>(".chart-read");
  const source = chart.querySelector<HTMLScriptElement>("script.chart-says");
  const says = JSON.parse(source?.textContent ?? "[]") as string[];
  if (!field || !read || says.length === 0) return;
  chart.dataset[READY] = "yes";
  const lead = read.textContent ?? "";
  let at = -1;

  // To a screen reader this is a slider over the buckets: it says each as the arrows move.
  const reader = document.createElement("div");
  reader.className = "chart-reader";
  reader.tabIndex = 0;
  reader.setAttribute("role", "slider");
  reader.setAttribute("aria-label", chart.dataset["label"] ?? "");
  reader.setAttribute("aria-valuemin", "1");
  reader.setAttribute("aria-valuemax", String(says.length));
  const cursor = document.createElement("div");
  cursor.className = "chart-cursor";
  cursor.hidden = true;
  reader.append(cursor);
  field.append(reader);

  const show = (next: number): void => {
    at = Math.max(0, Math.min(says.length - 1, next));
    read.textContent = says[at] ?? "";
    read.classList.add("on");
    reader.setAttribute("aria-valuenow", String(at + 1));
    reader.setAttribute("aria-valuetext", says[at] ?? "");
    cursor.hidden = false;
    cursor.style.left = `${(100 * at) / says.length}%`;
    cursor.style.width = `${100 / says.length}%`;
  };
  const rest = (): void => {
    read.textContent = lead;
    read.classList.remove("on");
    cursor.hidden = true;
  };
  reader.setAttribute("aria-valuenow", "1");
  reader.setAttribute("aria-valuetext", says[0] ?? "");

  reader.addEventListener("pointermove", (event) => {
    const box = reader.getBoundingClientRect();
    show(Math.floor(((event.clientX - box.left) / box.width) * says.length));
  });
  reader.addEventListener("pointerleave", () => {
    if (document.activeElement !== reader) rest();
  });
  reader.addEventListener("focus", () => {
    if (reader.matches(":focus-visible")) show(at < 0 ? 0 : at);
  });
  reader.addEventListener("blur", rest);
  reader.addEventListener("keydown", (event) => {
    const page = Math.max(1, Math.round(says.length / 10));
    const steps: Record<string, number> = {
      ArrowRight: at + 1,
      ArrowUp: at + 1,
      ArrowLeft: at - 1,
      ArrowDown: at - 1,
      PageUp: at + page,
      PageDown: at - page,
      Home: 0,
      End: says.length - 1,
    };
    const next = steps[event.key];
    if (next === undefined) return;
    event.preventDefault();
    show(next);
  });
}

readCharts();
document.addEventListener("htmx:load", (event) => {
  const part = (event as CustomEvent<{ elt: Element }>).detail.elt;
  if (part instanceof Element) readCharts(part);
});
document.addEventListener("galleria:fresh", () => readCharts());
