// A project that has nothing but the packed package, as an application has it after `npm install`.

import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const HOME = fileURLToPath(new URL("../..", import.meta.url));
const TSC = resolve(HOME, "node_modules/typescript/bin/tsc");

/** The ways in which an application's compiler finds modules: as Node does, and as bundlers do. */
export const RESOLUTIONS = {
  nodenext: { module: "nodenext" },
  bundler: { module: "esnext", moduleResolution: "bundler" },
};

export class Project {
  #folder = mkdtempSync(join(tmpdir(), "catchup-package-"));
  /** The paths in the packed tarball. */
  files;
  installed = join(this.#folder, "node_modules/catchup-client");

  constructor() {
    const packed = execFileSync("npm", ["pack", "--json", "--pack-destination", this.#folder], {
      ...{ cwd: HOME, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] },
    });
    const [{ filename, files }] = JSON.parse(packed);
    this.files = files.map(({ path }) => path).sort();
    mkdirSync(this.installed, { recursive: true });
    execFileSync("tar", ["-xzf", join(this.#folder, filename), "-C", this.installed, "--strip-components=1"]);
    this.write("package.json", JSON.stringify({ type: "module" }));
  }

  write(name, text) {
    writeFileSync(join(this.#folder, name), text);
  }

  /** Install a package as it is installed here. */
  install(name) {
    cpSync(join(HOME, "node_modules", name), join(this.#folder, "node_modules", name), { recursive: true });
  }

  /** Compile files strictly, declarations of packages too; return the errors, and which files of the package were read. */
  compile(resolution, files) {
    const compilerOptions = {
      ...{ target: "es2022", lib: ["es2023", "dom", "dom.iterable", "dom.asynciterable"], types: [] },
      ...{ strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false, noEmit: true, allowJs: true, checkJs: true },
      // The declarations of the language and the browser are the compiler's.
      skipDefaultLibCheck: true,
      ...RESOLUTIONS[resolution],
    };
    this.write("tsconfig.json", JSON.stringify({ compilerOptions, files }));
    const said = spawnSync("node", [TSC, "-p", this.#folder, "--listFiles"], { encoding: "utf8" }).stdout.split("\n");
    return {
      errors: said.filter((line) => /error TS\d/.test(line)).join("\n"),
      read: said.filter((path) => path.startsWith(this.installed)).map((path) => relative(this.installed, path)).sort(),
    };
  }

  /** Run a module in Node; return what it prints. */
  run(name, args = []) {
    return execFileSync("node", [name, ...args], { cwd: this.#folder, encoding: "utf8" });
  }

  path(name) {
    return join(this.#folder, name);
  }

  remove() {
    rmSync(this.#folder, { recursive: true });
  }
}
