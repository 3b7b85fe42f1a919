"""Someone comes back: login, counters, clear, pull, ack, history."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from unittest.mock import patch

from catchup.domain.presence import Encoding
from catchup.usecases.catching_up import counters
from catchup.wire.budget import BUDGETS, JsonBudget
from tests.faults.faults import DIED_AFTER
from tests.faults.scenarios.registry import SESSION, both_online, break_off, everyone_reads, scenario, talking
from tests.faults.stage import Stage
from tests.people.person import Person


def away(messages: int, *, limit: int = 20) -> Callable[[Stage], None]:
    """Bob was away: this many messages of Alice wait for him, the last without ackFlg, and one of Erin."""

    def setup(stage: Stage) -> None:
        alice = talking(stage)
        for _ in range(messages - 1):
            alice.say("bob")
        alice.say("bob", ack=0)
        stage.online("erin").say("bob")
        stage.person("bob").page = limit

    return setup


def counted(messages: int, *, limit: int = 20) -> Callable[[Stage], None]:
    """Bob has logged in and counted, and done nothing else."""

    def setup(stage: Stage) -> None:
        away(messages, limit=limit)(stage)
        bob = stage.person("bob")
        bob.connect()
        bob.log_in()

    return setup


@scenario("login", away(2))
def _(stage: Stage) -> None:
    bob = stage.person("bob")
    bob.connect()
    bob.log_in()


@scenario("all of a catch-up", away(2))
def _(stage: Stage) -> None:
    stage.person("bob").work()


class SmallFrames(JsonBudget):
    """Room for two or three counters, or one message."""

    def __init__(self) -> None:
        super().__init__(540)


def many_sessions(stage: Stage) -> None:
    """More people have written to Bob than a frame has room for."""
    for number in range(6):
        stage.online(f"erin-{number}").say("bob")
    stage.person("bob")


@contextmanager
def small_frames() -> Iterator[None]:
    """Frames, and the queries behind them, hold little."""
    with patch.dict(BUDGETS, {Encoding.JSON: SmallFrames()}), patch.object(counters, "rows_for", lambda _: 2):
        yield


@scenario("login with further frames", many_sessions, small_frames)
def _(stage: Stage) -> None:
    bob = stage.person("bob")
    bob.connect()
    bob.log_in()


def fails_to_reach(stage: Stage, bob: Person) -> None:
    """A message of Alice, whose push to Bob fails."""
    stage.world.gateway.failing = {bob.phone.connection: 429}
    stage.person("alice").say("bob")
    stage.world.gateway.failing = {}


def unheard(stage: Stage) -> None:
    """Bob has counted; then one more message has come, whose push failed."""
    counted(2)(stage)
    fails_to_reach(stage, stage.person("bob"))


@scenario("clear while one more waits", unheard)
def _(stage: Stage) -> None:
    stage.person("bob").clear()


@scenario("clear", counted(2))
def _(stage: Stage) -> None:
    stage.person("bob").clear()


@scenario("read", counted(2))
def _(stage: Stage) -> None:
    stage.person("bob").mark_read(SESSION)


def both_have_counted(stage: Stage) -> None:
    """Bob's tablet has read one message; his phone has counted one more."""
    counted(2)(stage)
    tablet = stage.online("bob", "tablet")
    tablet.mark_read(SESSION)
    stage.person("alice").say("bob")
    stage.person("bob").read_pushes()


@scenario("read on a second device", both_have_counted)
def _(stage: Stage) -> None:
    stage.person("bob").mark_read(SESSION)
    stage.person("bob", "tablet").read_pushes()


@scenario("pull page by page, each acking the one before", counted(12, limit=3))
def _(stage: Stage) -> None:
    bob = stage.person("bob")
    bob.catch_up(SESSION)
    bob.ack()


@scenario("ack of more than a batch takes", counted(27, limit=100))
def _(stage: Stage) -> None:
    bob = stage.person("bob")
    bob.pull(SESSION)
    bob.ack()


def between_pages(stage: Stage) -> None:
    """Bob has pulled a page; then one more message has come, whose push failed."""
    counted(12, limit=3)(stage)
    bob = stage.person("bob")
    bob.pull(SESSION)
    fails_to_reach(stage, bob)


@scenario("what arrives while someone catches up", between_pages)
def _(stage: Stage) -> None:
    bob = stage.person("bob")
    bob.catch_up(SESSION)
    bob.clear()


def pushed(*delivered: bool) -> Callable[[Stage], None]:
    """Alice has sent a message for each of these; pushes to Bob failed where it says so. He has read the others."""

    def setup(stage: Stage) -> None:
        both_online(stage)
        bob = stage.person("bob")
        for arrives in delivered:
            if arrives:
                stage.person("alice").say("bob")
            else:
                fails_to_reach(stage, bob)
        bob.read_pushes()

    return setup


@scenario("live ack with what was counted", pushed(True))
def _(stage: Stage) -> None:
    stage.person("bob").ack()


@scenario("live ack of two pushes around one that failed", pushed(True, False, True))
def _(stage: Stage) -> None:
    stage.person("bob").ack()


@scenario("counters after a push that failed", pushed(False, True))
def _(stage: Stage) -> None:
    stage.person("bob").ask_counters()


def owns_another_device(stage: Stage) -> None:
    """What Alice's phone has sent her tablet does not know; Bob has answered."""
    talking(stage)
    stage.person("alice").say("bob")
    stage.person("alice").say("bob", ack=0)
    stage.online("bob").say("alice")


@scenario("history fills what another device has sent", owns_another_device)
def _(stage: Stage) -> None:
    tablet = stage.person("alice", "tablet")
    tablet.work()


def pushed_to_both(stage: Stage) -> None:
    """Bob has written to Alice, who has two devices online."""
    both_online(stage)
    stage.person("bob").say("alice")


@scenario("two devices of one receiver", pushed_to_both)
def _(stage: Stage) -> None:
    stage.person("alice", "tablet").read_pushes()
    stage.person("alice", "tablet").ack()
    stage.person("alice").read_pushes()
    stage.person("alice").ack()
    stage.person("alice").clear()


def counted_after_the_page(stage: Stage) -> None:
    """A message is stored and not yet counted, and Bob has already pulled it."""
    talking(stage)
    alice = stage.person("alice")
    break_off(stage, lambda: alice.say("bob"), "PutItem", "Inbox", DIED_AFTER)
    stage.online("erin").say("bob")
    bob = stage.online("bob")
    bob.store.talk(SESSION).behind = True
    bob.finish()


@scenario("retry of a send that was pulled before it was counted", counted_after_the_page)
def _(stage: Stage) -> None:
    stage.person("alice").flush()
    everyone_reads(stage)


def outlived(kept: int) -> Callable[[Stage], None]:
    """Bob was away until retention had removed what was written to him; this many newer ones he has not heard of."""

    def setup(stage: Stage) -> None:
        alice = talking(stage)
        for _ in range(3):
            alice.say("bob")
        stage.remove_all_of(SESSION)
        for _ in range(kept):
            alice.say("bob")
        stage.person("bob").connect()

    return setup


@scenario("history to the end of retention", outlived(2))
def _(stage: Stage) -> None:
    stage.person("bob").ask("history", sessionId=SESSION)


@scenario("pull where all has been removed", outlived(0))
def _(stage: Stage) -> None:
    stage.person("bob").ask("pull", sessionId=SESSION, ack=[])
