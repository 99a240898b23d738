// Asks once before a form that cannot be undone is sent: <form data-ask="…" data-ask-detail="…" data-ask-yes="…">.

const agreed = new WeakSet<HTMLFormElement>();

function dialogOf(): HTMLDialogElement {
  return document.getElementById("ask") as HTMLDialogElement;
}

function ask(form: HTMLFormElement): Promise<boolean> {
  const dialog = dialogOf();
  const yes = dialog.querySelector<HTMLButtonElement>("#ask-yes")!;
  const detail = dialog.querySelector<HTMLElement>("#ask-detail")!;
  dialog.querySelector("#ask-question")!.textContent = form.dataset.ask ?? "";
  detail.textContent = form.dataset.askDetail ?? "";
  detail.hidden = !detail.textContent;
  yes.textContent = form.dataset.askYes || yes.dataset.default || "";
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}

export function installDialogs(): void {
  // Captured before htmx hears of it; the second submit, after the answer, passes.
  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target as HTMLFormElement;
      if (!form.dataset.ask || agreed.delete(form)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      const submitter = (event as SubmitEvent).submitter;
      void ask(form).then((isAgreed) => {
        if (!isAgreed || !form.isConnected) return;
        agreed.add(form);
        form.requestSubmit(submitter as HTMLElement | null);
      });
    },
    { capture: true },
  );
}
