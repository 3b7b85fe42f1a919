"""Runs the demo: friends and a large group write to Bob while he is away; he comes back, and every message is checked.

    python -m demo --messages 1000 --sessions 20 --members 1000 --group-messages 30 --engine moto

For comparison it also shows the old way: the same messages, all pushed at login. With --json the last line is one JSON
object. The exit status is 1 if a message was lost, doubled, out of order or counted wrongly.
"""

# ruff: noqa: E402
from commands.start import loaded, loading

loading()

import argparse
import asyncio
import json
import logging
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from catchup.domain.ids import Seq
from catchup_client import Client
from demo.check import CheckResult, verify
from demo.group_check import SESSION, verify_group
from demo.group_plan import SPEAKERS, GroupPlan
from demo.group_senders import let_bob_in, talk, until_all_is_pushed
from demo.old_way import the_old_way
from demo.plan import Plan
from demo.seeding import seed
from demo.show import Show
from local.errors import LocalStackError
from local.options import Options
from local.stack import LocalStack


@dataclass(frozen=True, slots=True)
class Story:
    """The messages of the demo: what friends write to Bob, and what members write in the group."""

    friends: Plan
    group: GroupPlan


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Prints one line instead of the whole usage."""
        self.exit(2, f"error: {message}\n")


def parse(arguments: list[str]) -> tuple[Story, str, bool]:
    """Reads the command line: the story, the engine, and whether to end with a JSON line."""
    parser = _Parser(prog="python -m demo", description="Bob has been away.")
    parser.add_argument("--messages", type=int, default=1_000, help="how many messages wait for Bob (default 1000)")
    parser.add_argument("--sessions", type=int, default=20, help="in how many sessions (default 20)")
    parser.add_argument("--members", type=int, default=1_000, help="of the group, Bob among them (default 1000)")
    parser.add_argument("--group-messages", type=int, default=30, help="that are said in it (default 30)")
    parser.add_argument("--engine", default="moto", help="moto (default), dynamodb-local, or a DynamoDB endpoint")
    parser.add_argument("--json", action="store_true", help="end with one line of JSON")
    chosen = parser.parse_args(arguments)
    if not 1 <= chosen.sessions <= chosen.messages:
        parser.error("MESSAGES and SESSIONS: at least one message a session, at least one session")
    if chosen.members < SPEAKERS + 2 or chosen.group_messages < 1:
        parser.error(f"MEMBERS and GROUP_MESSAGES: at least {SPEAKERS + 2} members, at least one message")
    group = GroupPlan(chosen.members, chosen.group_messages)
    return Story(Plan(chosen.messages, chosen.sessions), group), chosen.engine, chosen.json


async def demonstrate(story: Story, engine: str, show: Show) -> CheckResult:
    """Runs the whole story on a fresh stack."""
    plan, group = story.friends, story.group
    show.starting(engine)
    async with LocalStack(Options(port=0, engine=engine)) as stack:
        show.written(plan, group, await asyncio.to_thread(seed, plan, group, stack))
        joined = await let_bob_in(group, stack)
        with show.progress(f"The group of {group.members:,} talks, Bob is away", group.messages) as advance:
            await talk(group, stack, advance)
        await until_all_is_pushed(stack)
        waiting = plan.messages + group.changes + group.messages
        with tempfile.TemporaryDirectory() as folder:
            old_way = await the_old_way(stack, Seq(joined), Path(folder))
            async with Client(stack.url, stack.token("bob"), Path(folder) / "bob.sqlite") as bob:
                login = await bob.logged_in()
                counted = {session.session_id: session.unread for session in bob.sessions()}
                on_screen = sum(len(bob.messages(session)) for session in counted)
                show.two_logins(old_way, login, on_screen)
                show.first_screen(bob.sessions(), group)
                with show.progress("Bob opens his sessions and scrolls to the end", waiting) as advance:
                    advance(on_screen)
                    report = await bob.catch_up(on_progress=lambda now: advance(on_screen + now.saved))
                of_group = verify_group(group, counted.get(SESSION, 0), bob, report)
                result = verify(plan, counted, bob, report, login, old_way, of_group)
    show.result(result)
    return result


def main(arguments: list[str]) -> int:
    """Runs the demo and returns the exit status."""
    story, engine, as_json = parse(arguments)
    logging.basicConfig(level=logging.ERROR)
    # The functions' metrics and log lines would hide the story; errors still appear.
    logging.getLogger("local").setLevel(logging.ERROR)
    try:
        result = asyncio.run(demonstrate(story, engine, Show()))
    except LocalStackError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    if as_json:
        print(json.dumps(result.figures))
    return 0 if result.is_right else 1


if __name__ == "__main__":
    loaded()
    sys.exit(main(sys.argv[1:]))
