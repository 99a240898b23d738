// Builds web/static/dist from web/assets and the pinned npm packages.
//
// Icons that templates and the navigation name are gathered into one sprite (icons.svg); pictures are copied as they are.
//
// Every .ts and .css file directly in web/assets is an entry and keeps its name (app.ts -> app.js); what lies in folders
// below is imported by entries. Fonts and pictures that CSS refers to come out under media/ with a hash in their name.
// manifest.json maps each entry to a digest of its content, for the address (?v=…) that may be cached for ever.
import { createHash } from "node:crypto";
import { copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const source = dirname(fileURLToPath(import.meta.url));
const target = join(source, "..", "static", "dist");
const fresh = `${target}.new`;

const files = await readdir(source, { withFileTypes: true });
const entries = files
  .filter((file) => file.isFile() && /\.(ts|css)$/.test(file.name) && !file.name.endsWith(".d.ts"))
  .map((file) => join(source, file.name));

await rm(fresh, { recursive: true, force: true });
await mkdir(fresh, { recursive: true });
await build({
  entryPoints: entries,
  outdir: fresh,
  bundle: true,
  minify: true,
  sourcemap: true,
  format: "esm",
  target: "es2022",
  legalComments: "linked",
  logLevel: "warning",
  assetNames: "media/[name]-[hash]",
  loader: { ".woff": "file", ".woff2": "file", ".ttf": "file", ".svg": "file", ".png": "file", ".bpmn": "text" },
});

for (const file of files.filter((file) => file.isFile() && file.name.endsWith(".svg"))) {
  await copyFile(join(source, file.name), join(fresh, file.name));
}
await writeFile(join(fresh, "icons.svg"), await drawSprite());

const manifest = {};
for (const name of (await readdir(fresh)).sort()) {
  if (/\.(js|css|svg)$/.test(name)) {
    const content = await readFile(join(fresh, name));
    manifest[name] = createHash("sha256").update(content).digest("hex").slice(0, 16);
  }
}
await writeFile(join(fresh, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
await rm(target, { recursive: true, force: true });
await rename(fresh, target);

// Every icon("name"), "icon": "name" and the navigation's entries; a name that Tabler does not have stops the build.
async function namesOfIcons() {
  const web = join(source, "..");
  const names = new Set();
  const folders = [join(web, "templates"), web];
  for (const folder of folders) {
    const isTemplates = folder.endsWith("templates");
    for (const entry of await readdir(folder, { recursive: isTemplates, withFileTypes: true })) {
      if (!entry.isFile() || !/\.(html|py)$/.test(entry.name)) continue;
      const text = await readFile(join(entry.parentPath ?? entry.path, entry.name), "utf8");
      const patterns = isTemplates
        ? [/\bicon\("([a-z0-9-]+)"/g, /\bicon_name="([a-z0-9-]+)"/g, /\bicons = \{([^}]*)\}/g]
        : [/^ {4}Entry\("[^"]+", _\("[^"]+"\), "([a-z0-9-]+)"/gm];
      for (const pattern of patterns) {
        for (const [, found] of text.matchAll(pattern)) {
          const several = found.includes('"') ? [...found.matchAll(/: "([a-z0-9-]+)"/g)].map((match) => match[1]) : [found];
          several.forEach((name) => names.add(name));
        }
      }
    }
  }
  return [...names].sort();
}

async function drawSprite() {
  const icons = join(source, "..", "..", "node_modules", "@tabler", "icons", "icons", "outline");
  const symbols = [];
  for (const name of await namesOfIcons()) {
    const svg = await readFile(join(icons, `${name}.svg`), "utf8");
    const inner = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>")).trim();
    symbols.push(
      `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" ` +
        `stroke-linecap="round" stroke-linejoin="round">${inner}</symbol>`,
    );
  }
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`;
}
