// A local stack of one test file: `python -m local` on a port that the system gives.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));
/** How many lines of the stack's log are shown if it fails. */
const MOST_LINES = 40;

export class Stack {
  /** Its address, such as http://127.0.0.1:40123; the same after a restart. */
  origin = "";
  #folder = mkdtempSync(join(tmpdir(), "catchup-web-"));
  #process;
  /** @type {string[]} */
  #log = [];
  #parameters;

  /** @param {Record<string, string>} [parameters] of the template, beside its defaults */
  static async start(parameters = {}) {
    const stack = new Stack(parameters);
    await stack.#run(0);
    return stack;
  }

  /** @param {Record<string, string>} parameters */
  constructor(parameters) {
    this.#parameters = Object.entries(parameters).map(([name, value]) => `${name}=${value}`);
  }

  /** End it, as a deployment that is gone: its data is lost, because moto keeps them in memory. */
  async #end() {
    if (this.#process.exitCode !== null) return;
    const ended = once(this.#process, "exit");
    this.#process.kill("SIGTERM");
    await ended;
  }

  async stop() {
    await this.#end();
    rmSync(this.#folder, { recursive: true });
  }

  /** Start it anew under the same address, with empty tables: to clients it is another data set. */
  async startAnew() {
    await this.#end();
    await this.#run(Number(new URL(this.origin).port));
  }

  async #run(port) {
    const options = ["--port", String(port), "--state-file", join(this.#folder, "state.json"), "--log-level", "ERROR"];
    if (this.#parameters.length > 0) options.push("--parameter-overrides", this.#parameters.join(" "));
    const process = spawn(join(ROOT, ".venv/bin/python"), ["-m", "local", ...options], { cwd: ROOT });
    this.#process = process;
    createInterface(process.stderr).on("line", (line) => {
      this.#log = [...this.#log, line].slice(-MOST_LINES);
    });
    this.origin = await new Promise((resolve, reject) => {
      createInterface(process.stdout).on("line", (line) => {
        const [found] = /http:\/\/\S+/.exec(line) ?? [];
        if (found) resolve(new URL(found).origin);
      });
      process.once("exit", (code) => reject(new Error(`the stack ended with ${code}:\n${this.#log.join("\n")}`)));
    });
  }
}
