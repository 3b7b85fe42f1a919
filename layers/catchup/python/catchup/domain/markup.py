"""HTML, SVG, XML and scripts: what a browser would run, whatever it is called.

The names that tell HTML are those of the WHATWG's "MIME Sniffing", section 7.1, and a few more; here any comments,
declarations and spaces may come before them.
"""

import codecs
import re

_BOMS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_HTML = frozenset(
    [
        "html",
        "head",
        "script",
        "iframe",
        "h1",
        "div",
        "font",
        "table",
        "a",
        "style",
        "title",
        "b",
        "body",
        "br",
        "p",
        "img",
        "meta",
        "link",
        "form",
        "object",
        "embed",
        "base",
    ]
)
# Not `#!AMR`, which is a sound.
_SCRIPT = re.compile(r"#!\s*/")
_SPACES = re.compile(r"[\0\s]*")
_DOCTYPE = re.compile(r"<!doctype\s+(\w+)")
_NAME = re.compile(r"</?(?:[a-z][\w.-]*:)?([a-z][\w.-]*)")
# What may come before the first element, and how it ends.
_BEFORE = (("<!--", "-->"), ("<?", "?>"), ("<!", ">"))


def type_of(first: bytes) -> str | None:
    """The type of a text that begins so; None if it is neither markup nor a script."""
    text = _text(first).lower()
    at = _after_spaces(text, 0)
    if _SCRIPT.match(text, at):
        return "text/x-shellscript"
    # What it is if no element tells: a browser takes a comment for HTML.
    otherwise = None
    while before := next((pair for pair in _BEFORE if text.startswith(pair[0], at)), None):
        otherwise = "text/xml" if otherwise == "text/xml" or text.startswith("<?xml", at) else "text/html"
        doctype = _DOCTYPE.match(text, at)
        if doctype is not None and doctype[1] in ("html", "svg"):
            return "text/html" if doctype[1] == "html" else "image/svg+xml"
        end = text.find(before[1], at)
        if end < 0:
            return otherwise
        at = _after_spaces(text, end + len(before[1]))
    name = _NAME.match(text, at)
    if name is None:
        return otherwise
    if name[1] == "svg":
        return "image/svg+xml"
    # In XML, `a` may be anybody's.
    is_html = name[1] in _HTML if otherwise != "text/xml" else name[1] == "html"
    return "text/html" if is_html else "text/xml"


def _after_spaces(text: str, at: int) -> int:
    spaces = _SPACES.match(text, at)
    assert spaces is not None
    return spaces.end()


def _text(first: bytes) -> str:
    for bom, encoding in _BOMS.items():
        if first.startswith(bom):
            return first[len(bom) :].decode(encoding, "replace")
    return first.decode("latin-1")
