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
  return checked(/** @type {Fields} */ (value), what, typeof value === "object" && !Array.isArray(value));
}

/** @param {Fields} fields @param {string} name */
export const optionalObject = (fields, name) => (fields[name] === undefined ? null : object(fields[name], name));

/** @param {Fields} fields @param {string} name @returns {string} */
export const text = (fields, name) => string(fields[name] ?? "", name);

/** @param {Fields} fields @param {string} name */
export const someText = (fields, name) => string(fields[name] || undefined, name);

/** @param {Fields} fields @param {string} name */
export const number = (fields, name) => whole(fields[name] ?? 0, name);

/** @param {Fields} fields @param {string} name */
export const optionalNumber = (fields, name) => {
  const value = fields[name] ?? null;
  return value === null ? null : whole(value, name);
};

/** @param {Fields} fields @param {string} name */
export function flag(fields, name) {
  const value = fields[name] ?? false;
  return checked(/** @type {boolean} */ (value), name, typeof value === "boolean");
}

/** @param {Fields} fields @param {string} name */
export const numbers = (fields, name) => list(fields, name).map((value) => whole(value, name));

/** @param {Fields} fields @param {string} name */
export const texts = (fields, name) => list(fields, name).map((value) => string(value, name));

/** @param {Fields} fields @param {string} name */
export const objects = (fields, name) => list(fields, name).map((value) => object(value, name));

/** @param {Fields} fields @param {string} name */
export const entries = (fields, name) =>
  Object.entries(object(fields[name], name)).map(([key, value]) => /** @type {const} */ ([key, object(value, name)]));

/** @param {Fields} fields @param {string} name */
function list(fields, name) {
  const value = fields[name] ?? [];
  return checked(/** @type {unknown[]} */ (value), name, Array.isArray(value));
}

/** @param {unknown} value @param {string} name */
const whole = (value, name) => checked(/** @type {number} */ (value), name, Number.isSafeInteger(value));

/** @param {unknown} value @param {string} name */
const string = (value, name) => checked(/** @type {string} */ (value), name, typeof value === "string");

/**
 * @template T
 * @param {T} value
 * @param {string} name
 * @param {boolean} isRight whether the value has the right type
 */
function checked(value, name, isRight) {
  if (!isRight) throw new ProtocolViolation(`${name} is missing, or of another type`);
  return value;
}
