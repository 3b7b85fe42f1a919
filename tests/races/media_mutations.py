"""Media with one of their thoughts taken out: see `mutations`."""

from typing import Any

import pytest

from catchup.storage.media_store import S3MediaStore
from catchup.usecases.media.attaching import Attaching, Attachment
from catchup.usecases.media.releasing import Releasing


def a_forward_does_not_look_at_its_source_again(patch: pytest.MonkeyPatch) -> None:
    original = Attachment.keep

    def keep(self: Attachment, waiting_days: int = 0) -> None:
        with pytest.MonkeyPatch.context() as within:
            within.setattr(Attaching, "source_of", lambda *_: self.source)
            original(self, waiting_days)

    patch.setattr(Attachment, "keep", keep)


def a_forward_is_not_noted(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(S3MediaStore, "share", lambda *_: None)


def a_recall_deletes_what_is_shared(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(S3MediaStore, "is_shared", lambda *_: False)


def what_was_recalled_stays(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Releasing, "__call__", lambda *_: None)


def an_upload_is_not_kept(patch: pytest.MonkeyPatch) -> None:
    def nothing(*_: Any) -> None:
        """Its tag stays as it is."""

    patch.setattr(S3MediaStore, "keep", nothing)
