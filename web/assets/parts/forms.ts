// Small helps with forms: demo accounts at sign-in, filters that are sent at once, and no double submit.

export function installForms(): void {
  document.addEventListener("click", (event) => {
    const account = (event.target as Element).closest<HTMLElement>("[data-fill-login]");
    if (!account) return;
    const form = document.getElementById("login-form") as HTMLFormElement;
    const field = (name: string) => form.elements.namedItem(name) as HTMLInputElement;
    field("login").value = account.dataset.fillLogin ?? "";
    field("password").value = account.dataset.fillPassword ?? "";
    (account.dataset.fillPassword ? form.querySelector<HTMLElement>("[type=submit]") : field("password"))?.focus();
  });
  document.addEventListener("change", (event) => {
    const form = (event.target as Element).closest<HTMLFormElement>("form[data-send-on-change]");
    form?.requestSubmit();
  });
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    // htmx keeps its own order of requests; a plain form leaves the page once.
    if (event.defaultPrevented || form.method === "dialog" || form.hasAttribute("hx-post")) return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
  // A page that comes back from the browser's memory may send again.
  window.addEventListener("pageshow", () => {
    document.querySelectorAll<HTMLFormElement>("form[data-sent]").forEach((form) => delete form.dataset.sent);
  });
}
