"""The engines of the races."""

from tests.races.conftest import platform
from tests.support.long_suites import pytest_collection_modifyitems, pytest_pyfunc_call

__all__ = ["platform", "pytest_collection_modifyitems", "pytest_pyfunc_call"]
