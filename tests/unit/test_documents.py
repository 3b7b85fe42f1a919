"""The documents hang together."""

import re
from pathlib import Path

import pytest

from tests.support.world import ROOT

DOCUMENTS = [
    *sorted(ROOT.glob("*.md")),
    *sorted(ROOT.glob("docs/**/*.md")),
    ROOT / "clients/python/README.md",
]
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]*)(#[^)\s]*)?\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def anchors(document: Path) -> set[str]:
    """What a heading can be linked by: as the usual renderers make it of its words."""
    headings = (heading.lower().replace("`", "") for heading in HEADING.findall(document.read_text()))
    return {re.sub(r"[^\w\- ]", "", heading).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document: Path) -> None:
    text = re.sub(r"```.*?```", "", document.read_text(), flags=re.DOTALL)
    for target, anchor in LINK.findall(text):
        if "://" in target:
            continue
        place = (document.parent / target).resolve() if target else document
        assert place.exists(), f"{target} is not there"
        if anchor and place.suffix == ".md":
            assert anchor[1:] in anchors(place), f"{target}{anchor}: no such heading"


def test_the_index_of_documents_names_each() -> None:
    index = (ROOT / "docs/README.md").read_text()
    assert [
        path.name for path in ROOT.glob("docs/*.md") if path.name != "README.md" and f"]({path.name})" not in index
    ] == []


def test_the_index_of_decisions_names_each_by_its_title() -> None:
    listed = dict(re.findall(r"^(\d+\. \[.+\])\((.+)\)$", (ROOT / "docs/adr/README.md").read_text(), re.MULTILINE))
    titles = {}
    for path in ROOT.glob("docs/adr/0*.md"):
        number, title = path.read_text().splitlines()[0].removeprefix("# ").split(". ", 1)
        titles[f"{number}. [{title}]"] = path.name
    assert listed == titles
