// <bpmn-diagram data-xml-url data-active data-completed data-flows data-incidents data-language>: a diagram with its path.
//
// The file is read once; when the state in the attributes changes, only markers and tokens are drawn anew.
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";

type Counts = Record<string, number>;
type State = { active: Counts; completed: Counts; flows: Counts; incidents: string[] };
type Moddle = { id?: string; name?: string; $attrs?: Record<string, string>; $type?: string; [key: string]: unknown };

const STATE_ATTRIBUTES = ["data-active", "data-completed", "data-flows", "data-incidents"];
const MARKERS = ["is-active", "is-completed", "is-incident", "is-travelled"];
const WATERMARK_SPACE = 24;
const READABLE = { phone: 0.55, desk: 0.35 };
const DESK_WIDTH = 700;

class BpmnDiagram extends HTMLElement {
  static observedAttributes = [...STATE_ATTRIBUTES, "data-xml-url"];

  private viewer: any = null;
  private marked: [string, string][] = [];
  private isReady = false;
  private resized: ResizeObserver | null = null;

  connectedCallback(): void {
    if (!this.viewer) void this.open();
  }

  disconnectedCallback(): void {
    this.resized?.disconnect();
    this.viewer?.destroy();
    this.viewer = null;
    this.isReady = false;
  }

  attributeChangedCallback(name: string, before: string | null, after: string | null): void {
    if (!this.isReady || before === after) return;
    if (name === "data-xml-url") void this.load();
    else this.draw();
  }

  private async open(): Promise<void> {
    const canvas = document.createElement("div");
    canvas.className = "bpmn-canvas";
    this.replaceChildren(canvas, this.controls());
    this.followFinger(canvas);
    // The wheel belongs to the page: people scroll past diagrams. Zooming is on the buttons and on a pinch.
    this.viewer = new NavigatedViewer({ container: canvas, zoomScroll: { enabled: false }, keyboard: { bind: false } } as any);
    this.viewer.on("import.parse.complete", (event: any) => {
      if (event.definitions) this.translate(event.definitions);
    });
    await this.load();
    this.resized = new ResizeObserver(() => this.fit());
    this.resized.observe(canvas);
  }

  private async load(): Promise<void> {
    this.isReady = false;
    try {
      const answer = await fetch(this.dataset.xmlUrl!, { credentials: "same-origin" });
      if (!answer.ok) throw new Error(String(answer.status));
      await this.viewer.importXML(await answer.text());
    } catch {
      this.dataset.drawn = "failed";
      return;
    }
    if (!this.viewer) return;
    this.isReady = true;
    this.marked = [];
    this.draw();
    this.fit();
    this.dataset.drawn = "yes";
  }

  // Shown names are attributes of our own namespace; the file's own names are what other tools see.
  private translate(definitions: Moddle): void {
    const wanted = this.dataset.language === "en" ? "labelEn" : "labelZh";
    const seen = new Set<unknown>();
    const walk = (element: unknown): void => {
      if (!element || typeof element !== "object" || seen.has(element)) return;
      seen.add(element);
      const node = element as Moddle;
      const key = Object.keys(node.$attrs ?? {}).find((name) => name.endsWith(`:${wanted}`));
      if (key && typeof node.$type === "string") node.name = node.$attrs![key];
      for (const name of ["rootElements", "flowElements", "participants", "laneSets", "lanes", "artifacts"]) {
        const children = node[name];
        if (Array.isArray(children)) children.forEach(walk);
      }
    };
    walk(definitions);
  }

  private state(): State {
    const read = <T>(name: string, otherwise: T): T => (this.dataset[name] ? JSON.parse(this.dataset[name]!) : otherwise);
    return {
      active: read("active", {}),
      completed: read("completed", {}),
      flows: read("flows", {}),
      incidents: read("incidents", []),
    };
  }

  private draw(): void {
    const canvas = this.viewer.get("canvas");
    const overlays = this.viewer.get("overlays");
    const registry = this.viewer.get("elementRegistry");
    const state = this.state();
    for (const [id, marker] of this.marked) if (registry.get(id)) canvas.removeMarker(id, marker);
    overlays.remove({ type: "token" });
    this.marked = [];
    const mark = (ids: string[], marker: string): void => {
      for (const id of ids.filter((each) => registry.get(each))) {
        canvas.addMarker(id, marker);
        this.marked.push([id, marker]);
      }
    };
    mark(Object.keys(state.flows), MARKERS[3]!);
    mark(Object.keys(state.completed), MARKERS[1]!);
    mark(Object.keys(state.active), MARKERS[0]!);
    mark(state.incidents, MARKERS[2]!);
    for (const [id, count] of Object.entries(state.active)) {
      if (registry.get(id)) overlays.add(id, "token", { position: { top: -12, left: -12 }, html: this.token(id, count, state) });
    }
  }

  private token(id: string, count: number, state: State): HTMLElement {
    const token = document.createElement("span");
    const isStuck = state.incidents.includes(id);
    token.className = isStuck ? "bpmn-token is-stuck" : "bpmn-token";
    token.textContent = isStuck ? "!" : count > 1 ? String(count) : "";
    token.title = (isStuck ? this.dataset.textIncident : this.dataset.textActive) ?? "";
    return token;
  }

  private fit(): void {
    if (!this.isReady) return;
    const canvas = this.viewer.get("canvas");
    canvas.resized();
    const view = canvas.viewbox();
    const inner = view.inner;
    if (!view.outer.width || !view.outer.height || !inner.width) return;
    const padding = 20;
    const width = inner.width + 2 * padding;
    const height = inner.height + 2 * padding + WATERMARK_SPACE;
    const whole = Math.min(view.outer.width / width, view.outer.height / height, 1.1);
    const readable = view.outer.width < DESK_WIDTH ? READABLE.phone : READABLE.desk;
    const scale = Math.max(whole, readable);
    const shown = { width: view.outer.width / scale, height: view.outer.height / scale };
    const middle = { x: inner.x + inner.width / 2, y: inner.y + (inner.height + WATERMARK_SPACE) / 2 };
    const centre = whole < readable ? (this.placeOfToken() ?? middle) : middle;
    canvas.viewbox({ x: centre.x - shown.width / 2, y: centre.y - shown.height / 2, ...shown });
  }

  // Where a phone looks first: at the token, since the whole would be too small to read.
  private placeOfToken(): { x: number; y: number } | null {
    const registry = this.viewer.get("elementRegistry");
    const shape = Object.keys(this.state().active).map((id) => registry.get(id)).find(Boolean);
    return shape ? { x: shape.x + shape.width / 2, y: shape.y + shape.height / 2 } : null;
  }

  // The library follows a mouse only. Sideways the finger moves the diagram, up and down the page.
  private followFinger(canvas: HTMLElement): void {
    let last: { x: number; y: number } | null = null;
    canvas.addEventListener("touchstart", (event) => {
      const touch = event.touches[0]!;
      last = { x: touch.clientX, y: touch.clientY };
    }, { passive: true });
    canvas.addEventListener("touchmove", (event) => {
      const touch = event.touches[0]!;
      if (last && this.isReady) this.viewer.get("canvas").scroll({ dx: touch.clientX - last.x, dy: 0 });
      last = { x: touch.clientX, y: touch.clientY };
    }, { passive: true });
  }

  private controls(): HTMLElement {
    const bar = document.createElement("div");
    bar.className = "bpmn-controls";
    const button = (text: string, label: string | undefined, act: () => void): void => {
      const made = document.createElement("button");
      made.type = "button";
      made.textContent = text;
      made.setAttribute("aria-label", label ?? text);
      made.title = label ?? text;
      made.addEventListener("click", act);
      bar.append(made);
    };
    button("+", this.dataset.textZoomIn, () => this.viewer.get("zoomScroll").stepZoom(1));
    button("−", this.dataset.textZoomOut, () => this.viewer.get("zoomScroll").stepZoom(-1));
    button("⤢", this.dataset.textFit, () => this.fit());
    return bar;
  }
}

customElements.define("bpmn-diagram", BpmnDiagram);
