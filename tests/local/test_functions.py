"""Functions run as in Lambda: processes of their own, one invocation at a time, started when needed.

Source, unless a test names another: AWS documentation, "Understanding the Lambda execution environment lifecycle" and
"Using the Lambda runtime API for custom runtimes".
"""

import asyncio
import logging
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from local.functions.invocation import FunctionFailed
from local.stack import LocalStack
from tests.local.support import connected, gone, is_running, mini_options, told


@pytest_asyncio.fixture
async def stack() -> AsyncIterator[LocalStack]:
    """A running stack of the small template."""
    async with LocalStack(mini_options(max_processes=2)) as running:
        yield running


async def test_a_function_sees_the_templates_environment_and_lambdas_own_and_nothing_else(
    stack: LocalStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """AWS documentation, "Defined runtime environment variables"."""
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.invalid:3128")
    monkeypatch.setenv("AWS_PROFILE", "of-the-developer")
    async with connected(stack) as socket:
        environment = await told(socket, "environment")
    of_template = {
        "DAYS": "7",
        "EXTRA": "none",
        "GREETING": "hello, mini ${literal}",
        "MANAGEMENT_ENDPOINT": stack.management_endpoint,
        "QUEUE_URL": stack.queues["Queue"],
        "SECRET_ARN": stack.template.parameters["JwtSecretArn"],
        "TABLE": "mini-Table",
    }
    assert of_template.items() <= environment.items()
    assert environment["AWS_LAMBDA_FUNCTION_NAME"] == "mini-ProbeFunction"
    assert environment["AWS_ENDPOINT_URL_DYNAMODB"] == stack.engine.dynamodb
    assert environment["_HANDLER"] == "app.handler"
    assert environment["LAMBDA_TASK_ROOT"].endswith("tests/local/mini/functions/probe")
    known = {*stack.functions.environments["ProbeFunction"], "AWS_LAMBDA_RUNTIME_API", "_X_AMZN_TRACE_ID"}
    # LC_CTYPE is set by Python itself, in a process without a locale.
    assert set(environment) - known <= {"LC_CTYPE"}
    assert "NOTHING" not in environment


async def test_a_function_runs_in_its_folder_with_its_layers(stack: LocalStack) -> None:
    """On AWS: /var/task, and /opt/python."""
    async with connected(stack) as socket:
        where = await told(socket, "where")
    assert where["cwd"].endswith("tests/local/mini/functions/probe")
    assert where["path"][0] == where["cwd"]
    assert where["layer"] == "from the layer"
    assert where["pid"] != os.getpid()


async def test_the_context_tells_name_request_and_remaining_time(stack: LocalStack) -> None:
    """AWS documentation, "Using the Lambda context object"."""
    async with connected(stack) as socket:
        name, request_id, remaining_ms = await told(socket, "context")
    assert name == "mini-ProbeFunction"
    assert len(request_id) == 36
    assert 0 < remaining_ms <= 1000


async def test_a_process_is_used_again(stack: LocalStack) -> None:
    """A warm start."""
    async with connected(stack) as socket:
        assert await told(socket, "pid", seconds=0) == await told(socket, "pid", seconds=0)


async def test_a_process_works_on_one_invocation_at_a_time_and_more_are_started_up_to_the_limit(
    stack: LocalStack,
) -> None:
    """What exceeds the limit waits."""
    async with connected(stack) as one, connected(stack) as two, connected(stack) as three:
        pids = await asyncio.gather(*(told(each, "pid", seconds=0.4) for each in (one, two, three)))
    assert len(set(pids)) == 2


async def test_a_function_that_exceeds_its_timeout_is_ended_and_the_next_one_starts_afresh(stack: LocalStack) -> None:
    """AWS documentation, "Configure Lambda function timeout"; docs/platform.md: the error frame."""
    async with connected(stack) as socket:
        first = await told(socket, "pid", seconds=0)
        started = asyncio.get_running_loop().time()
        assert (await told(socket, "pid", seconds=30))["message"] == "Internal server error"
        assert 0.9 < asyncio.get_running_loop().time() - started < 3
        assert await gone(first)
        assert await told(socket, "pid", seconds=0) != first


@pytest.mark.parametrize("do", ["raise", "exit"])
async def test_a_function_that_raises_or_dies_is_an_internal_server_error_and_serves_the_next_frame(
    stack: LocalStack, do: str
) -> None:
    """docs/platform.md: "A handler that raises: …"; a process that dies is a Runtime.ExitError."""
    async with connected(stack) as socket:
        assert (await told(socket, do))["message"] == "Internal server error"
        assert isinstance(await told(socket, "pid", seconds=0), int)


async def test_a_function_that_can_not_be_imported_fails_its_invocation(
    stack: LocalStack, caplog: pytest.LogCaptureFixture
) -> None:
    """And says why in its log."""
    caplog.set_level(logging.INFO, logger="local.function")
    async with connected(stack) as socket:
        assert (await told(socket, "anything", cmd="broken"))["message"] == "Internal server error"
    with pytest.raises(FunctionFailed, match="broken at import"):
        await stack.functions.invoke("BrokenFunction", {})
    assert any(line.startswith("BrokenFunction | ") and "broken at import" in line for line in caplog.messages)


async def test_what_a_function_prints_is_shown_with_its_name(
    stack: LocalStack, caplog: pytest.LogCaptureFixture
) -> None:
    """In place of CloudWatch."""
    caplog.set_level(logging.INFO, logger="local.function")
    async with connected(stack, "bob") as socket:
        await told(socket, "print", text="two\nlines")
        await told(socket, "pid", seconds=0)
        await asyncio.sleep(0.05)
    assert {"ProbeFunction | probe saw $connect of bob", "ProbeFunction | two", "ProbeFunction | lines"} <= set(
        caplog.messages
    )


async def test_a_function_can_be_killed_in_the_middle_of_its_work(stack: LocalStack) -> None:
    """What tests of crashes need."""
    async with connected(stack) as socket:
        pid = await told(socket, "pid", seconds=0)
        working = asyncio.create_task(told(socket, "pid", seconds=0.9))
        await asyncio.sleep(0.2)
        assert await stack.functions.kill("ProbeFunction") == 1
        assert (await working)["message"] == "Internal server error"
        assert not is_running(pid)


async def test_a_process_without_work_is_ended_after_a_while() -> None:
    """Lambda does the same, at a time of its own choosing."""
    async with LocalStack(mini_options(process_idle_seconds=0.3)) as stack, connected(stack) as socket:
        assert await gone(await told(socket, "pid", seconds=0))


async def test_nothing_is_left_when_the_stack_ends() -> None:
    """Not even what a function has started."""
    async with LocalStack(mini_options()) as stack, connected(stack) as socket:
        pids = [await told(socket, "pid", seconds=0), await told(socket, "child")]
        assert all(map(is_running, pids))
    assert [await gone(pid) for pid in pids] == [True, True]


async def test_handlers_can_run_in_this_process_for_a_debugger(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without time limits, and the environment is given back."""
    monkeypatch.setenv("TABLE", "mine")
    async with LocalStack(mini_options(in_process=True)) as stack, connected(stack) as socket:
        where = await told(socket, "where")
        assert (where["pid"], where["layer"]) == (os.getpid(), "from the layer")
        assert (await told(socket, "environment"))["TABLE"] == "mini-Table"
        assert (await told(socket, "context"))[0] == "mini-ProbeFunction"
        assert await told(socket, "pid", seconds=1.2) == os.getpid()
        assert (await told(socket, "raise"))["message"] == "Internal server error"
    assert os.environ["TABLE"] == "mine"
    assert "_HANDLER" not in os.environ
    assert Path.cwd() == Path(__file__).parents[2]
