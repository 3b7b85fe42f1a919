"""The Python client does what the vectors say, and the vectors are what their README says."""

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.conformance.runner import play
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
