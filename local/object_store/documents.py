"""XML that requests bring: read by the library that moto uses, which takes no entities."""

from typing import Any
from xml.parsers.expat import ExpatError

import xmltodict

from local.object_store.refusals import Refused


def items(text: str | bytes, *path: str) -> list[dict[str, Any]]:
    """The elements at the end of this path, each with its members. Raises Refused."""
    *_, name = path
    try:
        found: Any = xmltodict.parse(text, force_list=(name,))
        for part in path:
            found = (found or {}).get(part, {})
    except (ExpatError, AttributeError, ValueError):
        raise malformed() from None
    if not all(isinstance(each, dict) for each in found):
        raise malformed()
    return list(found)


def malformed() -> Refused:
    """400 MalformedXML."""
    return Refused(400, "MalformedXML", "The XML you provided was not well-formed.")
