// Makes what the package has and the repository has not: the declarations of the public types, and the licence.
//
// Of the declarations, only those stay that the public ones need. So no type of another package is needed to compile
// an application.

import { copyFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const HOME = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const TYPES = resolve(HOME, "types");

const { config } = ts.readConfigFile(resolve(HOME, "tsconfig.json"), ts.sys.readFile);
const { options } = ts.parseJsonConfigFileContent(config, ts.sys, HOME);

rmSync(TYPES, { recursive: true, force: true });
const made = new Map();
ts.createProgram([resolve(HOME, "src/index.js")], {
  ...options,
  ...{ noEmit: false, declaration: true, emitDeclarationOnly: true, rootDir: resolve(HOME, "src"), outDir: TYPES },
}).emit(undefined, (path, text) => {
  made.set(path, text);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
});
const needed = ts.createProgram([resolve(TYPES, "index.d.ts")], options).getSourceFiles();
const paths = new Set(needed.map(({ fileName }) => resolve(fileName)));
for (const path of made.keys()) if (!paths.has(resolve(path))) rmSync(path);
copyFileSync(resolve(HOME, "../../LICENSE"), resolve(HOME, "LICENSE"));
