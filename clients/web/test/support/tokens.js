/** Return a token that the client can read; nobody checks its signature here. */
export function token(uid, claims = {}) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return [part({ alg: "HS256" }), part({ sub: uid, deviceId: "phone", exp: 4_000_000_000, ...claims }), "x"].join(".");
}
