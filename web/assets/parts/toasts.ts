// Notices leave by themselves, unless somebody reads them: then they stay as long as the pointer or focus does.

const SHOWN_FOR_MS = 6000;

function leaveLater(note: HTMLElement): void {
  const bad = note.classList.contains("toast-danger");
  let timer = window.setTimeout(() => note.remove(), bad ? SHOWN_FOR_MS * 2 : SHOWN_FOR_MS);
  const stay = () => window.clearTimeout(timer);
  const go = () => (timer = window.setTimeout(() => note.remove(), SHOWN_FOR_MS / 2));
  note.addEventListener("pointerenter", stay);
  note.addEventListener("focusin", stay);
  note.addEventListener("pointerleave", go);
  note.addEventListener("focusout", go);
}

export function installToasts(): void {
  const box = document.getElementById("toasts");
  if (!box) return;
  box.querySelectorAll<HTMLElement>(".toast-note").forEach(leaveLater);
  new MutationObserver((changes) => {
    for (const change of changes) {
      for (const node of change.addedNodes) if (node instanceof HTMLElement) leaveLater(node);
    }
  }).observe(box, { childList: true });
  box.addEventListener("click", (event) => {
    (event.target as Element).closest("[data-close-toast]")?.closest(".toast-note")?.remove();
  });
}
