"""A moderator of one's own judges pictures before anybody has them."""

import sys
import types
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from catchup.domain.ids import SessionId, Uid
from catchup.domain.screening import Action, Picture, Verdict
from catchup.screening.hook import load_moderator
from catchup.settings import SettingsError
from tests.support.bucket import MEDIA_BUCKET
from tests.support.media import PNG, picture, uploaded
from tests.support.screening import send
from tests.support.world import Phone, World


class Rules:
    """Passes texts; answers what `answer` says of pictures."""

    def __init__(self) -> None:
        self.answer: Any = Action.PASS
        self.asked: list[tuple[Picture, Uid, SessionId]] = []

    def __call__(self, text: str, _sender: Uid, _session: SessionId) -> Action:
        return Action.REJECT if "bomb" in text else Action.PASS

    def image(self, picture: Picture, sender: Uid, session: SessionId) -> Any:
        self.asked.append((picture, sender, session))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture
def rules(monkeypatch: pytest.MonkeyPatch) -> Rules:
    rules, module = Rules(), types.ModuleType("shop_pictures")
    module.judge = rules  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "shop_pictures", module)
    return rules


@pytest.fixture
def world(make_world: Callable[..., World], rules: Rules) -> World:
    return make_world(moderator="shop_pictures:judge")


@pytest.fixture
def alice(world: World) -> Phone:
    return world.online("alice")


@pytest.fixture
def key(world: World) -> str:
    return uploaded(world.clients.bucket, "alice", "m-1")


def fails(**_arguments: Any) -> None:
    """A call that S3 does not answer."""
    raise EndpointConnectionError(endpoint_url="https://s3")


TO = pytest.mark.parametrize(("to", "chat_type"), [("bob", 1), ("room", 2)])


@TO
def test_a_picture_is_judged_once_and_its_moderator_is_told_where_it_is(
    alice: Phone, rules: Rules, key: str, to: str, chat_type: int
) -> None:
    alice.change("create", "room", uids=["bob"])
    for _ in range(2):
        assert send(alice, picture(key), to, chat_type)["code"] == "OK"
    session = "p:alice:bob" if chat_type == 1 else "g:room"
    assert rules.asked == [(Picture(MEDIA_BUCKET, f"media/{key}", "image/png", len(PNG)), "alice", session)]


def test_a_picture_that_is_sent_as_a_file_is_judged_too(world: World, alice: Phone, rules: Rules) -> None:
    key = uploaded(world.clients.bucket, "alice", "m-1", kind="file")
    said = {name: value for name, value in picture(key).items() if name not in ("width", "height")}
    assert send(alice, {**said, "type": "file", "name": "a.png"})["code"] == "OK"
    assert len(rules.asked) == 1


@TO
def test_a_refused_picture_reaches_nobody_and_is_not_kept(
    world: World, alice: Phone, rules: Rules, key: str, to: str, chat_type: int
) -> None:
    alice.change("create", "room", uids=["bob"])
    before, rules.answer = world.trace(), Action.REJECT
    assert send(alice, picture(key), to, chat_type)["code"] == "REJECTED"
    assert world.trace() == before
    assert world.clients.bucket.objects[f"media/{key}"].tags == {"keep": "1"}


@TO
@pytest.mark.parametrize("answer", [Action.HOLD, Action.MASK, Verdict(Action.MASK, spans=((0, 1),))])
def test_a_held_picture_waits_for_review_and_its_object_waits_with_it(
    world: World, alice: Phone, rules: Rules, key: str, answer: Any, to: str, chat_type: int
) -> None:
    alice.change("create", "room", uids=["bob"])
    rules.answer = answer
    for _ in range(2):
        assert send(alice, picture(key), to, chat_type)["code"] == "HELD"
    assert [row["action"] for row in world.rows("Held") if "action" in row] == []
    assert len(world.rows("Held")) == 1
    # History's 90 days after the 30 of review, and a day.
    assert world.clients.bucket.objects[f"media/{key}"].tags == {"keep": "122"}


@TO
def test_an_attempt_that_ends_after_the_hold_leaves_the_object_to_its_retry(
    world: World, alice: Phone, rules: Rules, key: str, monkeypatch: pytest.MonkeyPatch, to: str, chat_type: int
) -> None:
    alice.change("create", "room", uids=["bob"])
    rules.answer = Action.HOLD
    bucket = world.clients.bucket
    with monkeypatch.context() as ended:
        ended.setattr(bucket, "put_object_tagging", fails)
        assert send(alice, picture(key), to, chat_type)["code"] == "UNAVAILABLE"
    assert bucket.objects[f"media/{key}"].tags == {"keep": "1"}
    assert send(alice, picture(key), to, chat_type)["code"] == "HELD"
    assert bucket.objects[f"media/{key}"].tags == {"keep": "122"}


def test_a_held_message_whose_object_is_gone_stays_held(world: World, alice: Phone, rules: Rules, key: str) -> None:
    rules.answer = Action.HOLD
    assert send(alice, picture(key))["code"] == "HELD"
    world.clients.bucket.objects.clear()
    assert send(alice, picture(key))["code"] == "HELD"


@pytest.mark.parametrize("answer", [ValueError("no"), None, "PASS", TimeoutError()])
def test_no_picture_passes_unjudged(world: World, alice: Phone, rules: Rules, key: str, answer: Any) -> None:
    before, rules.answer = world.trace(), answer
    assert send(alice, picture(key))["code"] == "UNAVAILABLE"
    assert world.trace() == before
    rules.answer = Action.PASS
    assert send(alice, picture(key))["code"] == "OK"


def test_a_picture_whose_caption_is_refused_is_not_looked_at(alice: Phone, rules: Rules, key: str) -> None:
    assert send(alice, picture(key, caption="a bomb"))["code"] == "REJECTED"
    assert rules.asked == []


def test_a_picture_that_may_not_be_named_is_not_looked_at(alice: Phone, rules: Rules) -> None:
    assert send(alice, picture("a" * 20 + "/" + "b" * 26))["code"] == "FAILED_PRECONDITION"
    assert rules.asked == []


def test_an_edit_of_the_caption_does_not_judge_the_picture_again(alice: Phone, rules: Rules, key: str) -> None:
    seq = send(alice, picture(key))["body"]["seq"]
    alice.ok("edit", msgId="e-1", sessionId="p:alice:bob", seq=seq, msg=picture(key, caption="Here"))
    assert len(rules.asked) == 1


def test_an_image_that_can_not_be_called_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    module = types.ModuleType("shop_pictures")
    module.judge = types.SimpleNamespace(image=7)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "shop_pictures", module)
    with pytest.raises(SettingsError, match="not callable"):
        load_moderator("shop_pictures:judge")
    rules = Rules()
    rules.image = 7  # type: ignore[assignment,method-assign]
    module.judge = rules  # type: ignore[attr-defined]
    with pytest.raises(SettingsError, match="its image is not callable"):
        load_moderator("shop_pictures:judge")
