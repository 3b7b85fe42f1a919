// The frames of the server, read from their JSON form (docs/protocol.md, section 2).

import { ProtocolViolation } from "../errors.js";
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
 * @property {"answer"} kind
 * @property {string} cmd
 * @property {string} reqId
 * @property {number} timeMs the server's clock, 0 if it is not told
 * @property {string} code
 * @property {{field: string, rule: string, fix: string}} fault
 * @property {Fields} body
 */
/**
 * A frame: an answer, a push, the newest seq of a group, an error of API Gateway itself, or one of a later version.
 * @typedef {Answer | {kind: "push", message: Message} | {kind: "head", head: Head}
 *   | {kind: "platform", text: string} | {kind: "unknown", cmd: string}} Frame
 */

/**
 * Read a frame of the server. Throws ProtocolViolation.
 * @param {string} frame
 * @returns {Frame}
 */
export function decode(frame) {
  /** @type {unknown} */
  let parsed;
  try {
    parsed = JSON.parse(frame);
  } catch (error) {
    throw new ProtocolViolation("a frame is no JSON", { cause: error });
  }
  const fields = read.object(parsed, "a frame");
  const cmd = read.text(fields, "cmd");
  if (cmd === "") return { kind: "platform", text: read.text(fields, "message") };
  const body = read.fields(fields, "body");
  if (fields["code"] !== undefined) {
    return {
      kind: "answer",
      cmd,
      reqId: read.text(fields, "reqId"),
      timeMs: typeof fields["time"] === "number" ? fields["time"] : 0,
      code: read.text(fields, "code"),
      fault: faultOf(read.fields(fields, "error")),
      body,
    };
  }
  if (cmd === "chat") return { kind: "push", message: messageOf(body) };
  if (cmd === "head") return { kind: "head", head: headOf(body) };
  return { kind: "unknown", cmd };
}
