// Reads members of the server's JSON objects; a member of the wrong type breaks the protocol.

import { ProtocolViolation } from "../errors.js";

/** @typedef {Readonly<Record<string, unknown>>} Fields */
/**
 * Reads one member of an object.
 * @template T
 * @typedef {(fields: Fields, name: string) => T} Reader
 */

/** @param {unknown} value */
const isText = (value) => typeof value === "string";

/** @param {unknown} value */
const isObject = (value) => typeof value === "object" && !Array.isArray(value);

/**
 * Return a reader of members of one type.
 * @template T
 * @param {(value: unknown) => boolean} isRight whether a value has the type
 * @param {T} [none] what a member that is missing is read as
 * @returns {Reader<T>}
 */
const reader = (isRight, none) => (all, name) => checked(all[name] ?? none, name, isRight);

/** @type {Reader<Fields>} */
export const fields = reader(isObject, {});

/** @type {Reader<string>} */
export const text = reader(isText, "");

/** @type {Reader<string>} */
export const someText = reader((value) => isText(value) && value !== "");

/** @type {Reader<number>} */
export const number = reader(Number.isSafeInteger, 0);

/** @type {Reader<boolean>} */
export const flag = reader((value) => typeof value === "boolean", false);

/** @type {Reader<unknown[]>} */
const list = reader(Array.isArray, []);

/** @type {Reader<number[]>} */
export const numbers = (all, name) => list(all, name).map((value) => checked(value, name, Number.isSafeInteger));

/** @type {Reader<string[]>} */
export const texts = (all, name) => list(all, name).map((value) => checked(value, name, isText));

/** @type {Reader<Readonly<Record<string, string>>>} */
export const textsByName = (all, name) =>
  Object.fromEntries(Object.entries(fields(all, name)).map(([key, value]) => [key, checked(value, name, isText)]));

/**
 * Return a value that must be an object; if there is none, an empty one.
 * @param {unknown} value
 * @param {string} what
 * @returns {Fields}
 */
export const object = (value, what) => checked(value ?? {}, what, isObject);

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

/**
 * @param {unknown} value
 * @param {string} name
 * @param {(value: unknown) => boolean} isRight
 * @returns {any}
 */
function checked(value, name, isRight) {
  if (!isRight(value)) throw new ProtocolViolation(`${name} is missing, or of another type`);
  return value;
}
