// Fields that leave of a long list what has the typed words in its name. What was typed may lie in the address.
const PARAMETER = "find";

function narrow(field: HTMLInputElement): void {
  const list = document.getElementById(field.dataset["finds"] ?? "");
  if (!list) return;
  const words = field.value.trim().toLowerCase().split(/\s+/);
  const entries = [...list.querySelectorAll<HTMLElement>("[data-name]")];
  for (const entry of entries) entry.hidden = !words.every((word) => entry.dataset["name"]?.includes(word));
  for (const group of list.querySelectorAll<HTMLElement>("[data-group]")) {
    group.hidden = !group.querySelector("[data-name]:not([hidden])");
  }
  const said = field.parentElement?.querySelector<HTMLElement>("[data-found]");
  const left = entries.filter((entry) => !entry.hidden).length;
  if (said) said.textContent = left < entries.length ? (said.dataset["found"] ?? "").replace("{n}", String(left)) : "";
}

document.addEventListener("input", (event) => {
  const field = event.target;
  if (!(field instanceof HTMLInputElement) || !field.dataset["finds"]) return;
  narrow(field);
  if (!("kept" in field.dataset)) return;
  const address = new URL(location.href);
  if (field.value.trim()) address.searchParams.set(PARAMETER, field.value.trim());
  else address.searchParams.delete(PARAMETER);
  history.replaceState(history.state, "", address);
});
// It chooses nothing: no form is to be sent for it.
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target instanceof HTMLInputElement && event.target.dataset["finds"]) event.preventDefault();
});

function fill(): void {
  const asked = new URLSearchParams(location.search).get(PARAMETER);
  for (const field of document.querySelectorAll<HTMLInputElement>("input[data-finds][data-kept]")) {
    if (asked) field.value = asked;
    if (field.value) narrow(field);
  }
}
fill();
document.addEventListener("galleria:fresh", fill);
