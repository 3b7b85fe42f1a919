// The frames of the server, read from their JSON form (docs/protocol.md, section 2).

import { fields as fieldsOf, object, text } from "./fields.js";
import { askOf, faultOf, headOf, hiddenOf, messageOf, readToOf, readsOf, receiptsOf, settingsPushOf, signalOf } from "./json-answers.js";

/** @import { Fields } from "./fields.js" */

/** How to read the body of each push. */
const PUSHES = {
  ...{ ask: askOf, chat: messageOf, head: headOf, hide: hiddenOf, read: readsOf, readTo: readToOf, receipts: receiptsOf },
  ...{ settings: settingsPushOf, signal: signalOf },
};

/** @typedef {typeof PUSHES} Pushes */
/** @typedef {{[C in keyof Pushes]: {cmd: C, body: ReturnType<Pushes[C]>}}[keyof Pushes]} Push */
/**
 * What the server says to one request. `code` is one of section 6; `fault` says what is wrong, its texts are "" after
 * OK.
 * @typedef {object} Answer
 * @property {string} cmd
 * @property {string} reqId
 * @property {number} timeMs the server's clock, 0 if it is not told
 * @property {string} code
 * @property {{field: string, rule: string, fix: string}} fault
 * @property {Fields} body
 */
/**
 * A frame: an answer, a push, or an error of API Gateway itself; one of a later version has nothing that is known.
 * @typedef {{answer?: Answer, push?: Push, platformError?: string}} Frame
 */

/**
 * Read a frame of the server. Throws ProtocolViolation, or SyntaxError if it is no JSON.
 * @param {string} frame
 * @returns {Frame}
 */
export function decode(frame) {
  const fields = object(JSON.parse(frame), "a frame");
  const cmd = text(fields, "cmd");
  if (cmd === "") return { platformError: text(fields, "message") };
  const body = fieldsOf(fields, "body");
  if (fields["code"] !== undefined) {
    const answer = {
      cmd,
      reqId: text(fields, "reqId"),
      timeMs: typeof fields["time"] === "number" ? fields["time"] : 0,
      code: text(fields, "code"),
      fault: faultOf(fieldsOf(fields, "error")),
      body,
    };
    return { answer };
  }
  if (!Object.hasOwn(PUSHES, cmd)) return {};
  const read = PUSHES[/** @type {keyof Pushes} */ (cmd)];
  return { push: /** @type {Push} */ ({ cmd, body: read(body, fields) }) };
}
