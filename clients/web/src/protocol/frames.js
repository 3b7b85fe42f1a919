// The frames of the server, read from their JSON form (docs/protocol.md, section 2).

import * as read from "./fields.js";
import { faultOf, headOf, messageOf } from "./json-answers.js";

/**
 * @import { Fields } from "./fields.js"
 * @import { Head } from "./groups.js"
 * @import { Message } from "./model.js"
 */

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
 * A frame: an answer, a push, the newest seq of a group, or an error of API Gateway itself; one of a later version has
 * nothing that is known.
 * @typedef {{answer?: Answer, message?: Message, head?: Head, platformError?: string}} Frame
 */

/**
 * Read a frame of the server. Throws ProtocolViolation, or SyntaxError if it is no JSON.
 * @param {string} frame
 * @returns {Frame}
 */
export function decode(frame) {
  const fields = read.object(JSON.parse(frame), "a frame");
  const cmd = read.text(fields, "cmd");
  if (cmd === "") return { platformError: read.text(fields, "message") };
  const body = read.fields(fields, "body");
  if (fields["code"] !== undefined) {
    const answer = {
      cmd,
      reqId: read.text(fields, "reqId"),
      timeMs: typeof fields["time"] === "number" ? fields["time"] : 0,
      code: read.text(fields, "code"),
      fault: faultOf(read.fields(fields, "error")),
      body,
    };
    return { answer };
  }
  if (cmd === "chat") return { message: messageOf(body) };
  if (cmd === "head") return { head: headOf(body) };
  return {};
}
