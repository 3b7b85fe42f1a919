"""The note of somebody who asks to join a group is judged like a text."""

from tests.support.world import Phone, World


def test_a_note_is_judged(world: World, alice: Phone) -> None:
    alice.change("create", "club", ask=True)
    dave = world.phone("dave")
    refused = dave.ask("ask", groupId="club", note="bomb")
    assert (refused["code"], refused["error"]["field"]) == ("REJECTED", "body.note")
    dave.ok("ask", groupId="club", note="damn good")
    (request,) = alice.ok("requests", groupId="club")["requests"]
    assert request["note"] == "**** good"
