"""A deployment, and an operator at its command line."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest

from catchup.settings import VARIABLES, Settings
from catchup_admin.bootstrap import Admin, Complaints, build_admin
from catchup_admin.commands import main
from local.queues import create_queues
from tests.support.engines import REGION, moto_services, session, template
from tests.support.world import World


@dataclass
class Terminal:
    """Runs commands as an operator does."""

    environment: dict[str, str]
    build: Callable[..., Admin]
    captured: pytest.CaptureFixture[str]

    def run(self, command: str) -> tuple[int, str, str]:
        """Exit status, what was printed, and what was complained about."""
        self.captured.readouterr()
        try:
            status = main(command.split(), self.environment, self.build)
        except SystemExit as end:
            status = int(end.code or 0)
        return status, *self.captured.readouterr()

    def json(self, command: str, status: int = 0) -> Any:
        """What a command that ends with this status prints for programs."""
        got, out, err = self.run(f"{command} --json")
        assert (got, err) == (status, "")
        return json.loads(out)


def variables(settings: Settings) -> dict[str, str]:
    """The environment variables that say the same as these settings."""
    return {VARIABLES[name].name: str(value) for name, value in vars(settings).items()}


@pytest.fixture
def sqs() -> Iterator[Any]:
    """SQS with the template's queues; moto's, whichever engine has the tables."""
    with moto_services():
        client: Any = session().create_client("sqs", region_name=REGION)
        create_queues(client, template())
        yield client


@pytest.fixture
def queues(sqs: Any) -> Mapping[str, str]:
    """The queues' URLs by logical id."""
    return {name: sqs.get_queue_url(QueueName=queue.name)["QueueUrl"] for name, queue in template().queues.items()}


@pytest.fixture
def make_terminal(
    sqs: Any, queues: Mapping[str, str], capsys: pytest.CaptureFixture[str]
) -> Callable[[World], Terminal]:
    def make(world: World) -> Terminal:
        urls = {"fanout_queue_url": queues["FanoutQueue"], "hint_queue_url": queues["HintQueue"]}
        settings = Settings(**{**vars(world.settings), **urls})

        @dataclass
        class Clients:
            dynamodb: Any

            def sqs(self) -> Any:
                return sqs

            def management(self, _endpoint: str) -> Any:
                return world.gateway

        parts = replace(world.parts, clients=Clients(world.dynamodb), telemetry=Complaints())
        return Terminal(variables(settings), lambda found, _: build_admin(found, parts), capsys)

    return make


@pytest.fixture
def terminal(make_terminal: Callable[[World], Terminal], world: World) -> Terminal:
    return make_terminal(world)
