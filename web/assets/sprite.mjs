// Gathers the icons that screens name into one picture, icons.svg, of which pages show single parts.
//
// icon("name") must be an icon of Tabler's: a name that is none stops the build. Other quoted words are taken along where
// they happen to be one, since icons are also named in lists and handed on by macros.
import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const ICONS = join(ROOT, "node_modules", "@tabler", "icons", "icons", "outline");
const NAMED = /\bicon\("([a-z0-9-]+)"/g;
const QUOTED = /"([a-z][a-z0-9-]+)"/g;

async function texts(web) {
  const templates = await readdir(join(web, "templates"), { recursive: true });
  const files = templates.filter((name) => name.endsWith(".html")).map((name) => join(web, "templates", name));
  return Promise.all([...files, join(web, "navigation.py")].map((file) => readFile(file, "utf8")));
}

async function names(web) {
  const known = new Set((await readdir(ICONS)).map((file) => file.replace(/\.svg$/, "")));
  const wanted = new Set();
  for (const text of await texts(web)) {
    for (const [, name] of text.matchAll(NAMED)) {
      if (!known.has(name)) throw new Error(`there is no icon "${name}"`);
      wanted.add(name);
    }
    for (const [, word] of text.matchAll(QUOTED)) if (known.has(word)) wanted.add(word);
  }
  return [...wanted].sort();
}

export async function drawSprite(web) {
  const symbols = [];
  for (const name of await names(web)) {
    const svg = await readFile(join(ICONS, `${name}.svg`), "utf8");
    const inner = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>")).trim();
    symbols.push(
      `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" ` +
        `stroke-linecap="round" stroke-linejoin="round">${inner}</symbol>`,
    );
  }
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`;
}
