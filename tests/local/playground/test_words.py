"""The words that the page offers to try."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from local.options import ROOT
from local.playground.words import words_to_try


@pytest.mark.parametrize(
    ("lists", "words"),
    [
        ({}, {}),
        (
            {"lists": [{"action": "MASK", "words": ["a", "b"]}, {"action": "MASK", "words": ["c", "d"]}]},
            {"MASK": ["a", "b", "c"]},
        ),
        ({"lists": [{"action": "HOLD"}]}, {}),
        ({"lists": 1}, {}),
    ],
)
def test_some_words_of_the_lists_are_told_so_that_one_can_try_them(
    tmp_path: Path, lists: dict[str, Any], words: dict[str, list[str]]
) -> None:
    path = tmp_path / "lists.json"
    path.write_text(json.dumps(lists))
    assert words_to_try(str(path)) == words


def test_without_word_lists_there_are_no_words_to_try(tmp_path: Path) -> None:
    assert words_to_try("") == words_to_try(str(tmp_path / "none.json")) == {}


def test_make_run_brings_words_for_each_verdict() -> None:
    (path,) = re.findall(r"^run: export WORD_LISTS \?= (\S+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert words_to_try(str(ROOT / path)).keys() == {"MASK", "HOLD", "REJECT"}
