// Reads members of the server's JSON objects; a member of the wrong type breaks the protocol.

import { ProtocolViolation } from "../errors.js";

/** @typedef {Readonly<Record<string, unknown>>} Fields */
/**
 * Reads one member of an object.
 * @template T
 * @typedef {(fields: Fields, name: string) => T} Reader
 */

/**
 * Return a value that must be an object; if there is none, an empty one.
 * @param {unknown} value
 * @param {string} what
 * @returns {Fields}
 */
export function object(value, what) {
  const fields = value ?? {};
  return checked(/** @type {Fields} */ (fields), what, typeof fields === "object" && !Array.isArray(fields));
}

/** @type {Reader<Fields>} */
export const fields = (all, name) => object(all[name], name);

/** @type {Reader<string>} */
export const text = (all, name) => string(all[name] ?? "", name);

/** @type {Reader<string>} */
export const someText = (all, name) => string(all[name] || undefined, name);

/** @type {Reader<number>} */
export const number = (all, name) => whole(all[name] ?? 0, name);

/** @type {Reader<boolean>} */
export function flag(all, name) {
  const value = all[name] ?? false;
  return checked(/** @type {boolean} */ (value), name, typeof value === "boolean");
}

/** @type {Reader<number[]>} */
export const numbers = (all, name) => list(all, name).map((value) => whole(value, name));

/** @type {Reader<string[]>} */
export const texts = (all, name) => list(all, name).map((value) => string(value, name));

/**
 * Return a reader that gives null if there is no such member.
 * @template T
 * @param {Reader<T>} read
 * @returns {Reader<T | null>}
 */
export const optional = (read) => (all, name) => (all[name] === undefined || all[name] === null ? null : read(all, name));

/**
 * Return a reader of a member that has another name on the wire.
 * @template T
 * @param {string} name
 * @param {Reader<T>} read
 * @returns {Reader<T>}
 */
export const from = (name, read) => (all) => read(all, name);

/**
 * Return what reads an object, each member as the table says.
 * @template {Record<string, Reader<unknown>>} Table
 * @param {Table} table
 * @returns {(all: Fields) => {[K in keyof Table]: ReturnType<Table[K]>}}
 */
export function members(table) {
  const readers = Object.entries(table);
  return (all) => /** @type {any} */ (Object.fromEntries(readers.map(([name, read]) => [name, read(all, name)])));
}

/**
 * Return a reader of a list of objects.
 * @template T
 * @param {(all: Fields) => T} read
 * @returns {Reader<T[]>}
 */
export const listOf = (read) => (all, name) => list(all, name).map((value) => read(object(value, name)));

/**
 * Return a reader of objects by their names.
 * @template T
 * @param {(all: Fields) => T} read
 * @returns {Reader<Map<string, T>>}
 */
export const mapOf = (read) => (all, name) =>
  new Map(Object.entries(fields(all, name)).map(([key, value]) => [key, read(object(value, name))]));

/** @param {Fields} all @param {string} name */
function list(all, name) {
  const value = all[name] ?? [];
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
