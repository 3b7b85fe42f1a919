// What the local stack does for this page alone: tokens, a backlog in a few seconds, and the words that it looks for.

export const socketUrl = `${location.protocol === "https:" ? "wss:" : "ws:"}//${location.host}/v1`;

/** Return a token for a person. @param {string} uid @param {string} device */
export async function tokenFor(uid, device) {
  return answered(await fetch(`/playground/token?${new URLSearchParams({ uid, device })}`), "text");
}

/**
 * Let messages wait for a person, as if friends had sent them.
 * @param {string} to
 * @param {number} count
 * @returns {Promise<{messages: number, seconds: number}>}
 */
export async function receive(to, count) {
  const body = JSON.stringify({ to, count });
  const headers = { "Content-Type": "application/json" };
  return answered(await fetch("/playground/backlog", { method: "POST", headers, body }), "json");
}

/**
 * Some words of the stack's lists, by what happens to a message that has one of them.
 * @returns {Promise<Partial<Record<"MASK" | "HOLD" | "REJECT", string[]>>>}
 */
export async function words() {
  return answered(await fetch("/playground/words"), "json");
}

/** The address at which a server of the old kind pushes all that waits. @param {string} uid */
export const oldWayUrl = (uid) => `${socketUrl.replace(/\/v1$/, "")}/playground/old-way?${new URLSearchParams({ uid })}`;

/** @param {Response} response @param {"text" | "json"} kind */
async function answered(response, kind) {
  if (!response.ok) throw new Error(await response.text());
  return response[kind]();
}
