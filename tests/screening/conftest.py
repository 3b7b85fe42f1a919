"""A deployment that moderates."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.support.clock import Clock
from tests.support.engines import moto_services
from tests.support.screening import BUCKET, KEY, Lists
from tests.support.world import Phone, World


@pytest.fixture
def lists(dynamodb: Any) -> Iterator[Lists]:
    """Words that are masked, held and refused. S3 is moto's, whichever engine has the tables."""
    with moto_services():
        lists = Lists()
        lists.put(MASK=["damn", "笨蛋"], HOLD=["casino"], REJECT=["bomb", "炸弹"])
        yield lists


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def world(make_world: Callable[..., World], lists: Lists, clock: Clock) -> World:
    world = make_world(word_list_bucket=BUCKET, word_list_key=KEY, clock=clock)
    world.clients.lists = lists
    return world


@pytest.fixture
def alice(world: World) -> Phone:
    return world.online("alice")


@pytest.fixture
def room(world: World) -> str:
    """Alice's, with Bob."""
    world.phone("alice").change("create", "room", name="The room", uids=["bob"])
    return "room"
