"""The repositories on each engine in turn."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from catchup.clock import must_end_by
from tests.conftest import DYNAMODB_LOCAL
from tests.contract.stores import InTurn, Stores
from tests.support.engines import lent_tables, moto_engine, quick_client
from tests.support.outages import Outages
from tests.support.world import World


@pytest.fixture(scope="module", params=["moto", DYNAMODB_LOCAL])
def dynamodb(request: pytest.FixtureRequest) -> Iterator[Any]:
    """The engines of tests/conftest.py, each once a module: every test has tables of its own anyway."""
    if request.param == "moto":
        with moto_engine() as client:
            yield client
    else:
        yield quick_client(request.getfixturevalue("dynamodb_local"))


@pytest.fixture
def make_stores(dynamodb: Any) -> Iterator[Callable[[], Stores]]:
    """Makes repositories with empty tables."""
    with lent_tables(dynamodb) as tables:
        yield lambda: Stores(dynamodb, tables())


@pytest.fixture
def make_world(dynamodb: Any) -> Iterator[Callable[..., World]]:
    """Makes a deployment with empty tables, whose calls go out one after another: moto is not thread-safe."""
    with lent_tables(dynamodb) as tables:
        yield lambda **overrides: World(dynamodb, tables(), **{"concurrency": InTurn(), **overrides})


@pytest.fixture
def stores(make_stores: Callable[[], Stores]) -> Iterator[Stores]:
    """Repositories with empty tables, in an invocation whose time a test may shorten."""
    stores = make_stores()
    with must_end_by(stores.time.deadline):
        yield stores


@pytest.fixture
def outages(dynamodb: Any) -> Iterator[Outages]:
    """What goes wrong on the way to the engine, until the test ends."""
    with Outages(dynamodb) as outages:
        yield outages


@pytest.fixture
def world(make_world: Callable[..., World]) -> World:
    """A deployment with empty tables."""
    return make_world()


@pytest.fixture
def engine(request: pytest.FixtureRequest) -> str:
    """Which engine this is: "moto" or "dynamodb-local"."""
    name: str = request.node.callspec.params["dynamodb"]
    return name
