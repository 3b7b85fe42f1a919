// Files that a person picks, pastes, drops or speaks, made ready to be sent.

/** @import { FileOptions } from "catchup-client" */

const PICTURES = ["image/jpeg", "image/png", "image/webp", "image/gif", "image/avif"];
/** docs/protocol.md, section 3: characters of base64 in a preview. */
const MOST_PREVIEW = 3_072;
const PREVIEW_PIXELS = 48;
/** What browsers record, in the order in which all of them play it. Safari says that it records WebM, and can't play it. */
const RECORDED = ["audio/mp4", "audio/webm;codecs=opus", "audio/ogg;codecs=opus"];
export const LONGEST_VOICE_MS = 60_000;
/** A touch that was no speaking. */
const SHORTEST_VOICE_MS = 500;

/** What `sendFile` is told of this file. @param {File} file @returns {Promise<FileOptions>} */
export async function optionsOf(file) {
  const name = file.name.replace(/[\\/\u0000-\u001f]/g, "_").slice(0, 60) || "file";
  if (!PICTURES.includes(file.type)) return { type: "file", more: { name } };
  try {
    const picture = await createImageBitmap(file);
    const { width, height } = picture;
    const preview = previewOf(picture);
    picture.close();
    return { type: "image", more: { width, height, name, ...(preview ? { preview } : {}) } };
  } catch {
    return { type: "file", more: { name } }; // it says that it is a picture, and can't be shown as one
  }
}

/** A tiny JPEG in base64; "" if it does not get small enough. @param {ImageBitmap} picture */
function previewOf(picture) {
  const canvas = document.createElement("canvas");
  const scale = Math.min(1, PREVIEW_PIXELS / Math.max(picture.width, picture.height));
  [canvas.width, canvas.height] = [Math.max(1, Math.round(picture.width * scale)), Math.max(1, Math.round(picture.height * scale))];
  canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  for (const quality of [0.6, 0.3, 0.1]) {
    const preview = canvas.toDataURL("image/jpeg", quality).replace(/^.*,/, "");
    if (preview.length <= MOST_PREVIEW) return preview;
  }
  return "";
}

/** Speaking, from `start` to `stop`. */
export class Recorder {
  /** @type {MediaRecorder | null} */
  #recorder = null;
  #beganMs = 0;

  get isSpeaking() {
    return this.#recorder !== null;
  }

  /** Throws what `getUserMedia` throws if the person, or the machine, has no microphone for this page. */
  async start() {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    const mimeType = RECORDED.find((mime) => MediaRecorder.isTypeSupported(mime)) ?? "";
    this.#recorder = new MediaRecorder(stream, { mimeType });
    this.#recorder.start();
    this.#beganMs = performance.now();
  }

  /** What was said, and for how long: files of recorders don't tell. null: nothing. @returns {Promise<{file: Blob, options: FileOptions} | null>} */
  async stop() {
    const recorder = this.#recorder;
    if (!recorder) return null;
    this.#recorder = null;
    const durationMs = Math.min(Math.round(performance.now() - this.#beganMs), LONGEST_VOICE_MS);
    /** @type {Blob[]} */
    const chunks = [];
    recorder.ondataavailable = ({ data }) => void chunks.push(data);
    const stopped = new Promise((resolve) => (recorder.onstop = resolve));
    recorder.stop();
    await stopped;
    for (const track of recorder.stream.getTracks()) track.stop();
    const file = new Blob(chunks, { type: recorder.mimeType.replace(/;.*/, "") });
    if (durationMs < SHORTEST_VOICE_MS || file.size === 0) return null;
    return { file, options: { type: "voice", more: { durationMs } } };
  }
}
