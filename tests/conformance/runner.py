"""Plays a vector with the Python client (conformance/README.md)."""

import asyncio

from tests.client.virtual_time import run
from tests.conformance import sent, short_forms
from tests.conformance.phone import Killed, Phone
from tests.conformance.short_forms import EPOCH_MS, Json
from tests.conformance.wire import Wire

WINDOW_SECONDS = 2.0
"""How long a step with `sends` lets the clock run."""
TURNS = 25
"""More turns of the event loop than any step needs without the clock."""


def play(vector: Json) -> None:
    """Raise AssertionError if the client does not do what the vector says."""
    run(_play(vector), expected=Killed)


async def _play(vector: Json) -> None:
    wire = Wire(vector.get("silent", []), vector.get("may", []))
    phone = Phone(vector, wire)
    await phone.begin()
    try:
        if vector.get("start", {}).get("online", True):
            await _bring_online(wire, phone)
        for number, step in enumerate(vector["steps"], 1):
            try:
                await _step(wire, phone, step)
            except AssertionError as error:
                raise AssertionError(f"step {number}: {error}") from None
    finally:
        await phone.end()


async def _bring_online(wire: Wire, phone: Phone) -> None:
    await _connect(wire)
    wire.answer("login", "OK", {})
    await asyncio.sleep(WINDOW_SECONDS)
    assert not wire.sent, f"the start has something that is due: {wire.sent}"
    phone.told()


async def _connect(wire: Wire) -> None:
    await wire.connect()
    await _idle()
    login = next((request for request in wire.sent if request["cmd"] == "login"), None)
    assert login is not None, "no login was sent"
    wire.sent.remove(login)


async def _idle() -> None:
    for _ in range(TURNS):
        await asyncio.sleep(0)


async def _step(wire: Wire, phone: Phone, step: Json) -> None:
    phone.will_crash(step.get("crash"))
    if "connect" in step:
        await _connect(wire)
    elif "disconnect" in step:
        await wire.disconnect()
    elif "receive" in step:
        wire.deliver(short_forms.push(step["receive"]))
    elif "answer" in step:
        wire.answer(step["answer"], step.get("code", "OK"), step.get("body", {}), step.get("time", EPOCH_MS))
    elif "call" in step:
        phone.call(step["call"], step.get("args", {}))
    else:
        await asyncio.sleep(step["wait"] / 1000)
    if "crash" in step:
        await _idle()
        await phone.rise_again()
    await _compare(wire, phone, step)


async def _compare(wire: Wire, phone: Phone, step: Json) -> None:
    expected = step.get("expect", {})
    if "sends" in expected:
        if "wait" not in step:
            await asyncio.sleep(WINDOW_SECONDS)
        sent.compare(wire.sent, expected["sends"], wire.compared)
        wire.compared += wire.sent
        wire.sent.clear()
    else:
        await _idle()
    for name, value in expected.get("holds", {}).items():
        if name != "sessions":
            held = _named(phone.held(name), value) if name == "receipts" else phone.held(name)
            assert held == value, f"{name} is {held}, not {value}"
    for session_id, fields in expected.get("holds", {}).get("sessions", {}).items():
        for name, value in fields.items():
            held = phone.session(session_id, name)
            if name == "settings":
                held = _named(held, value)
            assert held == value, f"{name} of {session_id} is {held}, not {value}"
    if "shows" in expected:
        told = phone.told()
        for name, value in expected["shows"].items():
            assert told[name] == value, f"{name}: {told[name]} was told, not {value}"


def _named(held: object, value: Json) -> object:
    """Return what a vector names of several fields."""
    return {each: held[each] for each in value} if isinstance(held, dict) else held
