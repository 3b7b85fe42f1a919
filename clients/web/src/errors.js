// Every error that this package throws.

import { RETRYABLE } from "./protocol/codes.js";

/** Base of all errors of this package. */
export class CatchupError extends Error {
}

/** A call was given an argument that can never be right. Nothing was sent or stored. */
export class InvalidInput extends CatchupError {
  /** @param {string} field @param {string} rule */
  constructor(field, rule) {
    super(`${field} ${rule}`);
    this.field = field;
  }
}

/** The server has refused a request, and sending it again does not help. */
export class RequestRefused extends CatchupError {
  /**
   * @param {string} cmd
   * @param {string} code a code of docs/protocol.md, section 6
   * @param {{field?: string, rule?: string, fix?: string}} [fault]
   */
  constructor(cmd, code, fault = {}) {
    const why = whyOf(fault);
    super(`${cmd} was answered ${code}${why && ` (${why})`}`);
    this.cmd = cmd;
    this.code = code;
    this.fault = fault;
  }
}

/**
 * Return what is wrong with a request, and what to do about it; "" if the server has not said it.
 * @param {{field?: string, rule?: string, fix?: string}} fault
 */
export const whyOf = ({ field, rule, fix }) =>
  rule ? (field ? `${field}: ` : "") + rule + (fix ? `; ${fix}` : "") : "";

/** The server's frame breaks the protocol. */
export class ProtocolViolation extends CatchupError {}

/** The connection ended, or could not be opened; another attempt may help. */
export class ConnectionLost extends CatchupError {}

/** No answer came in time. */
export class AnswerTimeout extends CatchupError {
  /** @param {string} cmd @param {number} seconds */
  constructor(cmd, seconds) {
    super(`${cmd} was not answered for ${seconds} s`);
  }
}

/** The store of files has not taken the bytes. */
export class TransferFailed extends CatchupError {
  /** @param {number} status of its answer; 0: none came */
  constructor(status) {
    super(status ? `the store of files has answered ${status}` : "the store of files has not answered");
    this.status = status;
  }
}

/** The client can't go on until the application changes something. */
export class Stopped extends CatchupError {}

/** The token is no token of this service, has expired, or is refused again and again. */
export class TokenRefused extends Stopped {}

/** Another program has logged in with the same device. */
export class DeviceReplaced extends Stopped {
  constructor() {
    super("another program has logged in as this device: give each a device id of its own");
  }
}

/** The local database can't be used. */
export class StoreError extends Stopped {}

/** The local database belongs to another account. */
export class StoreOfAnother extends StoreError {}

/** Another tab has taken over this device while this one was frozen. Nothing was written. */
export class NoLongerLeading extends CatchupError {
  constructor() {
    super("another tab of this device has taken over");
  }
}

/** The client was closed meanwhile. */
export class ClientClosed extends CatchupError {
  constructor() {
    super("the client was closed");
  }
}

/** The server has another data set: what was read before says nothing about it. Whoever works for it begins again. */
export class DataReplaced extends CatchupError {
  constructor() {
    super("the server has another data set");
  }
}

/**
 * Whether the server has answered, but not with what was asked for.
 * @param {unknown} error
 * @returns {error is RequestRefused | ProtocolViolation}
 */
export const isBadAnswer = (error) => error instanceof RequestRefused || error instanceof ProtocolViolation;

/** Whether the same request may be answered otherwise later. @param {unknown} error */
export const isTemporary = (error) => !(error instanceof RequestRefused) || RETRYABLE.has(error.code);

/**
 * Go on after a bad answer in the background, or one of another data set; throw all other errors.
 * @param {unknown} error
 * @param {string} consequence
 */
export function tolerate(error, consequence) {
  if (error instanceof DataReplaced) return;
  if (!isBadAnswer(error)) throw error;
  console.warn(`catchup: ${consequence}: ${error}`);
}

/** @type {Record<string, {prototype: Error}>} */
const CLASSES = {
  CatchupError,
  InvalidInput,
  RequestRefused,
  ProtocolViolation,
  ConnectionLost,
  AnswerTimeout,
  Stopped,
  TokenRefused,
  DeviceReplaced,
  StoreError,
  StoreOfAnother,
  NoLongerLeading,
  ClientClosed,
  DataReplaced,
};

// The names are written out, since bundlers shorten those of classes.
for (const [name, type] of Object.entries(CLASSES)) type.prototype.name = name;

/** @typedef {{name: string, message: string} & Record<string, unknown>} PackedError */

/** Return an error as plain data: what is sent to another tab loses its class. @param {unknown} error */
export const packed = (error) => {
  const { name, message } = error instanceof Error ? error : new CatchupError(String(error));
  return /** @type {PackedError} */ (error instanceof CatchupError ? { ...error, name, message } : { name, message });
};

/** Return the error that was packed, of the same class. @param {PackedError} data @returns {Error} */
export function unpacked({ name, message, ...fields }) {
  const error = new CatchupError(String(message));
  Object.setPrototypeOf(error, (CLASSES[name] ?? CatchupError).prototype);
  return Object.assign(error, fields, { name });
}
