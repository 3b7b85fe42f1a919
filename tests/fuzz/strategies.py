"""Hypothesis strategies of the same frames: what fails is shrunk towards the smallest that does."""

from hypothesis import strategies as st

from tests.fuzz.cases import Case, malformed, well_formed

_chance = st.randoms(use_true_random=False)


def well_formed_frames() -> st.SearchStrategy[Case]:
    """Requests of every route in both encodings."""
    return _chance.map(well_formed)


def malformed_frames() -> st.SearchStrategy[Case]:
    """The same, spoilt."""
    return _chance.map(malformed)


def texts() -> st.SearchStrategy[str]:
    """Any text at all, lone surrogates included, and JSON of any form."""
    leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
    values = st.recursive(leaves, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=10)
    return st.text(st.characters(codec=None)) | values.map(_as_json)


def _as_json(value: object) -> str:
    import json

    return json.dumps({"cmd": "chat", "body": value})
