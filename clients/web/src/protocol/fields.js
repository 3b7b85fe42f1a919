// Reads members of the server's JSON objects; a member of the wrong type breaks the protocol.

import { ProtocolViolation } from "../errors.js";

/** @typedef {Readonly<Record<string, unknown>>} Fields */

/**
 * @param {unknown} value
 * @param {string} what
 * @returns {Fields}
 */
export function object(value, what) {
  if (value === undefined || value === null) return {};
  if (typeof value !== "object" || Array.isArray(value)) throw new ProtocolViolation(`${what} is no object`);
  return /** @type {Fields} */ (value);
}

/** @param {Fields} fields @param {string} name */
export function text(fields, name) {
  const value = fields[name] ?? "";
  if (typeof value !== "string") throw new ProtocolViolation(`${name} is no text`);
  return value;
}

/** @param {Fields} fields @param {string} name */
export function someText(fields, name) {
  const value = text(fields, name);
  if (value === "") throw new ProtocolViolation(`${name} is missing`);
  return value;
}

/** @param {Fields} fields @param {string} name */
export const number = (fields, name) => whole(fields[name] ?? 0, name);

/** @param {Fields} fields @param {string} name */
export const optionalNumber = (fields, name) =>
  fields[name] === undefined || fields[name] === null ? null : whole(fields[name], name);

/** @param {Fields} fields @param {string} name */
export function flag(fields, name) {
  const value = fields[name] ?? false;
  if (typeof value !== "boolean") throw new ProtocolViolation(`${name} is neither true nor false`);
  return value;
}

/** @param {Fields} fields @param {string} name */
export const numbers = (fields, name) => list(fields, name).map((value) => whole(value, name));

/** @param {Fields} fields @param {string} name */
export const texts = (fields, name) =>
  list(fields, name).map((value) => {
    if (typeof value !== "string") throw new ProtocolViolation(`${name} has an element that is no text`);
    return value;
  });

/** @param {Fields} fields @param {string} name */
export const objects = (fields, name) => list(fields, name).map((value) => object(value, name));

/** @param {Fields} fields @param {string} name */
export const entries = (fields, name) =>
  Object.entries(object(fields[name], name)).map(([key, value]) => /** @type {const} */ ([key, object(value, name)]));

/** @param {Fields} fields @param {string} name */
function list(fields, name) {
  const value = fields[name] ?? [];
  if (!Array.isArray(value)) throw new ProtocolViolation(`${name} is no array`);
  return /** @type {unknown[]} */ (value);
}

/** @param {unknown} value @param {string} name */
function whole(value, name) {
  if (!Number.isSafeInteger(value)) throw new ProtocolViolation(`${name} is no whole number`);
  return /** @type {number} */ (value);
}
