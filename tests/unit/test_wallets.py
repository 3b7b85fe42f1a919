"""Wallets of others: what is no answer is neither yes nor no."""

import json
import sys
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from hashlib import sha256
from hmac import new as hmac
from types import SimpleNamespace
from typing import Any

import pytest

from catchup.domain.ids import Uid
from catchup.domain.packets import pay_key, refund_key, reserve_key
from catchup.errors import OutOfTime, Unavailable
from catchup.settings import SettingsError
from catchup.usecases.packets.ports import Declined, Paid, Refunded, Reserved, Wallet
from catchup.wallets.hook import NoWallet, OwnWallet, load_wallet
from catchup.wallets.http import MAX_ANSWER_BYTES, HttpWallet
from tests.contract.packets import packet
from tests.support.http_server import Answer, Served, serving

GIVEN, BOB = packet(), Uid("bob")
KEY = b"k" * 24
SECRET = f"whsec_{b64encode(KEY).decode()}"
NOW_MS = 1_700_000_000_123
CALLS: list[Callable[[Wallet], Any]] = [
    lambda wallet: wallet.reserve(reserve_key(GIVEN), GIVEN),
    lambda wallet: wallet.pay(pay_key(GIVEN, BOB), GIVEN, BOB, 7),
    lambda wallet: wallet.refund(refund_key(GIVEN), GIVEN, 993),
]


@pytest.fixture
def server() -> Iterator[Served]:
    with serving() as served:
        yield served


def wallet_at(server: Served, path: str = "/wallet?v=1") -> HttpWallet:
    return HttpWallet(f"{server.address}{path}", SECRET, lambda: NOW_MS)


def said(**fields: Any) -> Answer:
    return Answer(body=json.dumps(fields).encode())


def test_each_call_is_a_signed_post(server: Served) -> None:
    server.answers = [said(result="reserved"), said(result="paid"), said(result="refunded")]
    wallet = wallet_at(server)
    assert [call(wallet) for call in CALLS] == [Reserved(), Paid(), Refunded()]
    assert [json.loads(each.body)["call"] for each in server.asked] == ["reserve", "pay", "refund"]
    assert [json.loads(each.body)["amount"] for each in server.asked] == [1_000, 7, 993]
    asked = server.asked[1]
    assert (asked.method, asked.path) == ("POST", "/wallet?v=1")
    assert json.loads(asked.body)["uid"] == "bob"
    assert "seed" not in asked.body.decode()
    identifier, at = asked.headers["webhook-id"], asked.headers["webhook-timestamp"]
    assert (identifier, at) == (pay_key(GIVEN, BOB), "1700000000")
    version, signature = asked.headers["webhook-signature"].split(",")
    assert version == "v1"
    assert b64decode(signature) == hmac(KEY, f"{identifier}.{at}.".encode() + asked.body, sha256).digest()


def test_a_wallet_may_decline_and_say_why(server: Served) -> None:
    server.answers = [said(result="declined", reason="INSUFFICIENT_FUNDS")]
    assert CALLS[0](wallet_at(server)) == Declined("INSUFFICIENT_FUNDS")


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    "answer",
    [
        said(result="yes"),
        said(),
        Answer(status=500),
        Answer(status=307, headers=(("Location", "https://elsewhere.example"),)),
        Answer(status=201, body=b'{"result": "paid"}'),
        Answer(body=b"not JSON"),
        Answer(body=b"[" * 5_000),
        Answer(body=b'["reserved"]'),
        Answer(body=b" " * (MAX_ANSWER_BYTES + 1)),
        Answer(closes=True),
    ],
)
def test_anything_else_is_no_answer(server: Served, answer: Answer, call: Callable[[Wallet], Any]) -> None:
    server.answers = [answer]
    with pytest.raises(Unavailable):
        call(wallet_at(server))


def test_a_wallet_that_is_not_there_gives_no_answer() -> None:
    with pytest.raises(Unavailable):
        CALLS[0](HttpWallet("http://127.0.0.1:9", SECRET, lambda: NOW_MS))


@pytest.mark.parametrize("url", ["http://wallet.example", "https://", "ftp://wallet.example", "wallet.example"])
def test_money_goes_over_https_alone(url: str) -> None:
    with pytest.raises(ValueError, match="https"):
        HttpWallet(url, SECRET, lambda: NOW_MS)


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_?"])
def test_a_secret_is_a_secret(secret: str) -> None:
    with pytest.raises(ValueError, match=r"secret|base64|[Oo]nly"):
        HttpWallet("https://wallet.example", secret, lambda: NOW_MS)


class Answering:
    """A wallet of somebody's that answers, or fails, always in the same way."""

    def __init__(self, answer: Any) -> None:
        self._answer = answer

    def __getattr__(self, _: str) -> Callable[..., Any]:
        def call(*_: Any) -> Any:
            if isinstance(self._answer, Exception):
                raise self._answer
            return self._answer

        return call


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("answer", [None, True, "paid", KeyError("alice"), Unavailable(), OutOfTime()])
def test_neither_errors_nor_answers_of_a_wallet_are_trusted(answer: Any, call: Callable[[Wallet], Any]) -> None:
    with pytest.raises(Unavailable) as raised:
        call(OwnWallet(Answering(answer)))
    assert "alice" not in str(raised.value)


def test_answers_of_another_call_are_no_answers() -> None:
    assert CALLS[0](OwnWallet(Answering(Declined("x")))) == Declined("x")
    for call in CALLS[1:]:
        with pytest.raises(Unavailable):
            call(OwnWallet(Answering(Reserved())))


@pytest.mark.parametrize("call", CALLS)
def test_without_a_wallet_nothing_is_answered(call: Callable[[Wallet], Any]) -> None:
    with pytest.raises(Unavailable):
        call(NoWallet())


def test_a_wallet_is_loaded_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "a_wallet", SimpleNamespace(wallet=Answering(Paid()), half=SimpleNamespace(pay=1)))
    assert CALLS[1](load_wallet("a_wallet:wallet")) == Paid()
    with pytest.raises(SettingsError, match="it has no reserve, pay, refund"):
        load_wallet("a_wallet:half")


@pytest.mark.parametrize("name", ["wallet", ":wallet", "wallets:", "no_such_module:wallet", "json:wallet"])
def test_a_wrong_name_is_told_at_the_start(name: str) -> None:
    with pytest.raises(SettingsError, match="WALLET is"):
        load_wallet(name)
