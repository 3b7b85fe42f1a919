"""The comments of the schema, which the generated code does not have."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from google.protobuf.descriptor_pb2 import FileDescriptorSet

from tools.generate_proto import PROTO, ROOT

# Numbers of fields of descriptor.proto: a path through a file alternates between them and indexes.
_MESSAGES, _ENUMS, _FIELDS_AND_VALUES = 4, 5, 2


@cache
def comments() -> Mapping[str, str]:
    """What is written above each message, field, enum and value, by full name; each in one line."""
    with tempfile.TemporaryDirectory() as scratch:
        into = Path(scratch) / "set"
        arguments = [f"--proto_path={ROOT / 'proto'}", f"--descriptor_set_out={into}", "--include_source_info", PROTO]
        subprocess.run([sys.executable, "-m", "grpc_tools.protoc", *arguments], check=True)
        (file,) = FileDescriptorSet.FromString(into.read_bytes()).file
    return dict(_comments(file))


def _comments(file: Any) -> Iterator[tuple[str, str]]:
    for location in file.source_code_info.location:
        text = " ".join(location.leading_comments.split())
        name = _name(file, tuple(location.path))
        if text and name:
            yield f"{file.package}.{name}", text


def _name(file: Any, path: tuple[int, ...]) -> str:
    match path:
        case (kind, index) if kind == _MESSAGES:
            return str(file.message_type[index].name)
        case (kind, index, inner, item) if kind == _MESSAGES and inner == _FIELDS_AND_VALUES:
            message = file.message_type[index]
            return f"{message.name}.{message.field[item].name}"
        case (kind, index) if kind == _ENUMS:
            return str(file.enum_type[index].name)
        case (kind, index, inner, item) if kind == _ENUMS and inner == _FIELDS_AND_VALUES:
            enum = file.enum_type[index]
            return f"{enum.name}.{enum.value[item].name}"
        case _:
            return ""
