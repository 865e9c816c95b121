// Posts a form's fields, with the token that proves that a page of ours did.
export async function post(address: string, fields: Record<string, string>): Promise<Response> {
  const csrf = document.querySelector<HTMLMetaElement>('meta[name="csrf"]')?.content ?? "";
  return fetch(address, { method: "POST", body: new URLSearchParams(fields), headers: { "X-CSRF-Token": csrf } });
}

/** What stands in a data block of the page. */
export function block<T>(id: string): T {
  return JSON.parse(document.getElementById(id)?.textContent ?? "null") as T;
}
