"""Words that one can try on the page."""

import json
from pathlib import Path

MOST_WORDS = 3


def words_to_try(word_lists: str) -> dict[str, list[str]]:
    """The first words of a file of word lists, by action (`MASK`, `HOLD`, `REJECT`); {} if there are none."""
    try:
        lists = json.loads(Path(word_lists).read_bytes())["lists"] if word_lists else []
        words: dict[str, list[str]] = {}
        for each in lists:
            words.setdefault(each["action"], []).extend(each["words"])
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return {action: found[:MOST_WORDS] for action, found in words.items()}
