"""The Python client does what the vectors say, and the vectors are what their README says."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.conformance.runner import play
from tests.conformance.short_forms import Json, messages
from tests.conformance.vectors import FILES, FOLDER, VECTORS


@pytest.mark.parametrize("name", VECTORS)
def test_the_client_does_what_the_vector_says(name: str) -> None:
    play(VECTORS[name])


@pytest.mark.parametrize("topic", FILES)
def test_each_file_has_the_format_of_the_schema(topic: str) -> None:
    schema: dict[str, Any] = json.loads((FOLDER / "vector.schema.json").read_text(encoding="utf-8"))
    errors = [f"{error.json_path}: {error.message}" for error in Draft202012Validator(schema).iter_errors(FILES[topic])]
    assert errors == []


def test_each_name_is_there_once() -> None:
    names = [vector["name"] for file in FILES.values() for vector in file["vectors"]]
    assert sorted(set(names)) == sorted(names)


PROTOCOL = (Path(__file__).parents[2] / "docs/protocol.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("rule", sorted({vector["rule"] for vector in VECTORS.values()}))
def test_each_rule_is_in_the_protocol_reference(rule: str) -> None:
    section, name, *number = rule.split(" / ")
    text = re.split(r"^## ", PROTOCOL, flags=re.MULTILINE)[int(section)]
    assert text.startswith(f"{section}. ")
    place = re.search(rf"^(### {name}$|\*\*{name}\.\*\*|{section}\. {name}$)", text, re.MULTILINE)
    assert place is not None
    for one in number:
        assert re.search(rf"^{one}\. ", text[place.end() :], re.MULTILINE)


def test_the_table_names_the_files_of_each_rule() -> None:
    written = dict(
        re.findall(r"^\| (\d / [^|]+) \|[^|]+\| ([^|]+) \|$", (FOLDER / "README.md").read_text(), re.MULTILINE)
    )
    files: dict[str, list[str]] = {}
    for topic, file in FILES.items():
        for rule in sorted({vector["rule"] for vector in file["vectors"]}):
            files.setdefault(rule, []).append(topic)
    assert written == {rule: ", ".join(topics) for rule, topics in files.items()}


def test_the_calls_of_the_schema_are_those_of_the_table() -> None:
    schema = json.loads((FOLDER / "vector.schema.json").read_text(encoding="utf-8"))
    table = re.search(r"\| call \|.*?\n\n", (FOLDER / "README.md").read_text(), re.DOTALL)
    assert table is not None
    first_cells = [line.split("|")[1] for line in table.group().splitlines()[2:] if line]
    named = [name for cell in first_cells for name in re.findall(r"`([^`]+)`", cell)]
    assert sorted(named) == sorted(schema["$defs"]["step"]["properties"]["call"]["enum"])


def _lists_of_messages(vector: Json) -> Iterator[list[Json]]:
    """Yield the pages and last messages that a vector answers with."""
    bodies = [entry["answer"] for entry in vector.get("may", [])]
    bodies += [step.get("body", {}) for step in vector["steps"] if "answer" in step]
    for body in bodies:
        yield messages(body.get("messages", []), "g:room")
        for counter in body.get("counters", {}).values():
            yield messages(counter.get("lastMsg", []), "g:room")


@pytest.mark.parametrize("name", VECTORS)
def test_pages_are_newest_first_as_a_server_sends_them(name: str) -> None:
    for page in _lists_of_messages(VECTORS[name]):
        seqs = [message["seq"] for message in page]
        assert seqs == sorted(set(seqs), reverse=True)
        numbers = [message["number"] for message in page if message["from"] != "bob"]
        assert numbers == sorted(numbers, reverse=True)
