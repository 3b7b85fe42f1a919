"""The repositories on each engine in turn."""

import itertools
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from tests.conftest import DYNAMODB_LOCAL
from tests.contract.stores import InTurn, Stores
from tests.support.engines import dynamodb_client, moto_engine, template
from tests.support.outages import Outages
from tests.support.world import World

_NUMBERS = itertools.count(1)


@pytest.fixture(scope="module", params=["moto", DYNAMODB_LOCAL])
def dynamodb(request: pytest.FixtureRequest) -> Iterator[Any]:
    """The engines of tests/conftest.py, each once a module: every test has tables of its own anyway."""
    if request.param == "moto":
        with moto_engine() as client:
            yield client
    else:
        yield dynamodb_client(request.getfixturevalue("dynamodb_local"))


def new_tables(client: Any) -> Mapping[str, str]:
    """The template's tables under new names, quickly: no waiting, no TTL. There are hundreds of them."""
    number = next(_NUMBERS)
    names = {}
    for logical_id, spec in template().tables.items():
        names[logical_id] = f"contract{number}-{logical_id}"
        parts = ("AttributeDefinitions", "KeySchema", "BillingMode", "GlobalSecondaryIndexes")
        wanted = {name: spec.properties[name] for name in parts if name in spec.properties}
        client.create_table(TableName=names[logical_id], **wanted)
    return names


@pytest.fixture
def make_stores(dynamodb: Any) -> Callable[[], Stores]:
    """Makes repositories with empty tables."""
    return lambda: Stores(dynamodb, new_tables(dynamodb))


@pytest.fixture
def make_world(dynamodb: Any) -> Callable[..., World]:
    """Makes a deployment with empty tables, whose calls go out one after another: moto is not thread-safe."""
    return lambda **overrides: World(dynamodb, new_tables(dynamodb), **{"concurrency": InTurn(), **overrides})


@pytest.fixture
def stores(make_stores: Callable[[], Stores]) -> Stores:
    """Repositories with empty tables."""
    return make_stores()


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
