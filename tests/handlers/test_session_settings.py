"""`settings`: the later choice stays, all devices of the person are told, and no count changes."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from catchup.clock import MAX_AHEAD_MS, system_clock
from catchup.domain.ids import MAX_NUMBER
from catchup.domain.session_settings import NO_SETTINGS, SessionSettings
from catchup.push.notices import SETTINGS_PER_PUSH
from tests.support.http import HttpClient
from tests.support.outages import Outages
from tests.support.world import Phone, World, from_pb

CHAT = "p:alice:bob"
ROOM = "g:room"
AT = 1_554_964_794_000
BUSY = ClientError({"Error": {"Code": "ThrottlingException", "Message": ""}}, "UpdateItem")
PLAIN = {"mutedUntil": 0, "pinned": False, "hidden": False, "markedUnread": False}


@pytest.fixture
def bob(world: World) -> Phone:
    """Bob's phone, with a chat with alice and a group."""
    world.phone("alice").chat("bob")
    world.phone("alice").change("create", "room", uids=["bob"])
    world.phone("alice").say("room")
    return world.online("bob")


def choose(phone: Phone, session: str = CHAT, **chosen: Any) -> dict[str, Any]:
    """The result for one session."""
    result: dict[str, Any] = phone.ok("settings", sessions={session: chosen})["sessions"][session]
    return result


def told(phone: Phone, session: str = CHAT) -> dict[str, Any]:
    """What `sessions`, and the counter, say of a session's settings: the same."""
    listed = {each["sessionId"]: each for each in phone.ok("sessions")["sessions"]}
    counter = phone.ok("counters", sessionIds=[session])["counters"][session]
    assert counter.get("settings") == listed[session].get("settings")
    settings: dict[str, Any] = listed[session].get("settings", {})
    return settings


@pytest.mark.parametrize("session", [CHAT, ROOM])
@pytest.mark.parametrize(
    ("chosen", "shown"),
    [
        ({"mutedUntil": MAX_NUMBER}, {"mutedUntil": MAX_NUMBER}),
        ({"pinned": True}, {"pinned": True, "pinnedAt": AT}),
        (
            {"hidden": True, "at": {"seq": 2, "received": 1}},
            {"hidden": True, "hiddenAt": {"seq": 2, "received": 1}},
        ),
        (
            {"markedUnread": True, "at": {"seq": 2, "received": 1}},
            {"markedUnread": True, "markedAt": {"seq": 2, "received": 1}},
        ),
    ],
)
def test_a_choice_is_answered_listed_and_in_the_counter_and_is_taken_back(
    bob: Phone, session: str, chosen: dict[str, Any], shown: dict[str, Any]
) -> None:
    settings = {**PLAIN, **shown, "changedAt": AT, "version": 1}
    assert choose(bob, session, **chosen, changedAt=AT) == {"code": "OK", "settings": settings}
    assert told(bob, session) == settings
    (name,) = {"mutedUntil", "pinned", "hidden", "markedUnread"} & set(chosen)
    back = {**PLAIN, "changedAt": AT + 1, "version": 2}
    assert choose(bob, session, **{name: 0 if name == "mutedUntil" else False}, changedAt=AT + 1)["settings"] == back
    assert told(bob, session) == back


def test_what_is_absent_stays(bob: Phone) -> None:
    choose(bob, pinned=True, changedAt=AT)
    choose(bob, mutedUntil=5, changedAt=AT + 1)
    choose(bob, hidden=False, changedAt=AT + 2)
    assert told(bob) == {
        **PLAIN,
        "mutedUntil": 5,
        "pinned": True,
        "pinnedAt": AT,
        "changedAt": AT + 2,
        "version": 3,
    }


@pytest.mark.parametrize("session", [CHAT, ROOM])
def test_a_frame_that_comes_again_a_day_later_undoes_nothing(world: World, bob: Phone, session: str) -> None:
    first = {"pinned": True, "mutedUntil": 7, "changedAt": AT}
    choose(bob, session, **first)
    choose(bob, session, **first)
    choose(bob, session, pinned=False, changedAt=AT + 1)
    before = world.trace()
    again = choose(bob, session, **first)
    assert again == {"code": "OK", "settings": told(bob, session)}
    assert (again["settings"]["pinned"], again["settings"]["version"]) == (False, 2)
    assert world.trace() == before


def test_of_a_frame_that_comes_late_only_what_is_still_the_last_choice_is_made(bob: Phone) -> None:
    choose(bob, pinned=False, changedAt=AT + 5)
    late = choose(bob, pinned=True, mutedUntil=7, changedAt=AT)
    assert late["settings"] == {**PLAIN, "mutedUntil": 7, "changedAt": AT + 5, "version": 2}


def test_of_two_choices_of_one_time_the_first_one_stays(bob: Phone) -> None:
    choose(bob, pinned=True, changedAt=AT)
    assert choose(bob, pinned=False, changedAt=AT)["settings"]["pinned"] is True


def test_a_choice_without_a_time_is_made_now_and_beats_all_before(bob: Phone) -> None:
    before = system_clock()
    choose(bob, pinned=True)
    assert before <= choose(bob, pinned=False)["settings"]["changedAt"] <= system_clock()
    assert told(bob)["pinned"] is False
    assert choose(bob, pinned=True, changedAt=AT)["settings"]["pinned"] is False


def test_a_clock_that_is_far_ahead_is_refused_and_one_that_is_a_little_ahead_is_not(world: World, bob: Phone) -> None:
    before = world.trace()
    answer = bob.ask("settings", sessions={CHAT: {"pinned": True, "changedAt": system_clock() + MAX_AHEAD_MS + 60_000}})
    assert answer["code"] == "INVALID_ARGUMENT"
    assert answer["error"]["field"] == f"body.sessions.{CHAT}.changedAt"
    assert "clock" in answer["error"]["fix"]
    assert world.trace() == before
    assert choose(bob, pinned=True, changedAt=system_clock() + MAX_AHEAD_MS - 60_000)["code"] == "OK"


# ---------------------------------------------------------------- hidden and marked


def test_a_mark_ends_when_the_person_reads_beyond_it(world: World) -> None:
    alice, bob = world.phone("alice"), world.phone("bob")
    alice.chat("bob")
    choose(bob, markedUnread=True, at={"seq": 1, "received": 1})
    for number, is_marked in ((1, True), (2, False)):
        if number == 2:
            alice.chat("bob")
        bob.ok("read", sessions={"p:alice:bob": {"seq": number, "received": number}})
        counter = bob.ok("counters", sessionIds=["p:alice:bob"])["counters"]["p:alice:bob"]["settings"]
        (listed,) = (each["settings"] for each in bob.ok("sessions")["sessions"])
        assert counter == listed
        assert (counter["markedUnread"], "markedAt" in counter) == (is_marked, is_marked)


@pytest.mark.parametrize(("session", "say"), [(CHAT, lambda a: a.chat("bob")), (ROOM, lambda a: a.say("room"))])
def test_a_hidden_session_is_hidden_until_something_new_comes(
    world: World, bob: Phone, session: str, say: Callable[[Phone], Any]
) -> None:
    place = {"seq": 9, "received": 1}
    choose(bob, session, hidden=True, at=place, changedAt=AT)
    assert told(bob, session)["hiddenAt"] == place
    say(world.phone("alice"))
    shown = told(bob, session)
    assert (shown["hidden"], "hiddenAt" in shown, shown["version"]) == (False, False, 1)
    assert bob.ok("counters", sessionIds=[session])["counters"][session]["count"] == 2


def test_a_change_of_members_brings_no_hidden_group_back(world: World, bob: Phone) -> None:
    choose(bob, ROOM, hidden=True, at={"seq": 2, "received": 1})
    world.phone("alice").change("add", "room", uids=["carol"])
    assert told(bob, ROOM)["hidden"] is True


@pytest.mark.parametrize(("session", "seen"), [(CHAT, 1), (ROOM, 0)])
def test_without_a_place_it_is_as_far_as_the_row_knows(bob: Phone, session: str, seen: int) -> None:
    """In a group as far as the account has cleared: it has unread messages here, and is not hidden."""
    choose(bob, session, hidden=True, markedUnread=True)
    settings = told(bob, session)
    assert (settings["hidden"], settings["markedAt"]) == (seen == 1, {"seq": 0, "received": seen})
    bob.ok("clear", sessions={session: 1})
    choose(bob, session, hidden=True)
    assert told(bob, session)["hiddenAt"] == {"seq": 0, "received": 1}


def test_a_place_that_a_private_session_has_not_come_to_is_refused(world: World, bob: Phone) -> None:
    before = world.trace()
    assert choose(bob, hidden=True, at={"seq": 2, "received": 2}) == {"code": "OUT_OF_RANGE"}
    assert choose(bob, markedUnread=True, pinned=True, at={"seq": 2, "received": 2}) == {"code": "OUT_OF_RANGE"}
    assert world.trace() == before


# ---------------------------------------------------------------- counts


@pytest.mark.parametrize("session", [CHAT, ROOM])
def test_no_setting_changes_a_count(bob: Phone, session: str) -> None:
    def counter() -> dict[str, Any]:
        found: dict[str, Any] = bob.ok("counters", sessionIds=[session])["counters"][session]
        return {name: value for name, value in found.items() if name != "settings"}

    before = counter()
    deeds: list[dict[str, Any]] = [{"hidden": True}, {"hidden": False}, {"markedUnread": True}, {"pinned": True}]
    for time, chosen in enumerate([*deeds, {"mutedUntil": MAX_NUMBER}]):
        choose(bob, session, **chosen, changedAt=AT + time)
        assert counter() == before
    assert bob.ok("clear", sessions={session: 1})["sessions"][session]["code"] == "OK"
    assert counter()["count"] == 0


def test_sends_clears_leaving_and_coming_back_change_no_setting(world: World, bob: Phone) -> None:
    for session in (CHAT, ROOM):
        choose(bob, session, mutedUntil=MAX_NUMBER, pinned=True, changedAt=AT)
    before = [told(bob, CHAT), told(bob, ROOM)]
    world.phone("alice").chat("bob")
    bob.chat("alice")
    bob.say("room")
    bob.ok("clear", sessions={CHAT: 2, ROOM: 2})
    bob.change("leave", "room")
    assert [told(bob, CHAT), told(bob, ROOM)] == before
    world.phone("alice").change("add", "room", uids=["bob"])
    assert [told(bob, CHAT), told(bob, ROOM)] == before


def test_a_former_member_may_hide_the_group(world: World, bob: Phone) -> None:
    bob.change("leave", "room")
    assert choose(bob, ROOM, hidden=True, at={"seq": 3, "received": 1})["code"] == "OK"
    assert told(bob, ROOM)["hidden"] is True


# ---------------------------------------------------------------- whose it is


def test_a_session_without_messages_has_no_settings_and_gets_no_row(world: World, bob: Phone) -> None:
    bob.ok("block", uid="carol")
    before = world.trace()
    for session in ("p:bob:carol", "p:bob:dan", "p:bob:bob"):
        assert choose(bob, session, pinned=True) == {"code": "NOT_FOUND"}
    assert world.trace() == before


def test_settings_are_only_ones_own(world: World, bob: Phone) -> None:
    choose(bob, CHAT, pinned=True)
    choose(bob, ROOM, pinned=True)
    alice = world.online("alice")
    assert (told(alice, CHAT), told(alice, ROOM)) == ({}, {})
    assert alice.ok("login")["settingsSum"] == 0


def test_somebody_who_was_only_removed_is_a_stranger(world: World, bob: Phone) -> None:
    """Removing a stranger writes a row."""
    carol = world.online("carol")
    world.phone("alice").change("remove", "room", uids=["carol"])
    before = world.trace()
    assert choose(carol, ROOM, pinned=True) == {"code": "PERMISSION_DENIED"}
    assert world.trace() == before


# ---------------------------------------------------------------- the other devices


@pytest.mark.parametrize("encoding", ["json", "pb"])
def test_the_other_devices_are_told_at_once_and_the_one_that_asked_is_not(
    world: World, bob: Phone, encoding: str
) -> None:
    tablet, alice = world.online("bob", "tablet", encoding), world.online("alice")
    result = choose(bob, pinned=True, changedAt=AT)
    (push,) = [from_pb(each["pb"]) for each in tablet.pushes] if encoding == "pb" else tablet.pushes
    assert (push["cmd"], push["body"]) == ("settings", {"sessions": {CHAT: result["settings"]}})
    assert not bob.pushes
    assert not alice.pushes


def test_what_was_overtaken_or_refused_is_not_pushed(world: World, bob: Phone) -> None:
    tablet = world.online("bob", "tablet")
    choose(bob, pinned=True, changedAt=AT)
    choose(bob, pinned=False, changedAt=AT - 1)
    choose(bob, "p:bob:carol", pinned=True)
    assert len(tablet.pushes) == 1


def test_a_retry_is_pushed_again_since_its_first_attempt_may_have_died_before(world: World, bob: Phone) -> None:
    tablet = world.online("bob", "tablet")
    for _ in range(2):
        choose(bob, pinned=True, changedAt=AT)
    assert tablet.pushes[0]["body"] == tablet.pushes[1]["body"]


def test_over_http_all_devices_are_told(world: World, bob: Phone) -> None:
    answer = HttpClient(world, "bob").ask("settings", sessions={CHAT: {"pinned": True}})
    assert answer["body"]["sessions"][CHAT]["settings"]["pinned"] is True
    assert [push["cmd"] for push in bob.pushes] == ["settings"]


def test_a_device_that_was_away_learns_by_one_number_that_it_lacks_some(world: World, bob: Phone) -> None:
    tablet = world.online("bob", "tablet")
    tablet.ok("clear", sessions={CHAT: 1, ROOM: 1})
    tablet.ok("read", sessions={each: {"seq": 2, "received": 1} for each in (CHAT, ROOM)})
    tablet.drop()
    assert bob.ok("login")["settingsSum"] == 0
    choose(bob, pinned=True, changedAt=AT)
    choose(bob, pinned=False, changedAt=AT + 1)
    choose(bob, ROOM, mutedUntil=7)
    login = world.phone("bob", "tablet").ok("login")
    assert (login["counters"], login["settingsSum"]) == ({}, 3)
    assert HttpClient(world, "bob").ask("counters")["body"]["settingsSum"] == 3
    assert "settingsSum" not in bob.ok("counters", sessionIds=[CHAT])
    versions = [each["settings"]["version"] for each in bob.ok("sessions")["sessions"]]
    assert sum(versions) == 3


def test_a_push_to_a_connection_that_is_gone_forgets_it(world: World, bob: Phone) -> None:
    tablet = world.online("bob", "tablet")
    tablet.drop(notice=False)
    assert choose(bob, pinned=True)["code"] == "OK"
    (row,) = [row for row in world.rows("Presence") if row["uid"]["S"] == "bob"]
    assert {name for name in row if name.startswith("d#")} == {"d#phone"}


def test_a_push_that_can_not_be_queued_does_not_fail_the_request(
    world: World, bob: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    tablet, chosen = world.online("bob", "tablet"), {CHAT: {"pinned": True, "changedAt": AT}}

    def refuse(**_: Any) -> None:
        raise BUSY

    with monkeypatch.context() as patch:
        patch.setattr(world.queues, "send_message", refuse)
        assert bob.ok("settings", sessions=chosen)["sessions"][CHAT]["code"] == "OK"
    assert (told(bob)["pinned"], len(tablet.pushes)) == (True, 0)
    bob.ok("settings", sessions=chosen)
    assert len(tablet.pushes) == 1


# ---------------------------------------------------------------- many, and what fails


def test_a_hundred_sessions_are_changed_told_and_answered(world: World) -> None:
    """With the longest names. The answer holds what fits; pushes are as many as it takes."""
    bob, tablet = world.online("bob"), world.online("bob", "tablet")
    names = [f"z{number:02}".ljust(64, '"') for number in range(100)]
    for name in names:
        bob.chat(name)
    for chosen in ({"pinned": True, "mutedUntil": MAX_NUMBER}, {"hidden": True, "markedUnread": True}):
        answer = bob.ok("settings", sessions={f"p:bob:{name}": chosen for name in names[:50]})
        answer["sessions"] |= bob.ok("settings", sessions={f"p:bob:{name}": chosen for name in names[50:]})["sessions"]
    assert {result["code"] for result in answer["sessions"].values()} == {"OK"}
    pushed = [push["body"]["sessions"] for push in tablet.pushes if push["cmd"] == "settings"]
    assert max(map(len, pushed)) == SETTINGS_PER_PUSH
    assert {session for each in pushed for session in each} == set(answer["sessions"])


def test_an_answer_leaves_out_settings_that_do_not_fit(world: World) -> None:
    bob = world.online("bob")
    names = [f"z{number:02}".ljust(48, "z") for number in range(100)]
    for name in names:
        bob.chat(name)
    chosen = {"pinned": True, "hidden": True, "markedUnread": True, "mutedUntil": MAX_NUMBER}
    results = bob.ok("settings", sessions={f"p:bob:{name}": chosen for name in names})["sessions"]
    assert [result["code"] for result in results.values()] == ["OK"] * 100
    assert 20 < sum("settings" in result for result in results.values()) < 100


def test_a_page_of_sessions_with_all_settings_fits_a_frame(world: World) -> None:
    bob = world.online("bob")
    names = [f"z{number:02}".ljust(64, "'") for number in range(100)]
    for name in names:
        bob.chat(name)
    chosen = {"pinned": True, "hidden": True, "markedUnread": True, "mutedUntil": MAX_NUMBER}
    for start in range(0, 100, 25):
        bob.ok("settings", sessions={f"p:bob:{name}": chosen for name in names[start : start + 25]})
    seen: list[str] = []
    page: dict[str, Any] = {"next": ""}
    while not page.get("end"):
        page = bob.ok("sessions", limit=100, next=page["next"])
        seen += [each["sessionId"] for each in page["sessions"]]
        assert all(each["settings"]["version"] == 1 for each in page["sessions"])
    assert seen == [f"p:bob:{name}" for name in names]


def test_one_session_whose_row_does_not_answer_leaves_the_others_done(world: World, bob: Phone) -> None:
    with Outages(world.dynamodb) as outages:
        outages.fail("UpdateItem", BUSY, after=1)
        results = bob.ok("settings", sessions={CHAT: {"pinned": True}, ROOM: {"pinned": True}})["sessions"]
    assert sorted(result["code"] for result in results.values()) == ["OK", "UNAVAILABLE"]
    assert ["settings" in result for result in results.values() if result["code"] != "OK"] == [False]


def test_a_row_that_cannot_be_read_is_kept_and_said(world: World, bob: Phone) -> None:
    key = {"uid": {"S": "bob"}, "sessionId": {"S": CHAT}}
    (row,) = [row for row in world.rows("Counter") if {name: row[name] for name in key} == key]
    spoilt = {"settingsVersion": {"N": "1"}, "pinnedAt": {"S": "yesterday"}}
    world.dynamodb.put_item(TableName=world.tables["CounterTable"], Item={**row, **spoilt})
    before = world.trace()
    assert choose(bob, pinned=True, changedAt=AT) == {"code": "DATA_LOSS"}
    assert world.trace() == before


def test_nothing_chosen_is_no_setting() -> None:
    assert SessionSettings() == NO_SETTINGS
    assert not NO_SETTINGS.is_hidden(0)
    assert not NO_SETTINGS.is_muted(0)
