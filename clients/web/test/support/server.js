// A small server for tests of several tabs: it answers each request at once, and counts its connections.

export class SmallServer {
  connections = [];
  sent = [];
  /**
   * What a test lets it answer to a command, as a function of the request's body; a text is the code of an error,
   * `{code, error}` a code and what is wrong.
   */
  answers = {};
  /** Commands that it never answers. */
  silent = [];
  /** The server's clock; 0: it doesn't tell it. */
  nowMs = () => 0;
  #seq = 0;

  dial = async (_url, token, _device, listener) => {
    // A login of the same device closes the connection before.
    const connection = { listener, token, isOpen: true };
    this.connections.push(connection);
    return {
      send: (text) => {
        if (!connection.isOpen) return;
        const request = JSON.parse(text);
        this.sent.push(request);
        if (this.silent.includes(request.cmd)) return;
        queueMicrotask(() => connection.isOpen && listener.onFrame(JSON.stringify(this.#answer(request))));
      },
      close: () => {
        if (!connection.isOpen) return;
        connection.isOpen = false;
        listener.onClose("closed");
      },
    };
  };

  get open() {
    return this.connections.filter(({ isOpen }) => isOpen);
  }

  /** Close the newest connection without telling the client: its tab is gone. */
  forget(connection = this.open.at(-1)) {
    if (connection) connection.isOpen = false;
  }

  /** A message of Alice, whose number is its seq. */
  message(seq, text = `m${seq}`) {
    return {
      ...{ v: 1, msgId: `a-${seq}`, chatType: 1, ackFlg: 1, from: "alice", to: "bob", time: 1, msg: { message: text } },
      ...{ sessionId: "p:alice:bob", seq, number: seq, serverTime: 1_000 + seq },
    };
  }

  /** Push a message of Alice to everybody who is connected. */
  push(seq, text) {
    this.tell({ cmd: "chat", uid: "alice", body: this.message(seq, text) });
  }

  /** Push a frame to everybody who is connected. */
  tell(frame) {
    for (const { listener } of this.open) listener.onFrame(JSON.stringify(frame));
  }

  /** End all connections, and tell the clients. */
  drop() {
    for (const connection of this.open) {
      connection.isOpen = false;
      connection.listener.onClose("closed");
    }
  }

  #answer({ cmd, reqId, body }) {
    const time = this.nowMs();
    const answer = (name, content) => ({ cmd: name, reqId, time, code: "OK", body: content });
    const given = this.answers[cmd]?.(body);
    const refusal = typeof given === "string" ? { code: given } : given;
    if (refusal?.code) return { cmd: cmd === "chat" ? "chatAck" : cmd, reqId, ...refusal };
    if (given) return answer(cmd, given);
    switch (cmd) {
      case "login":
        return answer("login", { counters: {}, next: "", epoch: "e1" });
      case "counters":
        return answer("counters", { counters: {}, next: "" });
      case "ack":
      case "clear":
      case "read":
        return answer(cmd, {
          sessions: Object.fromEntries(Object.keys(body.sessions).map((id) => [id, { code: "OK", remaining: [] }])),
        });
      case "chat": {
        this.#seq += 1;
        const sessionId = "p:alice:bob";
        return answer("chatAck", { msgId: body.msgId, sessionId, seq: 100 + this.#seq, time: 1, number: this.#seq });
      }
      case "pull":
      case "history":
        return answer(cmd, { sessionId: body.sessionId, messages: [], end: true, endReason: "CAUGHT_UP", remaining: [] });
      default:
        return answer(cmd, {});
    }
  }
}
