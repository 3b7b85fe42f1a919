"""The fixtures of scenarios."""

from tests.libraries.fixtures import library

__all__ = ["library"]
