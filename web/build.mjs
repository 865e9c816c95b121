// Bundles src/*.ts and src/app.css into the package's static folder, names with content hashes, and writes manifest.json
// (plain name → hashed name). Every file directly in src/ is an entry of its own; what several share lies in src/lib/.
import { build } from "esbuild";
import { copyFile, mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const source = join(here, "src");
const target = join(here, "..", "src", "galleria", "console", "site", "static");
const fresh = join(dirname(target), `.static-${process.pid}`); // two builds at once do not meet

const entries = (await readdir(source)).filter((name) => name.endsWith(".ts") || name === "app.css").sort();
await rm(fresh, { recursive: true, force: true });
await mkdir(fresh, { recursive: true });

const { metafile } = await build({
  entryPoints: entries.map((name) => join(source, name)),
  outdir: fresh,
  bundle: true,
  splitting: true,
  format: "esm",
  target: ["es2022", "chrome123", "firefox121", "safari17.5"],
  minify: true,
  entryNames: "[name]-[hash]",
  chunkNames: "part-[hash]",
  assetNames: "[name]-[hash]",
  loader: { ".woff2": "file", ".svg": "file" },
  publicPath: "/static",
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
});

const manifest = {};
for (const [path, output] of Object.entries(metafile.outputs)) {
  if (output.entryPoint) {
    const name = basename(output.entryPoint).replace(/\.ts$/, ".js");
    manifest[name] = basename(path);
  }
}
for (const name of ["icon.svg"]) {
  await copyFile(join(source, name), join(fresh, name));
  manifest[name] = name;
}
// Licences of what is bundled travel with it.
await copyFile(join(here, "node_modules", "@fontsource-variable", "inter", "LICENSE"), join(fresh, "inter-LICENSE.txt"));
await copyFile(join(here, "node_modules", "htmx.org", "LICENSE"), join(fresh, "htmx-LICENSE.txt"));
await writeFile(join(fresh, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
await rm(target, { recursive: true, force: true });
await rename(fresh, target);
