"""The text of a signal is judged before anybody gets it."""

import pytest

from tests.support.world import Phone, World


@pytest.fixture
def bob(world: World, alice: Phone) -> Phone:
    alice.chat("bob")
    return world.online("bob")


def data_heard(phone: Phone) -> list[str]:
    return [frame["body"]["data"] for frame in phone.pushes if frame["cmd"] == "signal"]


@pytest.mark.parametrize(("said", "heard"), [("", ""), ("good day", "good day"), ("damn slow", "**** slow")])
def test_what_may_be_said_is_heard_with_asterisks_where_they_are_due(
    alice: Phone, bob: Phone, said: str, heard: str
) -> None:
    alice.ok("signal", chatType=1, to="bob", kind="note", data=said)
    assert data_heard(bob) == [heard]


@pytest.mark.parametrize("said", ["a bomb", "my casino"])
def test_what_is_refused_or_would_be_held_is_heard_by_nobody(world: World, alice: Phone, bob: Phone, said: str) -> None:
    before = world.trace()
    answer = alice.ask("signal", chatType=1, to="bob", kind="note", data=said)
    assert (answer["code"], answer["error"]["field"]) == ("REJECTED", "body.data")
    assert data_heard(bob) == []
    assert world.trace() == before
