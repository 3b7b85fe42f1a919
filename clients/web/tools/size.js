// Prints how large the library is, bundled as an application's bundler does it; fails if it has grown.

import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

/** What the minified bundle shall have, gzipped. */
const BUDGET_BYTES = 20_000;
/** What it may have until then: it is over its budget, and this number is only ever lowered. */
const LIMIT_BYTES = 20_270;
const HOME = resolve(dirname(fileURLToPath(import.meta.url)), "..");

/** @param {boolean} minify */
async function sizes(minify) {
  const { outputFiles } = await build({
    ...{ entryPoints: [resolve(HOME, "src/index.js")], bundle: true, write: false },
    ...{ format: "esm", target: "es2022", minify },
  });
  const { contents } = outputFiles[0];
  return { plain: contents.length, gzipped: gzipSync(contents, { level: 9 }).length };
}

const [minified, whole] = [await sizes(true), await sizes(false)];
const show = (bytes) => bytes.toLocaleString("en").padStart(7);
console.log(`minified and gzipped  ${show(minified.gzipped)} bytes, budget ${show(BUDGET_BYTES)}`);
console.log(`minified              ${show(minified.plain)} bytes`);
console.log(`gzipped only          ${show(whole.gzipped)} bytes`);
if (minified.gzipped > BUDGET_BYTES) console.log(`over its budget by    ${show(minified.gzipped - BUDGET_BYTES)} bytes`);
if (minified.gzipped > LIMIT_BYTES) {
  console.error(`error: the library has grown over its limit of ${show(LIMIT_BYTES)} bytes`);
  process.exit(1);
}
