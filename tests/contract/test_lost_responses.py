"""A call had its effect, its response was lost, and the SDK sends it again: in the end it is as if it was sent once."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from catchup.domain.group import Announcement, JoinRequest
from catchup.domain.ids import MsgId, Seq
from catchup.domain.membership import MENTIONS_LIMIT, Mention, Role
from catchup.domain.message import Numbers, Place
from catchup.domain.presence import Endpoint
from catchup.settings import MAX_DEVICES
from catchup.usecases.catching_up.ports import ClearResult
from catchup.usecases.screening.ports import HeldMessage
from catchup.usecases.sending.ports import Link
from tests.conftest import on_dynamodb_local_alone
from tests.contract.groups import ROOM, a_group, admit, dismiss, group, mention, note, person, raise_head, settle
from tests.contract.stores import ALICE, BOB, NOW_MS, SESSION, Stores, endpoint, inbox_row, message, sent, seqs, tell
from tests.support.outages import WRITES, Outages

pytestmark = on_dynamodb_local_alone


Step = Callable[[Stores], object]
MANY_MENTIONS = MENTIONS_LIMIT + MENTIONS_LIMIT // 2


@dataclass(frozen=True)
class Write:
    """One write of a repository."""

    name: str
    act: Step
    prepare: Step = lambda stores: None


def passing(stores: Stores, seq: int) -> object:
    """Raises bob's counter past the message before this one."""
    found = stores.counters.named(BOB, [SESSION])[0]
    late = message(seq, before=Numbers(seq - 1))
    return stores.counters.raise_to(BOB, late, found, frozenset(seqs(seq - 1)))


def registered(stores: Stores, *endpoints: Endpoint) -> bool:
    return [stores.presence.register(one).superseded for one in endpoints][-1]


def held() -> HeldMessage:
    return HeldMessage(message(0, msg_id="m-1").draft, SESSION, b"digest", NOW_MS, ("list@1",))


def made(stores: Stores) -> object:
    return stores.groups.found(a_group())


def member(stores: Stores) -> object:
    """Bob, who has written 3 and 4 of the group's messages."""
    return admit(stores, 2), note(stores, 3, 4)


WRITES_OF_THE_REPOSITORIES = [
    Write("reserve", lambda stores: stores.sent_log.reserve(sent(1)) or sent(1)),
    Write(
        "move",
        lambda stores: stores.sent_log.move(sent(1), Place(Seq(2))),
        prepare=lambda stores: stores.sent_log.reserve(sent(1)),
    ),
    Write(
        "release",
        lambda stores: stores.sent_log.hold(sent(1, is_held=True), is_held=False),
        prepare=lambda stores: stores.sent_log.reserve(sent(1, is_held=True)),
    ),
    Write("allocate", lambda stores: stores.messages.allocate(message(1))),
    Write("keep for review", lambda stores: stores.held.keep(held())),
    Write(
        "drop from review",
        lambda stores: stores.held.remove(ALICE, MsgId("m-1")),
        prepare=lambda stores: stores.held.keep(held()),
    ),
    Write("put", lambda stores: stores.inbox.put(BOB, message(1))),
    Write(
        "remove",
        lambda stores: stores.inbox.remove(BOB, SESSION, seqs(1, 2)),
        prepare=lambda stores: stores.put_rows("Inbox", [inbox_row(message(seq)) for seq in (1, 2, 3)]),
    ),
    Write("raise", lambda stores: tell(stores, 3), prepare=lambda stores: tell(stores, 1, 2)),
    Write("raise to the first", lambda stores: tell(stores, 1)),
    Write(
        "raise past one",
        lambda stores: passing(stores, 3),
        prepare=lambda stores: tell(stores, 1),
    ),
    Write(
        "confirm",
        lambda stores: stores.counters.raise_to(BOB, message(2)),
        prepare=lambda stores: (tell(stores, 1), passing(stores, 3)),
    ),
    Write("ensure", lambda stores: stores.counters.ensure(BOB, SESSION, NOW_MS)),
    Write("clear", lambda stores: stores.counters.clear(BOB, SESSION, 2), prepare=lambda stores: tell(stores, 1, 2, 3)),
    Write("register", lambda stores: registered(stores, endpoint())),
    Write(
        "register a later connection",
        lambda stores: registered(stores, endpoint(NOW_MS)),
        prepare=lambda stores: registered(stores, endpoint(NOW_MS - 1)),
    ),
    Write(
        "register one device too many",
        lambda stores: registered(stores, endpoint(NOW_MS)),
        prepare=lambda stores: registered(
            stores, *(endpoint(NOW_MS - 99 + number, device=f"d{number}") for number in range(MAX_DEVICES))
        ),
    ),
    Write(
        "forget",
        lambda stores: stores.presence.forget(endpoint()),
        prepare=lambda stores: registered(stores, endpoint(), endpoint(device="tablet")),
    ),
    Write("make a group", lambda stores: stores.groups.found(a_group())),
    Write("raise a group's head", lambda stores: raise_head(stores, 3), prepare=made),
    Write("count members", lambda stores: stores.groups.count_members(ROOM, Seq(3), 2), prepare=made),
    Write("count the last member out", lambda stores: stores.groups.count_members(ROOM, Seq(3), 0), prepare=made),
    Write("rename a group", lambda stores: stores.groups.rename(ROOM, Seq(3), "The hall"), prepare=made),
    Write("announce", lambda stores: stores.groups.announce(ROOM, Seq(3), Announcement("x", ALICE, NOW_MS))),
    Write("ask to join", lambda stores: stores.requests.ask(ROOM, JoinRequest(BOB, "hi", NOW_MS))),
    Write(
        "ask to join again",
        lambda stores: stores.requests.ask(ROOM, JoinRequest(BOB, "hello", NOW_MS + 9)),
        prepare=lambda stores: stores.requests.ask(ROOM, JoinRequest(BOB, "hi", NOW_MS)),
    ),
    Write(
        "forget a request to join",
        lambda stores: stores.requests.forget(BOB, ROOM),
        prepare=lambda stores: stores.requests.ask(ROOM, JoinRequest(BOB, "hi", NOW_MS)),
    ),
    Write(
        "admit who asks",
        lambda stores: admit(stores, 5),
        prepare=lambda stores: stores.requests.ask(ROOM, JoinRequest(BOB, "hi", NOW_MS)),
    ),
    Write("mute all", lambda stores: stores.groups.mute_all(ROOM, Seq(3), NOW_MS), prepare=made),
    Write("mute a member", lambda stores: stores.members.mute(BOB, ROOM, Seq(3), NOW_MS), prepare=member),
    Write("dissolve a group", lambda stores: stores.groups.dissolve(ROOM, Seq(3), 2), prepare=made),
    Write("mention all", lambda stores: stores.groups.mention_all(ROOM, Mention(3, 3)), prepare=made),
    Write(
        "mention all and forget old ones",
        lambda stores: stores.groups.mention_all(ROOM, Mention(MANY_MENTIONS + 1, 9)),
        prepare=lambda stores: [stores.groups.mention_all(ROOM, Mention(n, 1)) for n in range(1, MANY_MENTIONS + 1)],
    ),
    Write("begin a roster", lambda stores: stores.groups.start_roster(ROOM, NOW_MS), prepare=made),
    Write("become hot", lambda stores: stores.groups.set_hot(ROOM, True), prepare=made),
    Write(
        "cool down",
        lambda stores: stores.groups.set_hot(ROOM, False),
        prepare=lambda stores: stores.groups.set_hot(ROOM, True),
    ),
    Write("admit", lambda stores: admit(stores, 2)),
    Write("admit a member", lambda stores: admit(stores, 5), prepare=lambda stores: admit(stores, 2)),
    Write("dismiss", lambda stores: dismiss(stores, 5), prepare=member),
    Write("dismiss a stranger", lambda stores: dismiss(stores, 5)),
    Write("set a role", lambda stores: stores.members.set_role(BOB, ROOM, Seq(5), Role.ADMIN), prepare=member),
    Write("note an own message", lambda stores: note(stores, 9), prepare=member),
    Write("settle own messages", lambda stores: settle(stores, person(stores), 4), prepare=member),
    Write("mention", lambda stores: mention(stores, 4), prepare=member),
    Write(
        "mention and forget old ones",
        lambda stores: mention(stores, MANY_MENTIONS + 2),
        prepare=lambda stores: (
            admit(stores, 2),
            mention(stores, *range(2, MANY_MENTIONS + 2)),
        ),
    ),
    Write("clear a group", lambda stores: stores.members.clear(person(stores), 4, 0), prepare=member),
    Write(
        "clear a group below what is told by a count",
        lambda stores: stores.members.clear(person(stores), 3, 1),
        prepare=lambda stores: (member(stores), settle(stores, person(stores), 4)),
    ),
    Write("note that a login enters", lambda stores: stores.members.roster_noted(BOB, ROOM), prepare=member),
    Write("enter a roster", lambda stores: stores.roster.enter(endpoint(), {ROOM: 1})),
    Write(
        "leave a roster",
        lambda stores: stores.roster.leave(endpoint(), ROOM),
        prepare=lambda stores: stores.roster.enter(endpoint(), {ROOM: 1}),
    ),
]


@pytest.mark.parametrize("write", WRITES_OF_THE_REPOSITORIES, ids=lambda write: write.name)
def test_a_write_that_the_sdk_repeats_has_its_effect_once(
    make_stores: Callable[[], Stores], outages: Outages, write: Write
) -> None:
    once = make_stores()
    write.prepare(once)
    outages.heal()
    expected = write.act(once)
    calls = outages.count(WRITES)
    for lost in range(1, calls + 1):
        twice = make_stores()
        write.prepare(twice)
        outages.lose_response(WRITES, lost)
        assert write.act(twice) == expected
        assert outages.count(WRITES) > lost
        assert twice.trace() == once.trace()


def test_a_refusal_that_the_sdk_repeats_is_still_one(stores: Stores, outages: Outages) -> None:
    stores.messages.allocate(message(1, msg_id="first"))
    outages.lose_response(WRITES)
    assert stores.messages.allocate(message(1, msg_id="second")) == Link(SESSION, Place(Seq(1)), ALICE)


# ---------------------------------------------------------------- overtaken before it is repeated


def test_a_reservation_that_was_moved_meanwhile_stays_moved(stores: Stores, outages: Outages) -> None:
    outages.lose_response(WRITES, meanwhile=lambda: stores.sent_log.move(sent(1), Place(Seq(2))))
    assert stores.sent_log.reserve(sent(1)) == sent(2)


def test_a_move_that_was_followed_by_another_is_not_done_again(stores: Stores, outages: Outages) -> None:
    stores.sent_log.reserve(sent(1))
    outages.lose_response(WRITES, meanwhile=lambda: stores.sent_log.move(sent(2), Place(Seq(3))))
    assert stores.sent_log.move(sent(1), Place(Seq(2))) == sent(3)
    assert stores.sent_log.reserve(sent(1)) == sent(3)


def test_a_counter_that_was_raised_further_meanwhile_is_not_lowered(stores: Stores, outages: Outages) -> None:
    tell(stores, 1)
    outages.lose_response(WRITES, meanwhile=lambda: tell(stores, 3))
    (passed,) = tell(stores, 2)
    (found,) = stores.counters.all(BOB)
    assert passed == found, "it says that another message has passed this one"
    assert (found.last_seq, found.received) == (3, 3)


def test_a_clear_that_was_overtaken_by_a_higher_one_does_not_undo_it(stores: Stores, outages: Outages) -> None:
    tell(stores, 1, 2, 3)
    outages.lose_response(WRITES, meanwhile=lambda: stores.counters.clear(BOB, SESSION, 3))
    assert stores.counters.clear(BOB, SESSION, 2) is ClearResult.CLEARED
    assert stores.counters.all(BOB)[0].cleared == 3


def test_a_connection_that_a_later_one_has_replaced_meanwhile_does_not_come_back(
    stores: Stores, outages: Outages
) -> None:
    outages.lose_response(WRITES, meanwhile=lambda: stores.presence.register(endpoint(NOW_MS + 1)))
    assert stores.presence.register(endpoint(NOW_MS)).superseded
    assert stores.presence.online([BOB]) == {BOB: (endpoint(NOW_MS + 1),)}


def test_a_device_that_came_back_meanwhile_is_not_forgotten(stores: Stores, outages: Outages) -> None:
    stores.presence.register(endpoint(NOW_MS))
    outages.lose_response(WRITES, meanwhile=lambda: stores.presence.register(endpoint(NOW_MS + 1)))
    stores.presence.forget(endpoint(NOW_MS))
    assert stores.presence.online([BOB]) == {BOB: (endpoint(NOW_MS + 1),)}


def test_a_group_that_was_made_and_has_gone_on_meanwhile_is_ones_own_and_stays_as_it_is(
    stores: Stores, outages: Outages
) -> None:
    outages.lose_response(WRITES, meanwhile=lambda: raise_head(stores, 4))
    assert stores.groups.found(a_group())
    assert group(stores).head == 4


def test_a_groups_head_that_was_raised_further_meanwhile_is_not_lowered(stores: Stores, outages: Outages) -> None:
    made(stores)
    outages.lose_response(WRITES, meanwhile=lambda: raise_head(stores, 9, at_ms=NOW_MS + 9))
    raise_head(stores, 3)
    assert (group(stores).head, group(stores).timestamp_ms) == (9, NOW_MS + 9)


def test_whoever_was_dismissed_while_the_admission_was_repeated_stays_out(stores: Stores, outages: Outages) -> None:
    outages.lose_response(WRITES, meanwhile=lambda: dismiss(stores, 5))
    assert admit(stores, 2), "it did admit them: the dismissal is counted too"
    assert not person(stores).is_member


def test_whoever_came_back_while_the_dismissal_was_repeated_stays_in(stores: Stores, outages: Outages) -> None:
    admit(stores, 2)
    outages.lose_response(WRITES, meanwhile=lambda: admit(stores, 5))
    assert dismiss(stores, 4), "it did dismiss them: the admission is counted too"
    assert person(stores).is_member


def test_an_own_message_that_was_cleared_while_it_was_noted_again_is_listed_once(
    stores: Stores, outages: Outages
) -> None:
    admit(stores, 2)
    outages.lose_response(WRITES, meanwhile=lambda: stores.members.clear(person(stores), 9, 0))
    note(stores, 9)
    assert (person(stores).cleared, person(stores).own) == (9, {9})


def test_a_later_connection_in_the_roster_stays_when_an_older_entry_is_repeated(
    stores: Stores, outages: Outages
) -> None:
    outages.lose_response(WRITES, meanwhile=lambda: stores.roster.enter(endpoint(NOW_MS + 1), {ROOM: 1}))
    stores.roster.enter(endpoint(NOW_MS), {ROOM: 1})
    assert [each.endpoint for each in stores.roster.page(ROOM, "").entries] == [endpoint(NOW_MS + 1)]
