"""Fixtures: an engine, and a world of handlers on it."""

import os
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import botocore.session
import hypothesis
import pytest

from tests.support.engines import dynamodb_local_engine, empty_moto, lent_tables, moto_engine, quick_client
from tests.support.parts import Part
from tests.support.world import World

ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "us-east-1",
    "POWERTOOLS_SERVICE_NAME": "catchup",
    "POWERTOOLS_METRICS_NAMESPACE": "Catchup",
    "POWERTOOLS_LOG_LEVEL": "CRITICAL",
}
# Speed belongs in benchmarks: no test fails for being slow.
hypothesis.settings.register_profile("catchup", deadline=None)
hypothesis.settings.load_profile("catchup")

DYNAMODB_LOCAL = pytest.param("dynamodb-local", marks=pytest.mark.dynamodb_local)
# For tests of what lies before the store.
on_moto_alone = pytest.mark.parametrize("dynamodb", ["moto"], indirect=True)
# For tests of hundreds of requests, which would take moto seconds each.
on_dynamodb_local_alone = pytest.mark.parametrize("dynamodb", [DYNAMODB_LOCAL], indirect=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """`make test-e2e PART=1/2` runs that part, as all suites that are chosen by a mark. Others divide themselves."""
    if not config.getoption("markexpr"):
        return
    part = Part.of_this_run()
    chosen: list[pytest.Item] = []
    others: list[pytest.Item] = []
    for item in items:
        (chosen if part.has(item.nodeid) else others).append(item)
    config.hook.pytest_deselected(items=others)
    items[:] = chosen


@pytest.fixture(autouse=True, scope="session")
def environment() -> Iterator[None]:
    """No test reads a developer's own AWS settings."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            patch.delenv(name)
        for name, value in ENVIRONMENT.items():
            patch.setenv(name, value)
        yield


@pytest.fixture(autouse=True, scope="session")
def models_read_once() -> Iterator[None]:
    """Each session of botocore, such as a cold start makes, would read and parse the models of AWS anew."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(botocore.session, "create_loader", cache(botocore.session.create_loader))
        yield


@pytest.fixture(scope="session")
def dynamodb_local() -> Iterator[str]:
    """The endpoint of a DynamoDB Local for the whole run."""
    with dynamodb_local_engine() as endpoint:
        yield endpoint


@pytest.fixture(scope="module")
def moto() -> Iterator[Any]:
    """A client of the local stack's engine. To start one takes longer than many a test: each module has one."""
    with moto_engine() as client:
        yield client


@pytest.fixture(params=["moto", DYNAMODB_LOCAL])
def dynamodb(request: pytest.FixtureRequest) -> Iterator[Any]:
    """A DynamoDB client of each engine in turn; moto is empty."""
    if request.param == "moto":
        yield request.getfixturevalue("moto")
        empty_moto()
    else:
        yield quick_client(request.getfixturevalue("dynamodb_local"))


@pytest.fixture
def make_world(dynamodb: Any) -> Iterator[Callable[..., World]]:
    """Makes a deployment with empty tables; keyword arguments override settings, `clock` and `concurrency`."""
    with lent_tables(dynamodb) as tables:
        yield lambda **overrides: World(dynamodb, tables(), **overrides)


@pytest.fixture
def world(make_world: Callable[..., World]) -> World:
    """A deployment with empty tables."""
    return make_world()
