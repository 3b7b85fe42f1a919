"""Every event through the built functions, in AWS's own runtime interface emulator: make invoke.

    python -m tests.expected.invoke .aws-sam/native --python .tools/runtime/bin/python

One sandbox a function, for all of its events; the tables are emptied before each. A line for each event; status 1 if
one of them does not get what it must.
"""

import argparse
import contextlib
import json
import time
from pathlib import Path
from typing import Protocol

from commands.start import run
from local.aws import client
from local.engine import running_engine
from local.options import Options
from tests.expected.built import REGION, BuiltFunctions, deploy, logical_id
from tests.expected.cases import Case, Invoke, all_cases
from tests.support.rows import delete_rows
from tools.runtime_emulator import EmulatorFailed


class Functions(Invoke, Protocol):
    """What runs a case, and can say what a function has printed."""

    def output(self, function: str) -> str: ...


def passes(case: Case, functions: Functions) -> bool:
    """Runs a case and prints its line, and what is wrong if anything is."""
    started = time.perf_counter()
    try:
        result = case.run(functions)
        right = case.expects(result)
    except (AssertionError, EmulatorFailed) as error:
        result, right = {"failed": str(error)}, False
    ms = (time.perf_counter() - started) * 1000
    outcome = "ok" if right else "NOT AS EXPECTED"
    print(f"{logical_id(case.function):20} {case.name.partition('/')[2]:38} {outcome:16} {ms:6.0f} ms", flush=True)
    if not right:
        print(f"  expected {json.dumps(case.expected)}\n  got      {json.dumps(result)}")
        print("  printed  " + "\n           ".join(functions.output(case.function).splitlines()[-20:]))
    return right


def main() -> int:
    """The exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=Path, help="a build for this machine")
    parser.add_argument("--python", type=Path, required=True, help="an interpreter with what Lambda's runtime has")
    arguments = parser.parse_args()
    if not (arguments.build / "template.yaml").is_file():
        parser.error(f"{arguments.build} has no template.yaml: it must be a build for this machine")
    if not arguments.python.is_file():
        parser.error(f"{arguments.python} is no interpreter")
    started = time.perf_counter()
    with contextlib.ExitStack() as exits:
        engine = exits.enter_context(running_engine(Options()))
        template = deploy(arguments.build, engine)
        dynamodb, s3 = client("dynamodb", engine.dynamodb, REGION), client("s3", engine.services, REGION)
        bucket = str(template.functions["MediaFunction"].environment["MEDIA_BUCKET"])
        functions = BuiltFunctions(template, engine, arguments.python.absolute(), exits)
        cases = all_cases()
        failed = 0
        for case in cases:
            for table in template.tables.values():
                delete_rows(dynamodb, table.name, table.properties)
            for key, mime, body in case.objects:
                s3.put_object(Bucket=bucket, Key=key, Body=body, ContentType=mime, ChecksumAlgorithm="SHA256")
            failed += not passes(case, functions)
    print(f"{len(cases) - failed} of {len(cases)} events as expected, {time.perf_counter() - started:.0f} s")
    return 1 if failed else 0


if __name__ == "__main__":
    run(main)
