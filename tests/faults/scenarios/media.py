"""Somebody sends a picture that they have uploaded, forwards one, writes another caption, or recalls one."""

from tests.faults.faults import DIED_AFTER, DIED_BEFORE
from tests.faults.scenarios.groups import room
from tests.faults.scenarios.registry import (
    SESSION,
    both_online,
    break_off,
    everyone_reads,
    group_scenario,
    scenario,
    talking,
)
from tests.faults.stage import Stage
from tests.people.showing import (
    Content,
    ask_to_upload,
    ask_where,
    forward,
    look_at_upload,
    plan_caption,
    plan_picture,
    show,
)
from tests.support.media import key_of


def shown(stage: Stage) -> None:
    """Bob has a picture of Alice's, at seq 3."""
    both_online(stage)
    show(stage.person("alice"), "bob")
    everyone_reads(stage)


def picture_of(stage: Stage) -> Content:
    """The first picture that was sent."""
    written = stage.person("alice").log.written.values()
    content: Content = next(body["msg"] for body in written if body.get("msg", {}).get("type") == "image")
    return content


@scenario("a picture to someone offline", talking, is_one_send=True)
def _(stage: Stage) -> None:
    show(stage.person("alice"), "bob")


@scenario("a picture to someone online, who acks", both_online)
def _(stage: Stage) -> None:
    show(stage.person("alice"), "bob")
    everyone_reads(stage)


@scenario("a picture as a note", both_online)
def _(stage: Stage) -> None:
    show(stage.person("alice"), "alice")
    everyone_reads(stage)


@scenario("a forward to oneself", shown, is_one_send=True)
def _(stage: Stage) -> None:
    forward(stage.person("bob"), "bob", picture_of(stage), SESSION, 3)


@scenario("another caption", shown)
def _(stage: Stage) -> None:
    alice = stage.person("alice")
    plan_caption(alice, SESSION, 3, picture_of(stage))
    alice.flush()
    everyone_reads(stage)


@scenario("recall of a picture", shown, is_one_send=True)
def _(stage: Stage) -> None:
    stage.person("alice").recall(SESSION, 3)


@scenario("recall of a picture that was forwarded", shown)
def _(stage: Stage) -> None:
    bob = stage.person("bob")
    # If the forward has no answer, it comes after the recall.
    bob.may_be_refused = True
    forward(bob, "alice", picture_of(stage), SESSION, 3)
    stage.person("alice").recall(SESSION, 3)


def uploaded(stage: Stage) -> None:
    """Alice has uploaded a picture, and not sent it yet."""
    both_online(stage)
    plan_picture(stage.person("alice"), "bob")


@scenario("an upload whose event comes twice, and is sent in between", uploaded)
def _(stage: Stage) -> None:
    alice = stage.person("alice")
    (msg_id,) = (name for name, body in alice.log.written.items() if body.get("msg", {}).get("type") == "image")
    look_at_upload(alice, msg_id, stage.time.context)
    alice.flush()
    look_at_upload(alice, msg_id, stage.time.context)
    everyone_reads(stage)


@scenario("somebody asks twice how to upload a picture", both_online)
def _(stage: Stage) -> None:
    answers = [ask_to_upload(stage.person("alice")) for _ in range(2)]
    assert set(answers) <= {"", key_of("alice", "upload")}


@scenario("somebody asks twice where a picture is", shown)
def _(stage: Stage) -> None:
    answers = [ask_where(stage.person("bob"), SESSION, 3) for _ in range(2)]
    assert set(answers) <= {"", "image/png"}


# -------------------------------------------------------------------------------- retries


for name, operation, target, fault in (
    ("that is not kept yet", "PutObjectTagging", "media", DIED_BEFORE),
    ("that is kept", "PutObjectTagging", "media", DIED_AFTER),
    ("that has its place", "PutItem", "Message", DIED_AFTER),
):

    def unsent(stage: Stage, operation: str = operation, target: str = target, fault: object = fault) -> None:
        both_online(stage)
        alice = stage.person("alice")
        break_off(stage, lambda: show(alice, "bob"), operation, target, fault)  # type: ignore[arg-type]

    @scenario(f"retry of a picture {name}", unsent)
    def _(stage: Stage) -> None:
        stage.person("alice").flush()


for name, operation, target in (("in history", "UpdateItem", "Message"), ("in the bucket", "DeleteObject", "media")):

    def unfinished(stage: Stage, operation: str = operation, target: str = target) -> None:
        shown(stage)
        alice = stage.person("alice")
        break_off(stage, lambda: alice.recall(SESSION, 3), operation, target, DIED_BEFORE)

    @scenario(f"retry of a recall that died before it was {name}", unfinished)
    def _(stage: Stage) -> None:
        stage.person("alice").flush()


# -------------------------------------------------------------------------------- groups


def shown_in_group(stage: Stage) -> None:
    """Everyone has a picture of Alice's."""
    room(stage)
    show(stage.person("alice"), "room")
    everyone_reads(stage)


def last_seq(stage: Stage) -> int:
    """Of the group."""
    return max(int(row["seq"]["N"]) for row in stage.world.rows("Message") if row["sessionId"]["S"] == "g:room")


@group_scenario("a picture", room, is_one_send=True)
def _(stage: Stage) -> None:
    show(stage.person("alice"), "room")


@group_scenario("a forward of the group's picture to a person", shown_in_group, is_one_send=True)
def _(stage: Stage) -> None:
    forward(stage.person("bob"), "bob", picture_of(stage), "g:room", last_seq(stage))


@group_scenario("recall of a picture", shown_in_group, is_one_send=True)
def _(stage: Stage) -> None:
    stage.person("alice").recall("g:room", last_seq(stage))
