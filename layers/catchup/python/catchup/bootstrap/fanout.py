"""The fan-out function's parts."""

from dataclasses import dataclass

from catchup.bootstrap.clients import Parts
from catchup.bootstrap.container import Container
from catchup.observability import FunctionTelemetry
from catchup.settings import Settings, load
from catchup.usecases.groups.fan_out import FanOut


@dataclass(eq=False, repr=False, slots=True)
class FanoutService:
    """What the fan-out function does."""

    telemetry: FunctionTelemetry
    fan_out: FanOut


def build_fanout(settings: Settings, parts: Parts) -> FanoutService:
    """The fan-out function's use case."""
    of = Container(settings, parts)
    fan_out = FanOut(
        groups=of.groups,
        members=of.members,
        roster=of.roster,
        presence=of.presence,
        push=of.push,
        jobs=of.queues,
        concurrency=of.concurrency,
        clock=of.clock,
        telemetry=of.telemetry,
    )
    return FanoutService(parts.telemetry, fan_out)


def fanout_service() -> FanoutService:
    """Makes the service from the environment."""
    return build_fanout(load("fanout"), Parts(telemetry=FunctionTelemetry("fanout")))
