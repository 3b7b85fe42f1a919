"""Connections are closed, and what became of each is told."""

from tests.admin.conftest import Terminal
from tests.support.world import World


def test_all_connections_of_a_person_are_closed_or_one_devices(world: World, terminal: Terminal) -> None:
    phone, tablet, other = world.online("bob"), world.online("bob", "tablet"), world.online("alice")
    assert terminal.run("close bob --device tablet") == (0, f"closed: {tablet.connection} (tablet)\n", "")
    assert world.gateway.closed == [tablet.connection]
    tablet.drop()
    (closed,) = terminal.json("close bob")
    assert (closed["connection_id"], closed["was_open"]) == (phone.connection, True)
    assert other.connection in world.gateway.open


def test_a_connection_is_closed_by_its_id(world: World, terminal: Terminal) -> None:
    bob = world.online("bob")
    world.gateway.open.add("L0SM9cOFvHcCIhw=")
    assert terminal.run("close L0SM9cOFvHcCIhw=")[:2] == (0, "closed: L0SM9cOFvHcCIhw=\n")
    assert terminal.run(f"close {bob.connection} --connection")[0] == 0
    assert world.gateway.open == set()
    assert terminal.run("close L0SM9cOFvHcCIhw=")[:2] == (0, "was gone already: L0SM9cOFvHcCIhw=\n")


def test_the_entry_of_a_connection_that_is_gone_is_removed(world: World, terminal: Terminal) -> None:
    bob = world.online("bob")
    bob.drop(notice=False)
    assert terminal.run("close bob")[:2] == (0, f"was gone already: {bob.connection} (phone)\n")
    assert "d#phone" not in world.rows("Presence")[0]
    assert terminal.run("close bob")[0] == 1


def test_who_is_not_connected_is_told(world: World, terminal: Terminal) -> None:
    world.online("bob")
    for command in ("close alice", "close bob --device tablet"):
        status, out, err = terminal.run(command)
        assert (status, out) == (1, "")
        assert "is not connected" in err


def test_a_refusal_of_aws_is_one_line(world: World, terminal: Terminal) -> None:
    bob = world.online("bob")
    world.gateway.failing[bob.connection] = 403
    status, out, err = terminal.run("close bob")
    assert (status, out) == (1, "")
    assert err.startswith("error: DeleteConnection")
    assert world.rows("Presence")[0]["d#phone"]
