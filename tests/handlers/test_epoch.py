"""The identity of all that is stored: in the answer of each login, the same for everybody, and cheap."""

import re
from collections.abc import Callable
from unittest.mock import patch

import pytest
from botocore.exceptions import ConnectTimeoutError

from catchup.storage.data_set import DynamoDataSet
from tests.contract.stores import Stores
from tests.support.engines import fresh_tables
from tests.support.outages import Outages
from tests.support.world import World


@pytest.mark.parametrize("encoding", ["json", "pb"])
def test_a_login_names_the_data_set_and_other_answers_do_not(world: World, encoding: str) -> None:
    alice, bob = world.phone("alice", encoding=encoding), world.phone("bob")
    epoch = alice.ok("login")["epoch"]
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", epoch)
    assert bob.ok("login")["epoch"] == epoch
    assert alice.ok("login")["epoch"] == epoch
    assert "epoch" not in alice.ok("counters", sessionIds=["p:alice:bob"])
    assert "epoch" not in alice.ok("counters", next="after:")


def test_processes_of_one_data_set_say_the_same_and_those_of_another_do_not(world: World) -> None:
    epoch = world.online("alice").ok("login")["epoch"]
    again = World(world.dynamodb, world.tables)
    assert again.phone("bob").ok("login")["epoch"] == epoch
    other = World(world.dynamodb, fresh_tables(world.dynamodb))
    assert other.phone("bob").ok("login")["epoch"] != epoch


def test_it_is_read_once_by_a_process_and_written_once_in_all(world: World) -> None:
    with Outages(world.dynamodb) as calls:
        world.phone("alice").ok("login")
        first = calls.count({"PutItem"}), calls.count({"BatchGetItem"})
        world.phone("bob").ok("login")
        assert (calls.count({"PutItem"}), calls.count({"BatchGetItem"})) == first == (1, 1)
        World(world.dynamodb, world.tables).phone("alice").ok("login")
        assert (calls.count({"PutItem"}), calls.count({"BatchGetItem"})) == (1, 2)


def test_of_two_processes_that_both_find_none_the_first_makes_it(make_world: Callable[..., World]) -> None:
    world = make_world()
    one, other = (DynamoDataSet(Stores(world.dynamodb, world.tables).storage) for _ in range(2))
    # The read of the first has come back empty; before it writes, the second one does all.
    with patch.object(one, "_read", lambda: other.epoch()[:0]):
        assert one.epoch() == other.epoch()


def test_a_put_whose_response_is_lost_has_made_it(world: World) -> None:
    data_set = DynamoDataSet(Stores(world.dynamodb, world.tables).storage)
    with Outages(world.dynamodb) as outages:
        outages.lose_response({"PutItem"})
        epoch = data_set.epoch()
    assert World(world.dynamodb, world.tables).phone("bob").ok("login")["epoch"] == epoch


def test_a_login_that_can_t_read_it_is_tried_again(world: World) -> None:
    bob = world.phone("bob")
    with Outages(world.dynamodb) as outages:
        outages.fail("BatchGetItem", ConnectTimeoutError(endpoint_url="x"))
        assert bob.ask("login")["code"] == "UNAVAILABLE"
        outages.heal()
        assert bob.ok("login")["epoch"]
