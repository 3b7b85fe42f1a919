// Errors in plain words, and what to do about them.

/** @typedef {"faultBlocked" | "faultRole" | "faultNotMember" | "faultRejected" | "faultHeld" | "faultTooMany" | "faultTaken"
 *   | "faultHandOver" | "faultState" | "faultTooOld" | "faultReaders" | "faultName" | "faultReplaced" | "faultToken" | "faultStore" | "faultOther"} FaultName */

/**
 * Return the name of the text for a refusal.
 * @param {string} code of docs/protocol.md, section 6
 * @param {{cmd?: string, field?: string, isGroup?: boolean}} [about]
 * @returns {FaultName}
 */
export function faultOf(code, { cmd = "chat", field = "", isGroup = false } = {}) {
  if (code === "REJECTED") return "faultRejected";
  if (code === "HELD") return "faultHeld";
  if (code === "RESOURCE_EXHAUSTED") return "faultTooMany";
  if (code === "ALREADY_EXISTS") return "faultTaken";
  if (code === "FAILED_PRECONDITION" && (cmd === "recall" || cmd === "edit")) return "faultTooOld";
  if (code === "FAILED_PRECONDITION" && cmd === "readers") return "faultReaders";
  if (code === "FAILED_PRECONDITION") return cmd === "leave" ? "faultHandOver" : "faultState";
  if (code === "INVALID_ARGUMENT") return "faultName";
  if (code !== "PERMISSION_DENIED") return "faultOther";
  if (field === "body.uids" || (cmd === "chat" && !isGroup)) return "faultBlocked";
  return cmd === "chat" ? "faultNotMember" : "faultRole";
}

/**
 * Return the name of the text for any error of the library.
 * @param {unknown} error
 * @returns {FaultName}
 */
export function faultOfError(error) {
  const { name = "", code = "", cmd = "", fault } = /** @type {any} */ (error ?? {});
  if (name === "RequestRefused") return faultOf(code, { cmd, field: fault?.field ?? "" });
  if (name === "InvalidInput") return "faultName";
  if (name === "DeviceReplaced") return "faultReplaced";
  if (name === "TokenRefused") return "faultToken";
  return name.startsWith("Store") ? "faultStore" : "faultOther";
}
