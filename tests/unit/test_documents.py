"""The documents hang together, and what is cited anywhere is there."""

import ast
import io
import os
import re
import tokenize
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import pytest

from tests.support.world import ROOT

DOCUMENTS = [
    *sorted(ROOT.glob("*.md")),
    *sorted(ROOT.glob("docs/**/*.md")),
    ROOT / "clients/python/README.md",
    ROOT / "conformance/README.md",
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


def prose(document: Path) -> Iterator[str]:
    """The lines of a document outside its tables and blocks of code."""
    fenced = False
    for line in document.read_text(encoding="utf-8").splitlines():
        fence = line.lstrip().startswith("```")
        fenced ^= fence
        if not fenced and not fence and not line.startswith(("|", "![")):
            yield line


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_lines_of_prose_wrap_at_120_columns(document: Path) -> None:
    """Except a line that is one piece of code, such as a command to copy."""
    pieces = (re.sub(r"^`[^`]+`$", "", line.strip()) for line in prose(document))
    assert [line for line in pieces if len(line) > 120] == []


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


# ---------------------------------------------------------------- what comments, docstrings and documents cite

PRODUCT = ROOT / "layers/catchup/python/catchup"
# From where a citation may start: the project, the product's package, the documents, and the folder of the file itself.
ROOTS = (
    ROOT,
    PRODUCT,
    PRODUCT.parent,
    ROOT / "docs",
    ROOT / "clients/python",
    ROOT / "clients/python/catchup_client",
    ROOT / "clients/web",
)
NOT_OURS = {"node_modules", "__pycache__", "build", "dist"}
KINDS = "py|pyi|md|yaml|yml|json|toml|proto|sh|png|in|txt|html|mjs|js|css"
# A document with or without its folder, and what is cited of it: #anchor, or a heading or words in quotes.
CITED_DOCUMENT = re.compile(r"(?<![\w/.:*-])([\w-]+(?:/[\w.-]+)*\.md)(#[\w-]+)?(?:(,|:)? \"([^\n\"]+)\")?")
CITED_SECTION = re.compile(r"([\w-]+(?:/[\w.-]+)*\.md),? \(?section (\d+)")
CITED_PATH = re.compile(rf"(?<![\w/.:@$\\{{}}<>*~-])((?:\.?[\w<>*-][\w.<>*-]*/)+[\w.<>*-]+\.(?:{KINDS}))(?![\w/])")
CITED_DECISION = re.compile(r"\bADRs? ([0-9]{1,4})\b")


def files() -> Iterator[Path]:
    """All that people have written here."""
    for folder, folders, names in os.walk(ROOT):
        folders[:] = sorted(name for name in folders if not is_hidden(name) and name not in NOT_OURS)
        yield from (Path(folder, name) for name in sorted(names) if not is_hidden(name) and "_pb2.py" not in name)


def is_hidden(name: str) -> bool:
    return name.startswith(".") and name not in (".ci", ".github")


def said(path: Path) -> str:
    """The comments and docstrings of code; the prose of a document, without its blocks of code."""
    text = path.read_text(encoding="utf-8", errors="ignore")
    match path.suffix:
        case ".md":
            return re.sub(r"```.*?```", "", text, flags=re.DOTALL)
        case ".py" if ".md" in text or "ADR" in text or CITED_PATH.search(text):
            comments = [
                token.string
                for token in tokenize.generate_tokens(io.StringIO(text).readline)
                if token.type == tokenize.COMMENT
            ]
            described = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
            docstrings = [
                ast.get_docstring(node) or "" for node in ast.walk(ast.parse(text)) if isinstance(node, described)
            ]
            return "\n".join([*comments, *docstrings])
        case ".yaml" | ".yml" | ".toml" | ".sh" | "" | ".in":
            return "\n".join(re.findall(r"(?:^|\s)#.*", text))
        case ".proto" | ".js" | ".mjs":
            return "\n".join(re.findall(r"//.*", text))
    return ""


FILES = {str(path.relative_to(ROOT)): path for path in files() if path.stat().st_size < 1_000_000}


def found(cited: str, citing: Path) -> Path | None:
    """Where a cited file is; a `<part>` or a `*` stands for any."""
    pattern = re.sub(r"<[\w-]+>", "*", cited)
    there = (path for root in (*ROOTS, citing.parent) for path in matching(root, pattern))
    return next(there, None)


@cache
def matching(root: Path, pattern: str) -> Sequence[Path]:
    if "*" in pattern:
        return [*root.glob(pattern)]
    return [root / pattern] if (root / pattern).exists() else []


@cache
def plain(text: str) -> str:
    """Words without marks and breaks."""
    return re.sub(r"\s+", " ", re.sub(r"[`*#]", "", text)).lower()


@cache
def words_of(document: Path) -> str:
    return plain(document.read_text(encoding="utf-8"))


def missing_in(text: str, citing: Path) -> list[str]:
    """What is cited here and is not there."""
    text = re.sub(r"https?://\S+", "", text)
    missing = []
    for cited, anchor, _, quoted in CITED_DOCUMENT.findall(re.sub(r"\s*\n\s*", " ", text)):
        document = found(cited, citing)
        if document is None:
            missing.append(cited)
        elif anchor and anchor[1:] not in anchors(document):
            missing.append(f"{cited}{anchor}")
        elif quoted and plain(quoted.removesuffix("…")).strip() not in words_of(document):
            missing.append(f'{cited} "{quoted}"')
    for cited, number in CITED_SECTION.findall(re.sub(r"\s*\n\s*", " ", text)):
        document = found(cited, citing)
        if document is None or not re.search(rf"^## {number}\. ", document.read_text(encoding="utf-8"), re.MULTILINE):
            missing.append(f"{cited}, section {number}")
    missing += [cited for cited in CITED_PATH.findall(text) if not found(cited, citing)]
    decisions = {int(path.name[:4]) for path in ROOT.glob("docs/adr/[0-9]*.md")}
    return missing + [f"ADR {number}" for number in CITED_DECISION.findall(text) if int(number) not in decisions]


@pytest.mark.parametrize("folder", sorted({name.split("/")[0] for name in FILES}))
def test_what_is_cited_is_there(folder: str) -> None:
    """Documents, files, anchors, headings and decisions, in comments, docstrings and documents."""
    files = {name: path for name, path in FILES.items() if name.split("/")[0] == folder}
    missing = {name: missing_in(said(path), path) for name, path in files.items()}
    assert {name: cited for name, cited in missing.items() if cited} == {}


@pytest.mark.parametrize(
    "citation",
    [
        "facts.md: sizes",
        "docs/nowhere.md",
        "docs/protocol.md#nowhere",
        'docs/platform.md, "Azure"',
        "usecases/nowhere.py",
        "tests/<name>/nowhere.py",
        "docs/protocol.md, section 12",
        "ADR 99",
    ],
)
def test_a_citation_of_what_is_not_there_is_noticed(citation: str) -> None:
    assert missing_in(citation, ROOT / "README.md") != []
