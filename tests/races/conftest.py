"""A stage on the judge, or on moto where a test says that it will do."""

from collections.abc import Iterator

import pytest

from tests.conftest import DYNAMODB_LOCAL
from tests.races.platform import Platform
from tests.races.stage import Stage
from tests.support.engines import fresh_tables, moto_engine, quick_client
from tests.support.long_suites import pytest_collection_modifyitems, pytest_pyfunc_call, roles_of_anything

__all__ = ["pytest_collection_modifyitems", "pytest_pyfunc_call", "roles_of_anything"]


@pytest.fixture(scope="module", params=[DYNAMODB_LOCAL])
def platform(request: pytest.FixtureRequest) -> Iterator[Platform]:
    """For a whole module, so that the engine is asked the same only once."""
    if request.param == "moto":
        with moto_engine() as client:
            yield Platform(client, fresh_tables(client))
    else:
        client = quick_client(request.getfixturevalue("dynamodb_local"))
        yield Platform(client, fresh_tables(client))


@pytest.fixture
def stage(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """An empty deployment."""
    return Stage(platform, monkeypatch)
