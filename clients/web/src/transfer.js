// Sends the bytes of a file to the store of files (docs/protocol.md, section 4, "upload"). They never pass through the
// WebSocket.

import { TransferFailed } from "./errors.js";

/** What a part has at most; below it, a file goes up in one form. */
export const PART_BYTES = 16 * 1024 * 1024;

/**
 * @typedef {object} Upload what the server answers
 * @property {boolean} complete
 * @property {{url: string, fields: Readonly<Record<string, string>>} | null} form
 * @property {{uploadId: string, parts: readonly {number: number, url: string, headers: Readonly<Record<string, string>>}[]} | null} inParts
 */

/** The SHA-256 of each part, and of the whole as the protocol has it. @param {Blob} file */
export async function checksumsOf(file) {
  const digests = [];
  for (let at = 0; at < file.size; at += PART_BYTES) {
    digests.push(new Uint8Array(await crypto.subtle.digest("SHA-256", await file.slice(at, at + PART_BYTES).arrayBuffer())));
  }
  const parts = digests.map(base64);
  if (parts.length === 1) return { sha256: /** @type {string} */ (parts[0]), parts: [] };
  const whole = new Uint8Array(await crypto.subtle.digest("SHA-256", await new Blob(digests).arrayBuffer()));
  return { sha256: `${base64(whole)}-${parts.length}`, parts };
}

/**
 * Send what this answer asks for: the file by its form, or the parts that are missing. Throws TransferFailed.
 * @param {Upload} upload
 * @param {Blob} file
 * @param {(sent: number) => void} onProgress bytes so far, of what is sent now
 * @param {AbortSignal} signal
 */
export async function transfer({ form, inParts }, file, onProgress, signal) {
  if (form) {
    const data = new FormData();
    for (const [name, value] of Object.entries(form.fields)) data.append(name, value);
    data.append("file", file);
    await sendBytes("POST", form.url, {}, data, onProgress, signal);
  }
  let before = 0;
  for (const { number, url, headers } of inParts?.parts ?? []) {
    const part = file.slice((number - 1) * PART_BYTES, number * PART_BYTES);
    await sendBytes("PUT", url, headers, part, (sent) => onProgress(before + sent), signal);
    before += part.size;
  }
}

/**
 * @param {string} method
 * @param {string} url
 * @param {Readonly<Record<string, string>>} headers
 * @param {Blob | FormData} body
 * @param {(sent: number) => void} onProgress
 * @param {AbortSignal} signal
 */
async function sendBytes(method, url, headers, body, onProgress, signal) {
  // Only this old interface tells how much has gone up.
  const send = "XMLHttpRequest" in globalThis ? byRequest : byFetch;
  const status = await send(method, url, headers, body, onProgress, signal);
  if (status < 200 || status > 299) throw new TransferFailed(status);
}

/** @type {(method: string, url: string, headers: Readonly<Record<string, string>>, body: Blob | FormData, onProgress: (sent: number) => void, signal: AbortSignal) => Promise<number>} */
const byRequest = (method, url, headers, body, onProgress, signal) =>
  new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded }) => onProgress(loaded);
    request.onload = () => resolve(request.status);
    request.onerror = () => resolve(0);
    request.onabort = () => reject(signal.reason);
    const abort = () => request.abort();
    signal.addEventListener("abort", abort);
    request.onloadend = () => signal.removeEventListener("abort", abort);
    request.send(body);
  });

/** @type {typeof byRequest} */
async function byFetch(method, url, headers, body, _onProgress, signal) {
  try {
    return (await fetch(url, { method, headers, body, signal })).status;
  } catch (error) {
    if (signal.aborted) throw error;
    return 0;
  }
}

/** @param {Uint8Array} bytes */
const base64 = (bytes) => btoa(String.fromCharCode(...bytes));
