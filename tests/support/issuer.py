"""An OpenID Connect issuer for tests: discovery and keys, over HTTP on loopback."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

KEYS: dict[str, Any] = {
    "rsa-1": rsa.generate_private_key(public_exponent=65537, key_size=2048),
    "rsa-2": rsa.generate_private_key(public_exponent=65537, key_size=2048),
    "ec-1": ec.generate_private_key(ec.SECP256R1()),
}
ALGORITHMS = {"rsa-1": "RS256", "rsa-2": "RS256", "ec-1": "ES256"}
AUDIENCE = "chat"


class Issuer:
    """Publishes a discovery document and keys, over HTTP on loopback."""

    def __init__(self) -> None:
        self.published = ["rsa-1", "ec-1"]
        self.asked: list[str] = []
        self.down = False
        issuer = self

        class Pages(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                issuer.asked.append(self.path)
                found = None if issuer.down else issuer.pages().get(self.path)
                self.send_response(503 if found is None else 200)
                self.end_headers()
                self.wfile.write(json.dumps(found).encode())

            def log_message(self, *_: Any) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
        self.url = f"http://127.0.0.1:{self._server.server_port}/pool"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def pages(self) -> dict[str, Any]:
        return {
            "/pool/.well-known/openid-configuration": {"issuer": self.url, "jwks_uri": f"{self.url}/keys"},
            "/pool/keys": {"keys": [public_key(name) for name in self.published]},
        }

    def token(self, key: str = "rsa-1", **changes: Any) -> str:
        claims = {"sub": "alice", "deviceId": "phone", "iss": self.url, "aud": AUDIENCE, "exp": time.time() + 600}
        claims = {name: value for name, value in {**claims, **changes}.items() if value is not None}
        return jwt.encode(claims, KEYS[key], ALGORITHMS[key], headers={"kid": key})

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def public_key(name: str) -> dict[str, Any]:
    algorithm = RSAAlgorithm if ALGORITHMS[name] == "RS256" else ECAlgorithm
    return {**algorithm.to_jwk(KEYS[name].public_key(), as_dict=True), "kid": name, "use": "sig"}
