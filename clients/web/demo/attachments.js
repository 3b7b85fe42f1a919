// The buttons beside the field: pick a file, or speak until the next press; and how far an upload is.

import { LONGEST_VOICE_MS, Recorder, optionsOf } from "./attaching.js";
import { explained } from "./dialogs.js";
import { iconButton, make } from "./dom.js";
import { say } from "./texts.js";

/** @import { FileOptions } from "catchup-client" */

export class Attachments {
  #send;
  #recorder = new Recorder();
  #timer = 0;
  #pick = make("input", { type: "file", hidden: true, multiple: true, tabIndex: -1 });
  #clip = iconButton("clip", "", () => this.#pick.click());
  #speak = iconButton("mic", "", () => void this.#turn());
  /** Uploads under way, and those that have failed. */
  progress = make("div", { className: "uploads", role: "status" });
  buttons = [this.#pick, this.#clip, this.#speak];

  /** @param {(file: Blob, options: FileOptions) => Promise<unknown>} send */
  constructor(send) {
    this.#send = send;
    this.#pick.addEventListener("change", () => {
      this.take(this.#pick.files ?? []);
      this.#pick.value = "";
    });
  }

  translate() {
    for (const [button, text] of /** @type {const} */ ([[this.#clip, "attach"], [this.#speak, this.#recorder.isSpeaking ? "stopSpeaking" : "speak"]])) {
      button.setAttribute("aria-label", say(text));
      button.title = say(text);
    }
    this.#pick.setAttribute("aria-label", say("attach"));
    this.#speak.classList.toggle("speaking", this.#recorder.isSpeaking);
  }

  /** Files that were picked, pasted or dropped. @param {Iterable<File>} files */
  take(files) {
    for (const file of files) void optionsOf(file).then((options) => this.#upload(file, options));
  }

  /** Files of a paste or a drop, if it has any. @param {DataTransfer | null} transfer @param {Event} event */
  takeFrom(transfer, event) {
    const files = [...(transfer?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    this.take(files);
  }

  async #turn() {
    if (this.#recorder.isSpeaking) return this.#stop();
    try {
      await this.#recorder.start();
      this.#timer = setTimeout(() => void this.#stop(), LONGEST_VOICE_MS);
    } catch {
      this.#say(say("noMicrophone"));
    }
    this.translate();
  }

  async #stop() {
    clearTimeout(this.#timer);
    const spoken = await this.#recorder.stop();
    this.translate();
    if (spoken) await this.#upload(spoken.file, spoken.options);
  }

  /** @param {Blob} file @param {FileOptions} options */
  async #upload(file, options) {
    const bar = make("progress", { max: 1, value: 0 });
    const row = make("label", {}, String(options.more?.["name"] ?? say("voice")), " ", bar);
    this.progress.append(row);
    try {
      await this.#send(file, { ...options, onProgress: (sent, total) => void (bar.value = sent / total) });
    } catch (error) {
      this.#say(explained(error));
    } finally {
      row.remove();
    }
  }

  /** @param {string} text */
  #say(text) {
    const line = make("p", { className: "cannot" }, text);
    this.progress.append(line);
    setTimeout(() => line.remove(), 8_000);
  }
}
