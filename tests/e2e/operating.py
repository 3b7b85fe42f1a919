"""The operator's command line, in a process of its own, against a running local stack."""

import asyncio
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from commands.stacks import State, write_state
from local.stack import LocalStack
from tests.support.world import ROOT


@dataclass(frozen=True)
class Operator:
    """Who runs `python -m catchup_admin --local` beside a stack."""

    stack: LocalStack
    state_file: Path

    def __post_init__(self) -> None:
        """Leaves what `make run` leaves."""
        stack = self.stack
        write_state(State(stack.url, stack.jwt_secret, os.getpid(), stack.functions.environments), self.state_file)

    async def run(self, *arguments: str) -> tuple[int, Any, str]:
        """Exit status, what was printed as data, and what was complained about."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "catchup_admin", *arguments, "--local", "--state-file", str(self.state_file), "--json"),
            # As wrong as an operator's own settings can be.
            env={
                "PATH": os.environ["PATH"],
                "PYTHONPATH": str(ROOT / "layers/catchup/python"),
                "AWS_PROFILE": "prod",
                "HTTP_PROXY": "http://127.0.0.1:9",
            },
            cwd=ROOT,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await asyncio.wait_for(process.communicate(), 60)
        assert process.returncode is not None
        return process.returncode, json.loads(out) if out else None, err.decode()
