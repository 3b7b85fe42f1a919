"""All functions of a template, invoked by logical id."""

from collections.abc import Mapping
from typing import Any

from local.engine import Engine
from local.errors import LocalStackError
from local.functions.environment import function_environment
from local.functions.in_process import BorrowedEnvironment, InProcessFunction
from local.functions.pool import FunctionPool
from local.json_types import Json
from local.options import Options
from local.template import ExpandedTemplate


class Functions:
    """The functions of `template`. Nothing runs before the first invocation.

    `environments` has the environment variables of each function, by logical id.
    """

    def __init__(self, template: ExpandedTemplate, engine: Engine, options: Options) -> None:
        self.environments = {
            each: function_environment(spec, options.region, engine.environment, options.log_level)
            for each, spec in template.functions.items()
        }
        self._borrowed = BorrowedEnvironment(self.environments) if options.in_process else None
        self._functions: dict[str, FunctionPool | InProcessFunction] = {}
        for each, spec in template.functions.items():
            if not spec.code_dir.is_dir():
                raise LocalStackError(f"{each}: its CodeUri {spec.code_dir} is not a folder; correct template.yaml")
            environment = self.environments[each]
            self._functions[each] = (
                InProcessFunction(spec, environment, options.max_processes)
                if options.in_process
                else FunctionPool(spec, environment, options.max_processes, options.process_idle_seconds)
            )

    async def invoke(self, function: str, event: Mapping[str, Any]) -> Json:
        """As `Invoke` says."""
        return await self._functions[function].invoke(event)

    async def kill(self, function: str) -> int:
        """Ends all processes of a function at once, even busy ones; returns how many there were. Raises KeyError."""
        return await self._functions[function].kill()

    async def close(self) -> None:
        """Ends all processes."""
        for function in self._functions.values():
            await function.close()
        if self._borrowed is not None:
            self._borrowed.give_back()
