"""Stages on one moto for each file of tests."""

from collections.abc import Callable, Iterator

import pytest

from tests.faults.runner import Runner
from tests.faults.stage import Stage, stages
from tests.people.moderator import NAME
from tests.support.long_suites import pytest_collection_modifyitems, pytest_pyfunc_call, roles_of_anything
from tests.support.parts import Part

__all__ = ["pytest_collection_modifyitems", "pytest_pyfunc_call", "roles_of_anything"]


@pytest.fixture(scope="module")
def make_stage(environment: None) -> Iterator[Callable[..., Stage]]:
    """Makes a deployment whose every call to AWS can fail."""
    with stages() as make:
        yield make


@pytest.fixture(scope="module")
def one_stage(make_stage: Callable[..., Stage]) -> Stage:
    """The stage of a file's tests."""
    return make_stage()


@pytest.fixture
def stage(one_stage: Stage) -> Stage:
    """A stage on which nothing has happened yet."""
    one_stage.empty()
    return one_stage


@pytest.fixture(scope="module")
def runner(make_stage: Callable[..., Stage]) -> Runner:
    """Runs scenarios with faults."""
    return Runner((make_stage(), make_stage(backwards=True)), Part.of_this_run())


@pytest.fixture(scope="module")
def guard_runner(make_stage: Callable[..., Stage]) -> Runner:
    """The same, where texts are judged."""
    return Runner((make_stage(moderator=NAME), make_stage(backwards=True, moderator=NAME)), Part.of_this_run())
