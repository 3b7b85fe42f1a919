"""Mentions in the form that rows have: "3#8" for the message at seq 3 with number 8, or with its author's tag
"3#8@Ab3d"."""

from collections.abc import Iterable

from catchup.domain.ids import Seq
from catchup.domain.membership import Mention
from catchup.storage.tables import pair_of, pair_text

# Mentions that were taken back lately are listed, so that a send that is late does not note them: more than are taken
# back while a send lasts. The oldest are dropped when there are twice as many.
TAKEN_BACK_LIMIT = 8


def mention_text(mention: Mention) -> str:
    """A mention in this form."""
    return pair_text((mention.seq, mention.number)) + (f"@{mention.by}" if mention.by else "")


def mentions_of(texts: Iterable[str] | None) -> frozenset[Mention]:
    """The mentions in an attribute. Raises ValueError for a text that is not a mention."""
    return frozenset(map(_mention_of, texts or ()))


def taken_back_too_long_ago(texts: Iterable[str]) -> set[str]:
    """Those of these texts that need not be listed any more."""
    listed = sorted(texts, key=_mention_of)
    return set(listed[:-TAKEN_BACK_LIMIT]) if len(listed) > 2 * TAKEN_BACK_LIMIT else set()


def _mention_of(text: str) -> Mention:
    place, _, by = text.partition("@")
    seq, number = pair_of(place)
    return Mention(Seq(seq), number, by)
