"""The engines of the races."""

from tests.faults.races.conftest import platform

__all__ = ["platform"]
