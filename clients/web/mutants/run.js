// Breaks a copy of the library in each way of the table, and fails if no test notices it. `npm run mutants [word]`
// tries only those with this word.

import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { MUTANTS } from "./table.js";

const here = fileURLToPath(new URL("..", import.meta.url));
const copy = mkdtempSync(join(tmpdir(), "catchup-mutants-"));
for (const name of ["src", "test", "package.json"]) cpSync(join(here, name), join(copy, name), { recursive: true });
symlinkSync(join(here, "node_modules"), join(copy, "node_modules"));

/** Tell whether tests fail. @param {string[]} tests */
function fails(tests) {
  const files = tests.map((test) => `test/${test}.test.js`);
  const { status } = spawnSync("node", ["--test", "--test-timeout=45000", ...files], {
    cwd: copy,
    env: { ...process.env, SEEDS: "4" },
  });
  return status !== 0;
}

const [word = ""] = process.argv.slice(2);
const unnoticed = [];
for (const { wrong, file, from, to, tests } of MUTANTS.filter((mutant) => mutant.wrong.includes(word))) {
  const path = join(copy, "src", file);
  const right = readFileSync(path, "utf8");
  if (right.split(from).length !== 2) throw new Error(`${file} does not have this once: ${from}`);
  writeFileSync(path, right.replace(from, () => to));
  const isNoticed = fails(tests);
  writeFileSync(path, right);
  console.log(`${isNoticed ? "noticed  " : "UNNOTICED"} ${wrong}`);
  if (!isNoticed) unnoticed.push(wrong);
}
rmSync(copy, { recursive: true });
process.exitCode = unnoticed.length > 0 ? 1 : 0;
