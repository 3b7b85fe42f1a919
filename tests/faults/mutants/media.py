"""Notes of uploads that are wrong."""

from typing import Any

from catchup.errors import Unavailable
from catchup.storage.media_types import S3MediaTypes
from catchup.usecases.media.ports import Beginning
from tests.faults.mutants.registry import mutant

SEEN = "an upload whose event comes twice, and is sent in between"


@mutant("what could not be read is noted as unknown", SEEN, S3MediaTypes, "begin")
def _(original: Any, self: S3MediaTypes, key: str) -> Beginning | None:
    try:
        begun: Beginning | None = original(self, key)
    except Unavailable:
        return Beginning(b"", 0, "image/png")
    return begun
