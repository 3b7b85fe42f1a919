"""Copies a file of word lists into the stack's S3, at the start and after each change: docs/moderation.md."""

import asyncio
import json
import logging
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from local.errors import LocalStackError
from local.layers import make_importable

logger = logging.getLogger(__name__)

# The template's parameters with the place of the lists.
BUCKET_PARAMETER = "WordListBucket"
KEY_PARAMETER = "WordListKey"
LOOK_SECONDS = 1.0


def word_list_parameters(stack_name: str, account_id: str) -> dict[str, str]:
    """The template parameters for the copy. Bucket names are unique over all accounts, so it has the account's id."""
    return {BUCKET_PARAMETER: f"{stack_name}-{account_id}-words".lower(), KEY_PARAMETER: "word-lists.json"}


class WordListFile:
    """Copies the file at `path` to the bucket and key that the parameters name.

    Args:
        s3: a client.
        layer_dirs: the layers with the code that reads the lists in the functions; here it checks them.
    """

    def __init__(self, path: Path, s3: Any, parameters: Mapping[str, str], layer_dirs: Iterable[Path]) -> None:
        self._path = path
        self._s3 = s3
        self._bucket, self._key = parameters[BUCKET_PARAMETER], parameters[KEY_PARAMETER]
        make_importable(layer_dirs)
        self._seen: object = None

    def begin(self) -> None:
        """Creates the bucket and copies the file. It blocks. Raises LocalStackError if the file can't be used."""
        try:
            document = self._read()
        except OSError as error:
            raise LocalStackError(f"WORD_LISTS={self._path}: {error.strerror}") from None
        if fault := fault_of(document):
            raise LocalStackError(f"WORD_LISTS={self._path}: {fault}")
        self._s3.create_bucket(Bucket=self._bucket)
        self._put(document)

    async def watch(self) -> None:
        """Copies the file again after each change. It never ends."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            await asyncio.to_thread(self.look)

    def look(self) -> None:
        """Copies the file again if it has changed. It blocks."""
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
        # A faulty file is copied too, so that the functions show how they handle it.
        self._put(document, says=not fault)

    def _read(self) -> bytes:
        # In this order, so that a change in between is found at the next look.
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
    """The reason why the functions can't use these lists; "" if they can."""
    from catchup.screening.automaton import compiled
    from catchup.screening.document import parse
    from catchup.settings import MAX_WORD_LIST_BYTES

    if len(document) > MAX_WORD_LIST_BYTES:
        return f"at most {MAX_WORD_LIST_BYTES} bytes"
    try:
        # Only here, because the functions' logs must not contain words of the lists.
        json.loads(document)
    except (ValueError, RecursionError) as error:
        return f"not JSON: {error}"
    try:
        compiled(parse(document))
    except ValueError as error:
        return str(error)
    return ""
