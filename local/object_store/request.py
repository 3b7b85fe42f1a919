"""A request to the store, as it came."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import unquote, unquote_plus

from multidict import CIMultiDictProxy


@dataclass(frozen=True)
class StoreRequest:
    """A request with the bucket in its path. `target`: path and query as they were sent."""

    method: str
    target: str
    headers: CIMultiDictProxy[str]
    body: bytes

    @property
    def path(self) -> str:
        """As it was sent."""
        return self.target.partition("?")[0]

    @cached_property
    def query(self) -> Sequence[tuple[str, str]]:
        """The parameters, decoded."""
        pairs = (part.partition("=") for part in self.target.partition("?")[2].split("&") if part)
        return [(unquote_plus(name), unquote_plus(value)) for name, _, value in pairs]

    def parameter(self, name: str) -> str | None:
        """A parameter of the query; None if it has none."""
        return next((value for key, value in self.query if key == name), None)

    @property
    def bucket(self) -> str:
        """The bucket's name."""
        return unquote(self.path).strip("/").partition("/")[0]

    @property
    def key(self) -> str:
        """The object's key; "" for the bucket itself."""
        return unquote(self.path).lstrip("/").partition("/")[2]

    def header(self, name: str) -> str:
        """A header; "" if there is none."""
        return self.headers.get(name, "")

    @property
    def is_of_an_object(self) -> bool:
        """Whether it is about an object itself, and not about its tags or another part of it."""
        return bool(self.key) and all(name.lower().startswith("x-") for name, _ in self.query)
