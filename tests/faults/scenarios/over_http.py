"""The same over HTTP: nobody is connected there, so a device learns only what it asks for."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from unittest.mock import patch

from catchup.domain.presence import Encoding
from catchup.wire.budget import HTTP_BUDGETS, JsonBudget
from tests.faults.faults import DIED_AFTER, DIED_BEFORE, Injected
from tests.faults.scenarios import blocking, catching_up, membership
from tests.faults.scenarios.groups import room
from tests.faults.scenarios.registry import (
    SESSION,
    both_online,
    break_off,
    everyone_reads,
    group_scenario,
    guard_scenario,
    scenario,
    talking,
)
from tests.faults.stage import Stage
from tests.people.person import Person

# -------------------------------------------------------------------------------- sending


@scenario("over HTTP: send to someone offline", talking, is_one_send=True)
def _(stage: Stage) -> None:
    stage.over_http("alice").say("bob")


@scenario("over HTTP: send to someone online, who acks", both_online)
def _(stage: Stage) -> None:
    stage.over_http("alice").say("bob")
    everyone_reads(stage)


@scenario("over HTTP: ackFlg 0 to someone online", both_online, is_one_send=True)
def _(stage: Stage) -> None:
    stage.over_http("alice").say("bob", ack=0)


def interrupted(operation: str, table: str, fault: Injected, *, first_over_http: bool) -> Callable[[Stage], None]:
    """A send of Alice's phone has died; the phone is now on the other transport."""

    def setup(stage: Stage) -> None:
        both_online(stage)
        alice = stage.person("alice")
        moves(alice, over_http=first_over_http)
        break_off(stage, lambda: alice.say("bob"), operation, table, fault)
        moves(alice, over_http=not first_over_http)

    return setup


def moves(person: Person, *, over_http: bool) -> None:
    """Its socket ends, and it goes on over HTTP; or it has a socket again."""
    if not person.over_http:
        person.leave()
    person.over_http = over_http
    person.connect()
    person.log_in()


for where, operation, table, fault in (
    ("allocated", "PutItem", "Message", DIED_BEFORE),
    ("stored", "PutItem", "Inbox", DIED_BEFORE),
    ("pushed", "UpdateItem", "Counter", DIED_AFTER),
):
    for name, first in (("over the socket, and its retry over HTTP", False), ("over HTTP, and its retry not", True)):

        @scenario(
            f"a send that died before it was {where} {name}",
            interrupted(operation, table, fault, first_over_http=first),
        )
        def _(stage: Stage) -> None:
            stage.person("alice").flush()
            everyone_reads(stage)


# -------------------------------------------------------------------------------- catching up


def away(messages: int, *, limit: int = 20) -> Callable[[Stage], None]:
    """As over the socket, and Bob comes back without one."""

    def setup(stage: Stage) -> None:
        catching_up.away(messages, limit=limit)(stage)
        stage.over_http("bob", "phone")

    return setup


def counted(messages: int, *, limit: int = 20) -> Callable[[Stage], None]:
    """Bob has asked for the counters, and done nothing else."""

    def setup(stage: Stage) -> None:
        away(messages, limit=limit)(stage)
        stage.person("bob").log_in()

    return setup


@scenario("over HTTP: all of a catch-up", away(2))
def _(stage: Stage) -> None:
    stage.person("bob").work()


def many_sessions(stage: Stage) -> None:
    """More people have written to Bob than an answer has room for."""
    catching_up.many_sessions(stage)
    stage.over_http("bob", "phone")


@contextmanager
def small_answers() -> Iterator[None]:
    """An answer has room for two or three counters."""
    with patch.dict(HTTP_BUDGETS, {Encoding.JSON: JsonBudget(420)}):
        yield


@scenario("over HTTP: all counters, with further requests", many_sessions, small_answers)
def _(stage: Stage) -> None:
    stage.person("bob").log_in()


@scenario("over HTTP: clear", counted(2))
def _(stage: Stage) -> None:
    stage.person("bob").clear()


@scenario("over HTTP: pull page by page, each acking the one before", counted(12, limit=3))
def _(stage: Stage) -> None:
    bob = stage.person("bob")
    bob.catch_up(SESSION)
    bob.ack()


def one_of_two(stage: Stage) -> None:
    """Bob's phone is online and has a push; his other device has pulled the same message over HTTP."""
    both_online(stage)
    stage.over_http("bob").work()
    stage.person("alice").say("bob")
    stage.person("bob").read_pushes()
    app = stage.over_http("bob")
    app.log_in()
    app.pull(SESSION)


@scenario("ack over the socket of what was pulled over HTTP", one_of_two)
def _(stage: Stage) -> None:
    stage.person("bob").ack()
    stage.over_http("bob").catch_up(SESSION)
    stage.over_http("bob").clear()


# -------------------------------------------------------------------------------- groups, and blocks


@group_scenario("over HTTP: send to a group", room, is_one_send=True)
def _(stage: Stage) -> None:
    stage.over_http("alice").tell("room")


@group_scenario("over HTTP: create", membership.before_all)
def _(stage: Stage) -> None:
    stage.over_http("alice").change("create", "room", uids=["bob", "gus"], name="The room")


@group_scenario("over HTTP: add, and a message", membership.four)
def _(stage: Stage) -> None:
    stage.over_http("alice").change("add", "room", uids=["frank"])
    stage.over_http("alice").tell("room")
    stage.over_http("frank").work()


def tablet_over_http(stage: Stage) -> None:
    """Bob's tablet has lost its socket."""
    membership.two_of_bobs(stage)
    moves(stage.person("bob", "tablet"), over_http=True)


@group_scenario("over HTTP: leave, and a message", tablet_over_http)
def _(stage: Stage) -> None:
    stage.person("bob", "tablet").change("leave", "room")
    stage.person("alice").tell("room")


def over_http_too(stage: Stage) -> None:
    """Bob's phone has no socket any more."""
    blocking.two_online(stage)
    moves(stage.person("bob"), over_http=True)


@guard_scenario("over HTTP: block, and a message", over_http_too, without=blocking.LAGGING)
def _(stage: Stage) -> None:
    blocking.blocks(stage)
    blocking.writes(stage)
