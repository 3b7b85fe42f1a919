"""docs/security.md names only files that exist."""

import re

from tests.support.world import ROOT

TEXT = (ROOT / "docs" / "security.md").read_text()
PACKAGE = ROOT / "layers/catchup/python/catchup"
# Named before the change that brings it.
EXPECTED_LATER: set[str] = set()


def measures() -> list[list[str]]:
    """The rows of the table: against, measure, where, shown by."""
    rows = [line.strip("|").split("|") for line in TEXT.splitlines() if line.startswith("|") and line.count("|") == 5]
    return [[cell.strip() for cell in row] for row in rows[2:]]


def test_every_measure_says_where_it_is_and_what_shows_it() -> None:
    assert len(measures()) > 20
    assert all(all(row) for row in measures())


def test_every_file_of_a_measure_exists() -> None:
    named = {name for row in measures() for name in re.findall(r"`([\w./-]+)`", row[2] + row[3]) if "." in name}
    missing = {name for name in named if not (ROOT / name).is_file() and not (PACKAGE / name).is_file()}
    assert missing <= EXPECTED_LATER
