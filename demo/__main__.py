"""Several friends leave Bob messages while he is away; Bob comes back, and every message is accounted for.

    python -m demo --messages 1000 --sessions 20 --engine moto

The last line is one JSON object; the exit status is 1 if anything was lost, doubled, out of order or counted wrongly.
"""

import argparse
import asyncio
import json
import logging
import sys
import tempfile
from pathlib import Path

from catchup_client import Client
from demo.check import Verdict, verify
from demo.plan import Plan
from demo.senders import send_all
from demo.show import Show
from local.errors import LocalStackError
from local.options import Options
from local.stack import LocalStack


def parse(arguments: list[str]) -> tuple[Plan, str]:
    """What to do, and on which engine."""
    parser = argparse.ArgumentParser(prog="python -m demo", description="Bob has been away.")
    parser.add_argument("--messages", type=int, default=1_000, help="how many messages wait for Bob (default 1000)")
    parser.add_argument("--sessions", type=int, default=20, help="in how many sessions (default 20)")
    parser.add_argument("--engine", default="moto", help="moto (default), dynamodb-local, or a DynamoDB endpoint")
    chosen = parser.parse_args(arguments)
    if not 1 <= chosen.sessions <= chosen.messages:
        parser.error("MESSAGES and SESSIONS: at least one message a session, at least one session")
    return Plan(chosen.messages, chosen.sessions), chosen.engine


async def demonstrate(plan: Plan, engine: str, show: Show) -> Verdict:
    """The whole story on a fresh stack."""
    show.starting(engine)
    async with LocalStack(Options(port=0, engine=engine)) as stack:
        with show.progress(f"{plan.sessions} friends write, Bob is away", plan.messages) as advance:
            seconds_sending = await send_all(plan, stack.url, stack.token, advance)
        with tempfile.TemporaryDirectory() as folder:
            store = Path(folder) / "bob.sqlite"
            async with Client(stack.url, stack.token("bob"), store) as bob:
                login = await bob.logged_in()
                show.first_screen(login, plan, bob.sessions())
                counted = {session.session_id: session.unread for session in bob.sessions()}
                on_screen = sum(len(bob.messages(session)) for session in counted)
                with show.progress("Bob opens his sessions and scrolls to the end", plan.messages) as advance:
                    report = await bob.catch_up(on_progress=lambda now: advance(on_screen + now.saved))
                verdict = verify(plan, counted, bob, report, login, seconds_sending)
    show.verdict(verdict)
    return verdict


def main(arguments: list[str]) -> int:
    """The exit status."""
    plan, engine = parse(arguments)
    logging.basicConfig(level=logging.ERROR)
    # The functions' metrics and log lines would drown the story; errors still appear.
    logging.getLogger("local").setLevel(logging.ERROR)
    try:
        verdict = asyncio.run(demonstrate(plan, engine, Show()))
    except LocalStackError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(json.dumps(verdict.figures))
    return 0 if verdict.is_right else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
