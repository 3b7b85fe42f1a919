"""The fan-out of groups: member by member, from a roster, and as hints."""

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from catchup.domain import membership
from catchup.usecases.groups import fan_out
from tests.faults.scenarios.groups import everyone_reads, room, with_tablet
from tests.faults.scenarios.registry import group_scenario
from tests.faults.stage import Stage

LIFETIME_MS = 7_200_000


@contextmanager
def small_numbers() -> Iterator[None]:
    """Two members make a page, and a roster; two online make bursts hints."""
    with (
        patch.object(fan_out, "MEMBERS_PER_PAGE", 2),
        patch.object(fan_out, "ROSTER_FROM", 2),
        patch.object(fan_out, "HOT_FROM", 2),
    ):
        yield


@contextmanager
def few_own() -> Iterator[None]:
    """Two own seqs are many."""
    with patch.object(membership, "OWN_LIMIT", 2), patch.object(membership, "OWN_KEPT", 1):
        yield


def own_many(stage: Stage) -> None:
    """Alice's own seqs are told by a number already, of which Bob's tell apart."""
    with_tablet(stage)
    for _ in range(3):
        stage.person("alice").tell("room")
        stage.person("bob").tell("room")
    stage.person("alice").finish()
    stage.person("alice", "tablet").leave()


@group_scenario("message that settles own seqs", own_many, few_own)
def _(stage: Stage) -> None:
    stage.person("alice").tell("room")
    tablet = stage.person("alice", "tablet")
    tablet.connect()
    tablet.log_in()


@group_scenario("messages to all that settle own seqs", own_many, few_own)
def _(stage: Stage) -> None:
    for _ in range(2):
        stage.person("alice").tell("room", at_all=True)


def may_clear(stage: Stage) -> None:
    """Alice has counted up to the middle of what is told by a number."""
    own_many(stage)
    alice = stage.person("alice")
    alice.keeps = False
    for _ in range(2):
        stage.person("alice").tell("room")


@group_scenario("clear of a group with own seqs told by a number", may_clear, few_own)
def _(stage: Stage) -> None:
    alice = stage.person("alice")
    alice.ask("clear", sessions={"g:room": 4})
    alice.clear()


def own_many_alone(stage: Stage) -> None:
    """The same, of Alice with one device: nobody but her clears."""
    room(stage)
    for _ in range(4):
        stage.person("bob").tell("room")
        stage.person("alice").tell("room")
    stage.person("alice").finish()


@group_scenario("clear of a part of a group with own seqs told by a number", own_many_alone, few_own)
def _(stage: Stage) -> None:
    # It is no duty of hers, so that nobody tries again later.
    for _ in range(2):
        stage.person("alice").ask("clear", sessions={"g:room": 4})


@group_scenario("fan-out of many pages, and a roster begins", with_tablet, small_numbers)
def _(stage: Stage) -> None:
    stage.person("bob").tell("room")
    everyone_reads(stage)


def rostered(stage: Stage) -> None:
    """A roster was begun long ago; everyone has logged in since, and Frank, who is no member."""
    with_tablet(stage)
    stage.person("bob").tell("room")
    for person in stage.people.values():
        person.leave()
    stage.world.queues.ready.clear()
    (row,) = (row for row in stage.world.rows("Session") if row["sessionId"]["S"] == "g:room")
    stage.aws.sdk.put_item(
        TableName=stage.tables["SessionTable"],
        Item={**row, "rosterSince": {"N": str(stage.time.wall_ms - 2 * LIFETIME_MS)}},
    )
    for uid, device in (("alice", "phone"), ("alice", "tablet"), ("bob", "phone"), ("frank", "phone")):
        stage.online(uid, device).finish()


@group_scenario("message to a group with a roster", rostered)
def _(stage: Stage) -> None:
    stage.person("alice").tell("room")
    everyone_reads(stage)


@group_scenario("login of a member of a group with a roster", rostered)
def _(stage: Stage) -> None:
    for uid in ("bob", "erin"):
        person = stage.person(uid)
        person.connect()
        person.log_in()
    stage.person("alice").tell("room")


@group_scenario("add to a group with a roster", rostered)
def _(stage: Stage) -> None:
    stage.person("alice").change("add", "room", uids=["frank"])
    # The push that is made once more is over.
    stage.world.fan_out(delayed=True)
    stage.person("alice").tell("room")


@group_scenario("remove from a group with a roster", rostered)
def _(stage: Stage) -> None:
    stage.person("alice").change("remove", "room", uids=["bob"])
    stage.person("alice").tell("room")
    everyone_reads(stage)


@group_scenario("leave of a group with a roster", rostered)
def _(stage: Stage) -> None:
    stage.person("bob").may_hear_late = True
    stage.person("bob").change("leave", "room")
    stage.person("alice").tell("room")
    everyone_reads(stage)


def hot(stage: Stage) -> None:
    """So many were online that bursts are hints."""
    rostered(stage)
    stage.person("alice").tell("room")
    stage.world.fan_out(delayed=True)
    everyone_reads(stage)


@group_scenario("messages to a group as a hint", hot, small_numbers)
def _(stage: Stage) -> None:
    stage.person("alice").tell("room")
    stage.person("bob").tell("room")
    stage.world.fan_out(delayed=True)
    everyone_reads(stage)


@group_scenario("add to a group whose messages are hints", hot, small_numbers)
def _(stage: Stage) -> None:
    stage.person("alice").change("add", "room", uids=["frank"])
    stage.world.fan_out(delayed=True)
    everyone_reads(stage)


def gone(stage: Stage) -> None:
    """Bob has lost his network, and nobody knows."""
    room(stage)
    stage.person("bob").crash()
    stage.online("bob", "tablet")


@group_scenario("fan-out to devices that are gone", gone)
def _(stage: Stage) -> None:
    stage.person("alice").tell("room")


@group_scenario("a fan-out comes again", with_tablet)
def _(stage: Stage) -> None:
    stage.world.fans_out_at_once = False
    stage.person("bob").tell("room")
    stage.world.fans_out_at_once = True
    again = [dict(record) for record in stage.world.queues.ready]
    stage.world.fan_out()
    everyone_reads(stage)
    stage.world.queues.ready += again
    stage.world.fan_out()
    everyone_reads(stage)
