"""One way to declare commands that ask the server once and print the answer."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import click

from catchup_client.cli.arguments import Place, timeout_option, with_place
from catchup_client.cli.connecting import connected
from catchup_client.client import Client
from catchup_client.errors import CatchupError
from catchup_client.events import Sent, Subscription

Parameter = Callable[[Callable[..., Any]], Callable[..., Any]]
"""What `click.argument` and `click.option` return."""


class NotAnsweredInTime(CatchupError):
    """The server hasn't answered a command in time. It may have done what the command asks for all the same."""

    def __init__(self, action: str, seconds: float, look_with: str) -> None:
        super().__init__(action, seconds, look_with)
        self.action = action
        self.seconds = seconds
        self.look_with = look_with

    def __str__(self) -> str:
        return (
            f"{self.action} was not answered within {self.seconds:g} s: "
            f"run `{self.look_with}` to see whether it was done"
        )


def answered_in_time(
    place: Place, name: str, work: Callable[[Client], Awaitable[None]], seconds: float, *, look_with: str
) -> None:
    """Do the work of a command, for at most so many seconds after the login; raises NotAnsweredInTime."""

    async def in_time(client: Client, _: Subscription) -> None:
        try:
            async with asyncio.timeout(seconds):
                await work(client)
        except TimeoutError as error:
            raise NotAnsweredInTime(name, seconds, look_with) from error

    connected(place, in_time)


def command(
    group: click.Group,
    name: str,
    does: str,
    work: Callable[..., Awaitable[None]],
    *parameters: Parameter,
    look_with: str,
) -> None:
    """Add a command with a time limit to a group of commands.

    Args:
        group: gets the command.
        name: of the command.
        does: its help text.
        work: is called with the client, and the values of `parameters` by their names.
        parameters: what the command takes, in the order in which its help lists them.
        look_with: the command that shows whether it was done, if no answer comes in time.

    """

    def run(place: Place, *, seconds: float, **given: Any) -> None:
        answered_in_time(place, name, lambda client: work(client, **given), seconds, look_with=look_with)

    declared: Callable[..., Any] = with_place(run)
    takes: tuple[Parameter, ...] = (timeout_option, *parameters)
    for parameter in reversed(takes):
        declared = parameter(declared)
    group.command(name, help=does)(declared)


def change_of_group(
    group: click.Group, name: str, does: str, change: Callable[..., Awaitable[Sent]], *parameters: Parameter
) -> None:
    """Add a command that changes a group of people, and prints the seq of the message about the change."""

    async def work(client: Client, **given: Any) -> None:
        done = await change(client, **given)
        print(f"{name}: {done.session_id} #{done.seq}")

    command(group, name, does, work, *parameters, look_with="group members")
