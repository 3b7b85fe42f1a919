// What all calls of an application stand on.

/** @import { Device } from "./device.js" */

export class Caller {
  /** @protected @readonly */
  device;

  /** @param {Device} device */
  constructor(device) {
    this.device = device;
  }
}
