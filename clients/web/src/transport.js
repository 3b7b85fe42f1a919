// Text frames over a WebSocket. Browsers can't set headers, so the token goes into a subprotocol (section 1).

import { ConnectionLost } from "./errors.js";

/**
 * One open connection that carries text frames.
 * @typedef {object} Transport
 * @property {(text: string) => void} send throws ConnectionLost
 * @property {() => void} close may be called more than once
 */
/**
 * @typedef {object} Listener
 * @property {(text: string) => void} onFrame
 * @property {(reason: string) => void} onClose called once
 */
/**
 * Opens a connection. Rejects with ConnectionLost: browsers don't tell why a handshake has failed.
 * @typedef {(url: string, token: string, deviceId: string, listener: Listener) => Promise<Transport>} Dial
 */

const ENCODING = "catchup.json.v1";

/** @type {Dial} */
export function dialWebSocket(url, token, deviceId, listener) {
  return new Promise((resolve, reject) => {
    const protocols = [ENCODING, `bearer.${token}`, ...(deviceId ? [`device.${deviceId}`] : [])];
    const socket = new WebSocket(url, protocols);
    let isOpen = false;
    socket.onopen = () => {
      isOpen = true;
      resolve({
        send(text) {
          // A socket that is closing drops what it is given, without an error.
          if (socket.readyState !== WebSocket.OPEN) throw new ConnectionLost("the connection is closing");
          socket.send(text);
        },
        // Browsers allow no other code than 1000 and those from 3000 on.
        close: () => socket.close(1000),
      });
    };
    socket.onmessage = ({ data }) => {
      if (typeof data === "string") listener.onFrame(data); // binary frames are not part of the protocol
    };
    socket.onclose = ({ code, reason }) => {
      if (isOpen) listener.onClose(`closed with ${code}${reason ? ` (${reason})` : ""}`);
      else reject(new ConnectionLost(`${url} can't be reached, or refuses the token (${code})`));
    };
  });
}
