// Sending files; `Client` inherits it.

import { InvalidInput, TransferFailed } from "./errors.js";
import { checkedName, randomId } from "./names.js";
import { withoutMetadata } from "./protocol/jpeg.js";
import { ReceiptCalls } from "./receipts.js";
import { checksumsOf, transfer } from "./transfer.js";

/**
 * @import { Sent } from "./events.js"
 * @import { Content, SendOptions } from "./settings.js"
 * @import { Upload } from "./transfer.js"
 */

const TYPES = ["image", "voice", "video", "file"];
/** How often the same step may fail, one after the other. */
const TRIES = 4;

/**
 * @typedef {object} FileOptions
 * @property {"image" | "voice" | "video" | "file"} type
 * @property {Content} [more] the other fields of the type: width, height, durationMs, caption, name, preview
 * @property {boolean} [keepMetadata] send a JPEG with what the camera has noted, such as where it was taken
 * @property {(sent: number, total: number) => void} [onProgress] bytes
 */

/** Sending pictures, voice, films and other files. */
export class FileCalls extends ReceiptCalls {
  /**
   * Upload a file, send the message that shows it, and wait until the server has stored it. A page that is closed before
   * the upload is complete has sent nothing. Throws InvalidInput, RequestRefused, TransferFailed.
   * @param {string} to as for `send`
   * @param {Blob} file
   * @param {FileOptions & SendOptions} options
   * @returns {Promise<Sent>}
   */
  async sendFile(to, file, { type, more = {}, keepMetadata = false, onProgress = () => {}, msgId = randomId(), ...options }) {
    checkedName("msgId", msgId);
    if (!TYPES.includes(type)) throw new InvalidInput("type", `must be one of ${TYPES.join(", ")}`);
    if (!(file instanceof Blob) || file.size === 0) throw new InvalidInput("file", "must be a Blob with some bytes");
    const sent = keepMetadata ? file : await stripped(file);
    const { sha256, parts } = await checksumsOf(sent);
    const asked = { msgId, type, mime: file.type || "application/octet-stream", bytes: sent.size, sha256, parts };
    const { key, mime } = await this.#upload(asked, sent, (done) => onProgress(Math.min(done, sent.size), sent.size));
    return this.send(to, { ...more, type, key, mime, bytes: sent.size, sha256 }, { ...options, msgId });
  }

  /**
   * Ask, send what is missing, and ask again, until all of it is there.
   * @param {{msgId: string, type: string, mime: string, bytes: number, sha256: string, parts: readonly string[]}} asked
   * @param {Blob} file
   * @param {(sent: number) => void} onProgress
   */
  async #upload(asked, file, onProgress) {
    let uploadId = "";
    for (let failures = 0; ; ) {
      /** @type {Upload & {key: string, mime: string}} */
      const step = await this.device.call("ask", "upload", { ...asked, uploadId });
      if (step.complete) return step;
      uploadId = step.inParts?.uploadId ?? "";
      try {
        await transfer(step, file, onProgress, this.device.ended);
        failures = 0;
        if (step.form) return step;
      } catch (error) {
        failures += 1;
        if (!(error instanceof TransferFailed) || failures === TRIES) throw error;
        await this.device.timing.sleep(2 ** failures, this.device.ended);
      }
    }
  }
}

/** A JPEG without metadata; other files as they are. @param {Blob} file */
async function stripped(file) {
  if (file.type !== "image/jpeg") return file;
  return new Blob(withoutMetadata(new Uint8Array(await file.arrayBuffer())), { type: file.type });
}
