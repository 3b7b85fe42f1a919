"""A wallet behind HTTP: each call is a POST, signed as Standard Webhooks are (standardwebhooks.com, version 1).

    webhook-id: <the idempotency key>          {"call": "reserve" | "pay" | "refund", "key": …, "amount": …, "uid": …,
    webhook-timestamp: <seconds since 1970>     "packet": {"id", "giver", "session", "total", "count", "currency"}}
    webhook-signature: v1,<base64 of HMAC-SHA-256 of "<id>.<timestamp>.<body>">

It answers 200 with `{"result": "reserved" | "declined" | "paid" | "refunded"}`, and to `declined` a `reason`. Anything
else is no answer, and the call comes again with the same key: other statuses, redirections, other results.
"""

import hmac
import json
from base64 import b64decode, b64encode
from collections.abc import Callable
from hashlib import sha256
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any, TypeVar
from urllib.parse import urlsplit

from catchup.clock import Clock
from catchup.domain.ids import Uid
from catchup.domain.packets import Packet
from catchup.errors import Unavailable
from catchup.usecases.packets.ports import Declined, Paid, Refunded, Reserved

T = TypeVar("T")

# A function runs for 15 seconds, and has other things to do.
TIMEOUT_SECONDS = 5.0
MAX_ANSWER_BYTES = 10_000
MAX_REASON_CHARACTERS = 64
# As Standard Webhooks write secrets.
KEY_PREFIX = "whsec_"
_OK = 200


class HttpWallet:
    """The wallet at an address. `secret`: `whsec_` and the base64 of the key that both know."""

    def __init__(self, url: str, secret: str, clock: Clock) -> None:
        """Raises ValueError for an address that is not https (or of this machine), and for a secret that is none."""
        place = urlsplit(url)
        is_local = place.scheme == "http" and place.hostname == "127.0.0.1"
        if not (place.scheme == "https" or is_local) or not place.hostname:
            raise ValueError("the address of a wallet begins with https://")
        self._connect: Callable[[], HTTPConnection] = lambda: (HTTPConnection if is_local else HTTPSConnection)(
            place.netloc, timeout=TIMEOUT_SECONDS
        )
        self._path = (place.path or "/") + (f"?{place.query}" if place.query else "")
        self._key = b64decode(secret.removeprefix(KEY_PREFIX), validate=True)
        if not self._key:
            raise ValueError("the secret of a wallet is empty")
        self._clock = clock

    def reserve(self, key: str, packet: Packet) -> Reserved | Declined:
        """Raises Unavailable."""
        answer = self._ask("reserve", key, packet, packet.giver, packet.total)
        if answer.get("result") == "declined":
            return Declined(str(answer.get("reason", ""))[:MAX_REASON_CHARACTERS])
        return _expected(answer, "reserved", Reserved())

    def pay(self, key: str, packet: Packet, uid: Uid, amount: int) -> Paid:
        """Raises Unavailable."""
        return _expected(self._ask("pay", key, packet, uid, amount), "paid", Paid())

    def refund(self, key: str, packet: Packet, amount: int) -> Refunded:
        """Raises Unavailable."""
        return _expected(self._ask("refund", key, packet, packet.giver, amount), "refunded", Refunded())

    def _ask(self, call: str, key: str, packet: Packet, uid: Uid, amount: int) -> dict[str, Any]:
        said = {
            "call": call,
            "key": key,
            "uid": uid,
            "amount": amount,
            "packet": {
                "id": packet.packet_id,
                "giver": packet.giver,
                "session": packet.session_id,
                "total": packet.total,
                "count": packet.count,
                "currency": packet.currency,
            },
        }
        body = json.dumps(said, separators=(",", ":")).encode()
        connection = self._connect()
        try:
            connection.request("POST", self._path, body, self._headers(key, body))
            answer = connection.getresponse()
            content = answer.read(MAX_ANSWER_BYTES + 1)
        except (OSError, HTTPException) as error:
            raise Unavailable(f"the wallet did not answer: {type(error).__name__}") from error
        finally:
            connection.close()
        if answer.status != _OK or len(content) > MAX_ANSWER_BYTES:
            raise Unavailable(f"the wallet answered {answer.status}")
        return _object(content)

    def _headers(self, key: str, body: bytes) -> dict[str, str]:
        at = str(self._clock() // 1_000)
        signed = hmac.new(self._key, b".".join((key.encode(), at.encode(), body)), sha256).digest()
        return {
            "content-type": "application/json",
            "webhook-id": key,
            "webhook-timestamp": at,
            "webhook-signature": f"v1,{b64encode(signed).decode()}",
        }


def _expected(answer: dict[str, Any], result: str, means: T) -> T:
    if answer.get("result") != result:
        raise Unavailable("the wallet gave no result")
    return means


def _object(content: bytes) -> dict[str, Any]:
    try:
        said = json.loads(content)
    except (RecursionError, ValueError) as error:
        raise Unavailable("the wallet answered no JSON") from error
    if not isinstance(said, dict):
        raise Unavailable("the wallet answered no object")
    return said
