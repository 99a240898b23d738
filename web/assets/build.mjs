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
import { drawSprite } from "./sprite.mjs";

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
await writeFile(join(fresh, "icons.svg"), await drawSprite(join(source, "..")));

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
