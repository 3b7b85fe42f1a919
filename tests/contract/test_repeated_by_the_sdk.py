"""Any one write of a request is repeated by the SDK: rows, answer and pushes are as if none had been."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from catchup.storage import data_set
from tests.conftest import on_dynamodb_local_alone
from tests.contract.stores import NOW_MS, SESSION, Stores
from tests.support.outages import WRITES, Outages
from tests.support.world import Phone, World

pytestmark = on_dynamodb_local_alone


MakeWorld = Callable[..., World]


@pytest.fixture(autouse=True)
def every_data_set_has_the_same_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else no two runs would leave the same rows."""
    monkeypatch.setattr(data_set, "token_hex", lambda size: "e" * 2 * size)


@dataclass
class Stage:
    """A deployment whose clock stands still, and phones whose connections have names that do not change."""

    world: World
    phones: dict[str, Phone] = field(default_factory=dict)

    def phone(self, name: str, opened: int = 0, online: bool = True) -> Phone:
        """`name`: "<uid> <device>"."""
        uid, device = name.split()
        connection = f"{uid}-{device}-{opened}"
        phone = Phone(self.world, uid, device, connection=connection, connected_at=NOW_MS - 1_000 + opened)
        self.world.gateway.open.add(connection)
        self.phones[connection] = phone
        if online:
            phone.ask("login")
        return phone

    def outcome(self, answer: Any) -> dict[str, Any]:
        return {
            "answer": answer and (answer["code"], answer.get("body")),
            "rows": Stores(self.world.dynamodb, self.world.tables).trace(),
            "pushes": {name: phone.pushes for name, phone in self.phones.items()},
        }


def away(stage: Stage) -> Phone:
    return stage.phone("alice phone")


def both_online(stage: Stage) -> Phone:
    for name in ("bob phone", "bob tablet", "alice tablet"):
        stage.phone(name)
    return stage.phone("alice phone")


def bob_gone(stage: Stage) -> Phone:
    stage.phone("bob phone").drop(notice=False)
    return stage.phone("alice phone")


def bob_with_messages(stage: Stage) -> Phone:
    alice = stage.phone("alice phone", online=False)
    for number in range(1, 4):
        alice.chat("bob", msg_id=f"m{number}")
    return stage.phone("bob phone", online=False)


def bob_online_already(stage: Stage) -> Phone:
    stage.phone("bob phone")
    return stage.phone("bob phone", opened=1, online=False)


def chat(ack: int) -> Callable[[Phone], Any]:
    body: dict[str, Any] = {
        "msgId": "m",
        "chatType": 1,
        "ackFlg": ack,
        "to": "bob",
        "time": 5,
        "msg": {"message": "hi"},
    }
    return lambda phone: phone.ask("chat", **body)


def ask(cmd: str, **body: Any) -> Callable[[Phone], Any]:
    return lambda phone: phone.ask(cmd, **body)


CASES: dict[str, tuple[Callable[[Stage], Phone], Callable[[Phone], Any]]] = {
    "chat to someone away": (away, chat(1)),
    "chat to someone online": (both_online, chat(1)),
    "chat to someone gone": (bob_gone, chat(1)),
    "chat without ack to someone away": (away, chat(0)),
    "chat without ack to someone online": (both_online, chat(0)),
    "chat without ack to someone gone": (bob_gone, chat(0)),
    "login": (bob_with_messages, ask("login")),
    "login of a device that is online": (bob_online_already, ask("login")),
    "clear": (bob_with_messages, ask("clear", sessions={SESSION: 2})),
    "ack": (bob_with_messages, ask("ack", sessions={SESSION: {"seqs": [1, 3], "received": 3}})),
    "pull": (bob_with_messages, ask("pull", sessionId=SESSION, limit=1, ack=[3])),
    "disconnect": (both_online, lambda phone: phone.drop()),
}


def run(make_world: MakeWorld, case: str, outages: Outages, lost: int | None = None) -> tuple[int, dict[str, Any]]:
    """How many writes the request made, and what came of it."""
    prepare, act = CASES[case]
    stage = Stage(make_world(clock=lambda: NOW_MS))
    phone = prepare(stage)
    outages.heal()
    if lost is not None:
        outages.lose_response(WRITES, lost)
    answer = act(phone)
    writes = outages.count(WRITES)
    return writes, stage.outcome(answer)


@pytest.mark.parametrize("case", CASES)
def test_a_repeated_write_changes_nothing(make_world: MakeWorld, outages: Outages, case: str) -> None:
    writes, expected = run(make_world, case, outages)
    assert writes >= 1
    for lost in range(1, writes + 1):
        sent, outcome = run(make_world, case, outages, lost)
        assert sent > writes or case.startswith("chat")
        assert outcome == expected, f"write {lost} of {writes}"
