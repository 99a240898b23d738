// Buttons beside a quantity: one step is one pack, and never below the smallest order but for nothing at all.

export function installSteppers(): void {
  document.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLElement>("[data-step]");
    const input = button?.closest("[data-stepper]")?.querySelector<HTMLInputElement>("input");
    if (!button || !input) return;
    const step = Number(input.step) || 1;
    const least = Number(input.min) || 0;
    const wanted = (Number(input.value) || 0) + Number(button.dataset.step) * step;
    input.value = String(Math.max(least, wanted));
    input.dispatchEvent(new Event("input", { bubbles: true }));
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}
