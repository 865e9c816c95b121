// Flows: the form answers as it is changed. htmx fetches the new page and keeps its address.
import "./lib/charts.ts";

function dress(): void {
  const form = document.querySelector<HTMLFormElement>("form.asks");
  if (!form || form.classList.contains("scripted")) return;
  form.classList.add("scripted");
  const where = form.querySelector<HTMLDetailsElement>("details.where");
  const most = Number(form.querySelector<HTMLElement>("[data-most]")?.dataset["most"] ?? 6);
  let places = false; // changed, and not shown yet

  const boxes = (): HTMLInputElement[] => [...form.querySelectorAll<HTMLInputElement>('input[name="subject"]')];
  const limit = (): void => {
    const full = boxes().filter((box) => box.checked).length >= most;
    for (const box of boxes()) box.disabled = full && !box.checked;
  };
  limit();

  form.addEventListener("change", (event) => {
    const changed = event.target;
    if (changed instanceof HTMLInputElement && changed.dataset["finds"]) return;
    if (changed instanceof HTMLInputElement && changed.name === "subject") {
      places = true;
      limit();
      return;
    }
    if (changed instanceof HTMLSelectElement && changed.name === "period") {
      const custom = changed.value === "custom";
      for (const dates of form.querySelectorAll(".ask-dates")) dates.classList.toggle("unasked", !custom);
      if (custom) {
        form.querySelector<HTMLInputElement>("#ask-from")?.focus();
        return;
      }
      // A new period is shown by its own usual grain.
      const grain = form.querySelector<HTMLSelectElement>("#ask-grain");
      if (grain) grain.disabled = true;
    }
    if (form.checkValidity()) form.requestSubmit();
  });
  where?.addEventListener("toggle", () => {
    if (!where.open && places) form.requestSubmit();
  });
}

// One place closes when something else is pressed, and on Escape; then what was chosen is shown.
document.addEventListener("pointerdown", (event) => {
  const where = document.querySelector<HTMLDetailsElement>("details.where[open]");
  if (where && event.target instanceof Node && !where.contains(event.target)) where.open = false;
});
document.addEventListener("keydown", (event) => {
  const where = document.querySelector<HTMLDetailsElement>("details.where[open]");
  if (event.key !== "Escape" || !where) return;
  where.open = false;
  where.querySelector("summary")?.focus();
});

dress();
document.addEventListener("htmx:load", dress);
