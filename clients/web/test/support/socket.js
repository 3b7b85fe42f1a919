// A WebSocket as browsers have it, with all that surprises.

export class FakeWebSocket extends EventTarget {
  static OPEN = 1;
  /** @type {FakeWebSocket[]} */
  static all = [];
  readyState = 0;
  binaryType = "blob";
  sent = [];
  closedWith = [];

  constructor(url, protocols) {
    super();
    if (!/^wss?:/.test(url)) throw new DOMException(`The URL '${url}' is invalid.`, "SyntaxError");
    for (const protocol of protocols) {
      if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(protocol)) throw new DOMException(protocol, "SyntaxError");
    }
    Object.assign(this, { url, protocols });
    FakeWebSocket.all.push(this);
  }

  send(data) {
    if (this.readyState === 0) throw new DOMException("Still in CONNECTING state.", "InvalidStateError");
    if (this.readyState === 1) this.sent.push(data); // dropped otherwise, without an error
  }

  close(code, reason) {
    if (code !== undefined && code !== 1000 && !(code >= 3000 && code <= 4999)) {
      throw new DOMException(`The close code must be either 1000, or between 3000 and 4999. ${code} is neither.`);
    }
    this.closedWith.push([code, reason]);
    this.readyState = Math.max(this.readyState, 2); // a dead peer never answers: it stays so
  }

  open() {
    this.readyState = 1;
    this.onopen?.({});
  }

  receive(data) {
    this.onmessage?.({ data });
  }

  end(code = 1006, reason = "") {
    this.readyState = 3;
    this.onerror?.({});
    this.onclose?.({ code, reason });
  }
}
