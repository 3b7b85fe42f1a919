"""Stages on one moto for each test."""

from collections.abc import Callable, Iterator

import pytest

from tests.fuzz.stage import Stage, stages


@pytest.fixture
def make_stage(environment: None) -> Iterator[Callable[[], Stage]]:
    """Makes deployments."""
    with stages() as make:
        yield make
