"""Stages on one moto for each file of tests."""

from collections.abc import Callable, Iterator

import pytest

from tests.faults.moderator import NAME
from tests.faults.runner import Runner
from tests.faults.stage import Stage, stages
from tests.support.roles import Role


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
    return Runner((make_stage(), make_stage(backwards=True)))


@pytest.fixture
def roles_of_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    """For code that is broken on purpose: its role would stop some of it before any invariant is broken."""
    monkeypatch.setattr(Role, "use", lambda *_: None)


@pytest.fixture(scope="module")
def guard_runner(make_stage: Callable[..., Stage]) -> Runner:
    """The same, where texts are judged."""
    return Runner((make_stage(moderator=NAME), make_stage(backwards=True, moderator=NAME)))
