"""The document of word lists: JSON, bounded in every direction. docs/moderation.md shows one."""

import json
import re
from collections.abc import Sequence
from typing import Any

from catchup.domain.screening import Action, WordList
from catchup.settings import MAX_LISTED_WORDS, MAX_WORD_CHARACTERS, MAX_WORD_LISTS

_NAME = re.compile(r"[A-Za-z0-9_.:-]{1,64}")
_ACTIONS = {action.name: action for action in Action if action is not Action.PASS}


def parse(document: bytes) -> Sequence[WordList]:
    """`{"lists": [{"id", "version", "action": "MASK" | "HOLD" | "REJECT", "words": [text, …]}, …]}`.

    Raises ValueError, which says where the fault is and never repeats a word: its text goes into logs.
    """
    try:
        read = json.loads(document)
    except (ValueError, RecursionError):
        # Their own text repeats what is around the fault.
        raise ValueError("not JSON in UTF-8") from None
    lists = read.get("lists") if isinstance(read, dict) else None
    if not isinstance(lists, list) or len(lists) > MAX_WORD_LISTS:
        raise ValueError(f"'lists' must be an array of at most {MAX_WORD_LISTS}")
    parsed = [_list(item, f"lists[{index}]") for index, item in enumerate(lists)]
    if sum(len(words.words) for words in parsed) > MAX_LISTED_WORDS:
        raise ValueError(f"at most {MAX_LISTED_WORDS} words in all lists")
    return parsed


def _list(item: Any, place: str) -> WordList:
    if not isinstance(item, dict):
        raise ValueError(f"{place} must be an object")
    words = item.get("words")
    if item.get("action") not in list(_ACTIONS):
        raise ValueError(f"{place}.action must be one of {', '.join(_ACTIONS)}")
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise ValueError(f"{place}.words must be an array of strings")
    if any(len(word) > MAX_WORD_CHARACTERS for word in words):
        raise ValueError(f"{place}.words: at most {MAX_WORD_CHARACTERS} characters each")
    return WordList(
        list_id=_name(item.get("id"), f"{place}.id"),
        version=_name(item.get("version"), f"{place}.version"),
        action=_ACTIONS[item["action"]],
        words=tuple(words),
    )


def _name(value: Any, place: str) -> str:
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        raise ValueError(f"{place} must match {_NAME.pattern}")
    return value
