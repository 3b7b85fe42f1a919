"""Alice over HTTP, to whom Bob has written."""

from collections.abc import Iterator

import pytest

from tests.support.engines import fresh_tables, moto_engine
from tests.support.http import HttpClient
from tests.support.world import World


@pytest.fixture(scope="module")
def written() -> Iterator[World]:
    """Shared by a module's tests: what they do is refused, or may be done twice."""
    with moto_engine() as client:
        world = World(client, fresh_tables(client))
        for text in ("one", "two", "x" * 2_000):
            world.online("bob").chat("alice", text)
        yield world


@pytest.fixture
def alice(written: World) -> HttpClient:
    return HttpClient(written, "alice")
