// Keys for people who clear an inbox: j and k walk the list, a/r/c reach for approve, reject and claim, ? tells of them.

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches("input, textarea, select, [contenteditable]");
}

function walk(direction: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>("[data-task-link]")];
  const here = rows.findIndex((row) => row.getAttribute("aria-current") === "true");
  const next = rows[here < 0 ? 0 : here + direction];
  next?.focus();
  next?.click();
}

const KEYS: Record<string, () => void> = {
  j: () => walk(1),
  k: () => walk(-1),
  a: () => document.querySelector<HTMLElement>("[data-key=a]")?.focus(),
  r: () => document.querySelector<HTMLElement>("[data-key=r]")?.focus(),
  c: () => document.querySelector<HTMLElement>("[data-key=c]")?.click(),
  "?": () => document.querySelector<HTMLDetailsElement>("[data-keys-help]")?.toggleAttribute("open"),
};

// The row of the task that is shown is the current one, whoever brought it there.
function markCurrent(): void {
  const shown = document.getElementById("task-detail")?.dataset.task;
  document.querySelectorAll<HTMLElement>("[data-task-link]").forEach((row) => {
    if (row.dataset.task === shown) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
  });
}

export function installShortcuts(): void {
  document.addEventListener("htmx:after:swap", markCurrent);
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (!document.querySelector("[data-shortcuts]") || document.querySelector("dialog[open]")) return;
    const act = KEYS[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
}
