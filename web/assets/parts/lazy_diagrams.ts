// Loads the diagram viewer only where a diagram is shown.

let isAsked = false;

function look(): void {
  const diagram = document.querySelector<HTMLElement>("bpmn-diagram[data-module]");
  if (!diagram || isAsked) return;
  isAsked = true;
  void import(/* @vite-ignore */ diagram.dataset.module!);
}

export function installDiagrams(): void {
  look();
  document.addEventListener("htmx:after:swap", look);
}
