"""Runs handlers in this process, so that a debugger's breakpoints in them work. No time limits, no isolation."""

import asyncio
import importlib.util
import os
import sys
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType
from typing import Any

from awslambdaric.lambda_context import LambdaContext

from local.functions.invocation import FunctionFailed, Invocation
from local.json_types import Json
from local.layers import make_importable
from local.specs import FunctionSpec

# A debugger may hold an invocation as long as it likes.
NO_DEADLINE_SECONDS = 24 * 3600
# Variables of the function's environment that concern its process and not its code.
_OF_THE_PROCESS = frozenset({"LANG", "PATH", "PYTHONPATH", "TZ"})
# Importing changes the environment and the module path of the whole process.
_importing = threading.Lock()


class BorrowedEnvironment:
    """Lends this process's environment to handlers that run in it; `give_back` restores it.

    All functions share it, so each sees the variables of all. If two functions give a variable different values, the
    function that was imported last wins. The functions also share the modules that they import.
    """

    def __init__(self, environments: Mapping[str, Mapping[str, str]]) -> None:
        self._before = dict(os.environ)
        for environment in environments.values():
            self.enter(environment)
        os.environ["NO_PROXY"] = "127.0.0.1,localhost"

    @staticmethod
    def enter(environment: Mapping[str, str]) -> None:
        """Sets a function's variables."""
        os.environ.update({name: value for name, value in environment.items() if name not in _OF_THE_PROCESS})

    def give_back(self) -> None:
        """Undoes every change since the beginning."""
        os.environ.clear()
        os.environ.update(self._before)


class InProcessFunction:
    """Calls a function's handler in a thread of this process; it has the interface of a `FunctionPool`."""

    def __init__(self, spec: FunctionSpec, environment: Mapping[str, str], max_threads: int) -> None:
        self._spec = spec
        self._environment = environment
        self._threads = ThreadPoolExecutor(max_threads, thread_name_prefix=spec.logical_id)
        self._handler: Callable[[Json, Any], Json] | None = None

    async def invoke(self, event: Mapping[str, Any]) -> Json:
        """Calls the handler and returns its answer. Raises FunctionFailed."""
        invocation = Invocation(self._spec, event)
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._call, invocation.request_id, event)

    async def kill(self) -> int:
        """Forgets the handler, so that the next invocation is a cold start. Running invocations go on."""
        loaded, self._handler = self._handler is not None, None
        return int(loaded)

    async def close(self) -> None:
        """Accepts no more invocations."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _call(self, request_id: str, event: Mapping[str, Any]) -> Json:
        try:
            handler = self._load()
            deadline_ms = int((time.time() + NO_DEADLINE_SECONDS) * 1000)
            context = LambdaContext(request_id, None, None, deadline_ms, self._spec.arn)
            context.function_name = self._spec.name
            return handler(event, context)
        except Exception as error:
            sys.excepthook(type(error), error, error.__traceback__)
            raise FunctionFailed(type(error).__name__, str(error)) from error

    def _load(self) -> Callable[[Json, Any], Json]:
        with _importing:
            if self._handler is None:
                BorrowedEnvironment.enter(self._environment)
                make_importable(self._spec.layer_dirs)
                module_name, _, function_name = self._spec.handler.rpartition(".")
                self._handler = getattr(self._import(module_name), function_name)
            return self._handler

    def _import(self, module_name: str) -> ModuleType:
        """Imports a function's `app` under a unique name, because the file is called `app` in every folder."""
        path = self._spec.code_dir.joinpath(*module_name.replace(".", "/").split("/")).with_suffix(".py")
        specification = importlib.util.spec_from_file_location(f"{self._spec.logical_id}_{path.stem}", path)
        assert specification is not None
        assert specification.loader is not None
        module = importlib.util.module_from_spec(specification)
        specification.loader.exec_module(module)
        return module
