// Text frames over a WebSocket. Browsers can't set headers, so the token goes into a subprotocol (section 1).

import { ConnectionLost, Stopped } from "./errors.js";

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
    // The server echoes the first. A token in the address would be in the logs of servers and proxies.
    const protocols = [ENCODING, `bearer.${token}`, ...(deviceId ? [`device.${deviceId}`] : [])];
    const socket = opened(url, protocols);
    let isOpen = false;
    const refuse = () => reject(new ConnectionLost(`${url} can't be reached, or refuses the token`));
    socket.onopen = () => {
      isOpen = true;
      resolve({
        send(text) {
          // A socket that is closing drops what it is given, without an error.
          if (socket.readyState !== WebSocket.OPEN) throw new ConnectionLost("the connection is closing");
          socket.send(text);
        },
        // Browsers throw at other codes than 1000 and those from 3000 on.
        close: () => socket.close(1000),
      });
    };
    socket.onmessage = ({ data }) => {
      // Binary frames are not part of the protocol. Reading their Blobs would take turns, and change the order.
      if (typeof data === "string") listener.onFrame(data);
    };
    socket.onclose = ({ code, reason }) => {
      if (isOpen) listener.onClose(`closed with ${code}${reason ? ` (${reason})` : ""}`);
      else refuse();
    };
    // Browsers tell the close, too; Node 20 does not if the handshake fails.
    socket.onerror = refuse;
  });
}

/** @param {string} url @param {string[]} protocols */
function opened(url, protocols) {
  try {
    return new WebSocket(url, protocols);
  } catch (error) {
    // Not an address of a WebSocket, or `ws:` on a page that came over https.
    throw new Stopped(`${url} can't be opened from this page: ${error}`, { cause: error });
  }
}
