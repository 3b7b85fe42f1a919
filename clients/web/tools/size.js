// Prints how large the library is, bundled as an application's bundler does it (Vite's); fails if it is over its budget.

import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { rolldown } from "rolldown";

/** What the minified bundle may have, gzipped. Uploads and JPEGs without metadata are 1,800 of it. */
const BUDGET_BYTES = 29_800;
const HOME = resolve(dirname(fileURLToPath(import.meta.url)), "..");

/** @param {boolean} minify */
async function sizes(minify) {
  const bundle = await rolldown({ input: resolve(HOME, "src/index.js") });
  const { output } = await bundle.generate({ format: "esm", minify });
  await bundle.close();
  const [{ code }] = output;
  return { plain: Buffer.byteLength(code), gzipped: gzipSync(code, { level: 9 }).length };
}

const [minified, whole] = [await sizes(true), await sizes(false)];
const show = (bytes) => bytes.toLocaleString("en").padStart(7);
console.log(`minified and gzipped  ${show(minified.gzipped)} bytes, budget ${show(BUDGET_BYTES)}`);
console.log(`minified              ${show(minified.plain)} bytes`);
console.log(`gzipped only          ${show(whole.gzipped)} bytes`);
if (minified.gzipped > BUDGET_BYTES) {
  console.error(`error: the library is over its budget by ${show(minified.gzipped - BUDGET_BYTES).trim()} bytes`);
  process.exit(1);
}
