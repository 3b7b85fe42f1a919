"""A role grants nothing that no call needs.

That nothing that is called is *missing* is shown by every suite (tests/support/roles.py). Here, in one process, the
scenarios of this suite, which every new flow joins, are played undisturbed, and then what they leave out. What AWS
does itself in a function's name stands in tests/support/platform_calls.py.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from moto import mock_aws

from catchup.bootstrap.screening import build_review
from catchup.clock import system_clock
from catchup.domain.allowance import SHARES_IN_A_BURST
from catchup.domain.ids import MsgId, Uid
from catchup.domain.media import PART_BYTES, checksum_of
from catchup.settings import load
from tests.contract.stores import InTurn
from tests.faults.scenarios import GROUP_SCENARIOS, SCENARIOS
from tests.faults.stage import stages
from tests.support.cold_start import load_authorizer
from tests.support.engines import fresh_tables, moto_engine, template
from tests.support.media import digest, picture, uploaded
from tests.support.outages import Outages, refusal
from tests.support.platform_calls import ByFunction, by_the_platform
from tests.support.roles import Grant, Role, deployed_with, roles
from tests.support.screening import BUCKET, KEY, Lists, send
from tests.support.secrets import new_secret
from tests.support.world import Context, World

A_DAY_MS = 86_400_000
# As small as the scenes allow.
BURST = 100


# ---------------------------------------------------------------- what the fault suite's scenarios leave out


def someone_makes_groups_faster_than_people_do(world: World) -> None:
    for number in range(BURST // SHARES_IN_A_BURST + 1):
        world.online("alice").change("create", f"hall-{number}")


def members_are_listed(world: World) -> None:
    world.online("alice").ok("members", groupId="room")


def someone_joins_a_group_whose_messages_are_hints(world: World) -> None:
    set_in_group(world, "hot", {"BOOL": True})
    world.online("dave").change("join", "room")


def a_change_meets_others_at_its_seq_and_at_the_next(world: World) -> None:
    set_in_group(world, "lastSeq", {"N": "0"})
    world.online("alice").change("add", "room", uids=["erin"])


def someone_is_removed_from_a_group_with_a_roster_while_they_log_in(world: World) -> None:
    alice = world.online("alice")
    set_in_group(world, "rosterSince", {"N": str(world.parts.clock() - A_DAY_MS)})
    world.online("bob")
    with Outages(world.dynamodb) as outages:
        outages.lose_response({"PutItem"}, meanwhile=lambda: alice.change("remove", "room", uids=["bob"]))
        world.online("bob")


def messages_pass_changes_of_a_group_with_a_roster_whose_author_died(world: World) -> None:
    alice, bob = world.online("alice"), world.online("bob")
    world.online("dave")
    set_in_group(world, "rosterSince", {"N": str(world.parts.clock() - A_DAY_MS)})
    for cmd in ("add", "remove"):
        with Outages(world.dynamodb) as outages:
            outages.fail("UpdateItem", refusal("InternalServerError", 500))
            assert alice.ask(cmd, msgId=cmd, groupId="room", uids=["dave"])["code"] == "UNAVAILABLE"
        bob.say("room")


def a_hint_meets_a_store_that_does_not_answer(world: World) -> None:
    set_in_group(world, "hot", {"BOOL": True})
    world.online("alice").say("room")
    with Outages(world.dynamodb) as outages:
        outages.fail("BatchGetItem", refusal("InternalServerError", 500))
        world.handlers["fanout"]({"Records": world.queues.take(delayed=True)}, Context())


def texts_are_judged(world: World) -> None:
    alice = world.online("alice")
    assert send(alice, "my casino")["code"] == "HELD"
    assert alice.ask("create", msgId="c", groupId="bombers", name="bomb")["code"] == "REJECTED"


def a_message_is_held_again_while_it_is_released(world: World) -> None:
    alice, tablet = world.online("alice"), world.online("alice", "tablet")

    def released() -> None:
        assert send(tablet, "my casino")["code"] == "HELD"
        build_review(world.settings, world.parts).release(Uid("alice"), MsgId("m-1"))

    with Outages(world.dynamodb) as outages:
        outages.lose_response({"PutItem"}, meanwhile=released)
        assert send(alice, "my casino")["code"] == "OK"


def somebody_who_has_hidden_something_forwards_a_picture(world: World) -> None:
    alice, bob = world.online("alice"), world.online("bob")
    content = picture(uploaded(world.clients.bucket, "alice", "p-1"))
    seq = alice.ok("chat", msgId="p-1", chatType=2, to="room", msg=content)["seq"]
    bob.ok("hide", sessionId="g:room", seqs=[seq - 1])
    source = {"sessionId": "g:room", "seq": seq}
    bob.ok("chat", msgId="f-1", chatType=1, ackFlg=1, to="alice", msg=content, source=source)


def a_film_is_uploaded_in_parts_and_again_when_it_is_old(world: World) -> None:
    alice, bucket = world.online("alice"), world.clients.bucket
    digests = [digest(bytes(PART_BYTES)), digest(b"!")]
    asked: dict[str, Any] = {"msgId": "v-1", "type": "video", "mime": "video/mp4", "parts": digests}
    asked |= {"bytes": PART_BYTES + 1, "sha256": checksum_of(digests)}
    begun = alice.ok("upload", **asked)["inParts"]
    for number, body in ((1, bytes(PART_BYTES)), (2, b"!")):
        bucket.put_part(begun["uploadId"], number, body)
    key = alice.ok("upload", **asked, uploadId=begun["uploadId"])["key"]
    bucket.objects[f"media/{key}"].head["LastModified"] -= timedelta(days=2)
    assert "inParts" in alice.ok("upload", **asked)


def a_picture_is_uploaded_twice_by_one_form(world: World) -> None:
    key = uploaded(world.clients.bucket, "alice", "p-1")
    for _ in range(2):
        world.handlers["sniffer"]({"detail": {"object": {"key": f"media/{key}"}}}, Context())


def somebody_looks_at_a_picture_of_a_group_in_which_they_have_hidden_something(world: World) -> None:
    alice, bob = world.online("alice"), world.online("bob")
    seq = alice.ok(
        "chat", msgId="p-1", chatType=2, to="room", msg=picture(uploaded(world.clients.bucket, "alice", "p-1"))
    )
    bob.ok("hide", sessionId="g:room", seqs=[seq["seq"] - 1])
    bob.ok("media", sessionId="g:room", seq=seq["seq"])


LEFT_OUT: tuple[Callable[[World], None], ...] = (
    someone_makes_groups_faster_than_people_do,
    members_are_listed,
    someone_joins_a_group_whose_messages_are_hints,
    a_change_meets_others_at_its_seq_and_at_the_next,
    someone_is_removed_from_a_group_with_a_roster_while_they_log_in,
    messages_pass_changes_of_a_group_with_a_roster_whose_author_died,
    a_hint_meets_a_store_that_does_not_answer,
    texts_are_judged,
    a_message_is_held_again_while_it_is_released,
    somebody_who_has_hidden_something_forwards_a_picture,
    a_film_is_uploaded_in_parts_and_again_when_it_is_old,
    a_picture_is_uploaded_twice_by_one_form,
    somebody_looks_at_a_picture_of_a_group_in_which_they_have_hidden_something,
)


def set_in_group(world: World, name: str, value: Any) -> None:
    """An attribute of the group's row."""
    world.dynamodb.update_item(
        TableName=world.tables["SessionTable"],
        Key={"sessionId": {"S": "g:room"}},
        UpdateExpression="SET #n = :v",
        ExpressionAttributeNames={"#n": name},
        ExpressionAttributeValues={":v": value},
    )


# ---------------------------------------------------------------- playing


def scenarios_are_played() -> Iterator[Role]:
    """The roles of a deployment in which everything has happened that the fault suite has a scenario for."""
    with stages() as make_stage:
        stage = make_stage()
        for scenario in [*SCENARIOS, *GROUP_SCENARIOS]:
            stage.empty()
            with scenario.conditions():
                scenario.setup(stage)
                scenario.action(stage)
        yield from stage.world.roles.values()


def the_rest_is_played() -> Iterator[Role]:
    """The roles of deployments that moderate, one for each scene."""
    for scene in LEFT_OUT:
        with moto_engine() as client:
            tables = fresh_tables(client)
            settings: dict[str, Any] = {"word_list_bucket": BUCKET, "word_list_key": KEY, "send_burst": BURST}
            world = World(client, tables, system_clock, concurrency=InTurn(), **settings)
            lists = world.clients.lists = Lists()
            lists.put(HOLD=["casino"], REJECT=["bomb"])
            world.phone("alice").change("create", "room", uids=["bob"], open=True)
            world.phone("alice").say("room")
            world.phone("alice").say("room")
            scene(world)
            yield from world.roles.values()


def the_authorizer_starts() -> Iterator[Role]:
    """Its role, with a secret that signs tokens."""
    with mock_aws(), pytest.MonkeyPatch.context() as patch:
        arn = new_secret(32 * "s")
        patch.setenv("JWT_SECRET_ARN", arn)
        role = roles(deployed_with(load("authorizer", {"JWT_SECRET_ARN": arn})))["AuthorizerFunction"]
        load_authorizer(role)
        yield role


@pytest.fixture(scope="module")
def unused(environment: None) -> ByFunction:
    """What no call needed."""
    granted: dict[str, set[Grant]] = defaultdict(set)
    used: dict[str, set[Grant]] = defaultdict(set, by_the_platform(template()))
    for played in (scenarios_are_played, the_rest_is_played, the_authorizer_starts):
        for role in played():
            granted[role.function] |= role.granted
            used[role.function] |= role.used
    return {function: granted[function] - used[function] for function in granted}


@pytest.mark.parametrize("function", sorted(template().functions))
def test_a_function_may_do_nothing_that_it_never_does(unused: ByFunction, function: str) -> None:
    assert sorted(map(str, unused[function])) == []
