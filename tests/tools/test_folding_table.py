"""The table of folds is what the tool makes of Unicode's data."""

import unicodedata
from pathlib import Path

import pytest

from catchup.domain import folding_table
from catchup.domain.marking import CLAUSE, CONTEXT, INVISIBLE, JOINED, LETTER, SPACE, TIGHT


@pytest.mark.skipif(unicodedata.unidata_version != "14.0.0", reason="casefold is Python's own: the tool runs on 3.11")
def test_the_committed_table_is_not_stale() -> None:
    from tools import folding_table as tool

    assert Path(folding_table.__file__).read_text() == tool.written()


def test_each_single_character_has_one_fold() -> None:
    characters, folds = folding_table.SINGLE
    assert len(characters) == len(folds) == len(set(characters))
    assert not set(characters) & set(folding_table.LONGER)


def test_scripts_and_kinds_begin_in_order_and_each_kind_is_known() -> None:
    scripts, (starts, kinds) = [start for start, _ in folding_table.SCRIPTS], folding_table.KINDS
    assert scripts == sorted(set(scripts))
    assert list(starts) == sorted(set(starts))
    assert starts[0] == "\x00"
    assert scripts[0] == 0
    assert set(kinds) == {LETTER, CONTEXT, INVISIBLE, JOINED, TIGHT, SPACE, CLAUSE}
