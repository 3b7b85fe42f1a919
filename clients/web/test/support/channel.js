// BroadcastChannel within one process and one turn, so that the virtual clock knows when all notes have arrived. A channel
// can be frozen, like that of a frozen tab: what it hears and says waits.

const channels = new Set();

export class FakeBroadcastChannel {
  /** Whether this page may have no channels. */
  static isForbidden = false;
  onmessage = null;
  isFrozen = false;
  #waiting = [];
  #unsaid = [];

  constructor(name) {
    if (FakeBroadcastChannel.isForbidden) throw new DOMException("storage is denied", "SecurityError");
    this.name = name;
    channels.add(this);
  }

  postMessage(data) {
    const copy = structuredClone(data);
    if (this.isFrozen) this.#unsaid.push(copy);
    else this.#send(copy);
  }

  #send(copy) {
    for (const other of channels) {
      if (other !== this && other.name === this.name) setImmediate(() => other.#take(copy));
    }
  }

  close() {
    channels.delete(this);
  }

  freeze() {
    this.isFrozen = true;
  }

  forgetWaiting() {
    this.#waiting = [];
  }

  thaw() {
    this.isFrozen = false;
    for (const data of this.#unsaid.splice(0)) this.#send(data);
    for (const data of this.#waiting.splice(0)) this.#take(data);
  }

  #take(data) {
    if (this.isFrozen) this.#waiting.push(data);
    else this.onmessage?.({ data });
  }
}

/** The channels that are open, in the order of their making. */
export const openChannels = () => [...channels];
