"""A file of word lists, put into the stack's S3 at the start and whenever it changes: docs/moderation.md."""

import asyncio
import json
import logging
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from local.errors import LocalStackError
from local.layers import make_importable

logger = logging.getLogger(__name__)

# The template's parameters that say where the lists are.
BUCKET_PARAMETER = "WordListBucket"
KEY_PARAMETER = "WordListKey"
LOOK_SECONDS = 1.0


def word_list_parameters(stack_name: str, account_id: str) -> dict[str, str]:
    """Where the file goes. A bucket's name is taken for all accounts, hence the account's id in it."""
    return {BUCKET_PARAMETER: f"{stack_name}-{account_id}-words".lower(), KEY_PARAMETER: "word-lists.json"}


class WordListFile:
    """The file at `path`, and its copy in the bucket and under the key that the parameters name.

    Args:
        s3: a client.
        layer_dirs: where the functions find the code that reads the lists, and that checks them here.
    """

    def __init__(self, path: Path, s3: Any, parameters: Mapping[str, str], layer_dirs: Iterable[Path]) -> None:
        self._path = path
        self._s3 = s3
        self._bucket, self._key = parameters[BUCKET_PARAMETER], parameters[KEY_PARAMETER]
        make_importable(layer_dirs)
        self._seen: object = None

    def begin(self) -> None:
        """Makes the bucket and puts the file. Blocks. Raises LocalStackError if it can't be read or used."""
        try:
            document = self._read()
        except OSError as error:
            raise LocalStackError(f"WORD_LISTS={self._path}: {error.strerror}") from None
        if fault := fault_of(document):
            raise LocalStackError(f"WORD_LISTS={self._path}: {fault}")
        self._s3.create_bucket(Bucket=self._bucket)
        self._put(document)

    async def watch(self) -> None:
        """Puts the file again whenever it changes, for ever."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            await asyncio.to_thread(self.look)

    def look(self) -> None:
        """Puts the file again if it has changed. Blocks."""
        try:
            if self._stamp() == self._seen:
                return
            document = self._read()
        except OSError as error:
            if self._seen is not None:
                logger.warning("%s: %s; the previous lists stay in use", self._path, error.strerror)
            self._seen = None
            return
        fault = fault_of(document)
        if fault:
            stays = "running functions keep their lists, and functions that start now refuse to send"
            logger.warning("%s: %s; %s", self._path, fault, stays)
        # Also with a fault: what the functions make of it is theirs to show.
        self._put(document, says=not fault)

    def _read(self) -> bytes:
        # In this order: what is written in between is seen at the next look.
        self._seen = self._stamp()
        return self._path.read_bytes()

    def _stamp(self) -> object:
        stat = self._path.stat()
        return stat.st_mtime_ns, stat.st_size, stat.st_ino

    def _put(self, document: bytes, says: bool = True) -> None:
        self._s3.put_object(Bucket=self._bucket, Key=self._key, Body=document)
        if says:
            lists = ", ".join(f"{each['id']} {each['version']}" for each in json.loads(document)["lists"])
            logger.info("word lists of %s: %s", self._path, lists or "none")


def fault_of(document: bytes) -> str:
    """Why the functions can't use these lists; "" if they can."""
    from catchup.screening.automaton import compiled
    from catchup.screening.document import parse
    from catchup.settings import MAX_WORD_LIST_BYTES

    if len(document) > MAX_WORD_LIST_BYTES:
        return f"at most {MAX_WORD_LIST_BYTES} bytes"
    try:
        # Only here: the functions' logs must not have what is around the fault.
        json.loads(document)
    except (ValueError, RecursionError) as error:
        return f"not JSON: {error}"
    try:
        compiled(parse(document))
    except ValueError as error:
        return str(error)
    return ""
