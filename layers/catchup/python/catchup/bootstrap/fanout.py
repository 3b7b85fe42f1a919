"""The fan-out function's parts."""

from dataclasses import dataclass

from catchup.bootstrap import delivery, stores
from catchup.bootstrap.clients import Parts
from catchup.observability import FunctionTelemetry
from catchup.settings import FanoutSettings, load
from catchup.usecases.group.fan_out import FanOut


@dataclass(eq=False, repr=False, slots=True)
class FanoutService:
    """What the fan-out function does."""

    telemetry: FunctionTelemetry
    fan_out: FanOut


def build_fanout(settings: FanoutSettings, parts: Parts) -> FanoutService:
    """The fan-out function's use case."""
    fan_out = FanOut(
        groups=stores.groups(settings, parts),
        members=stores.members(settings, parts),
        roster=stores.roster(settings, parts),
        presence=stores.presence(settings, parts),
        push=delivery.push(settings, parts),
        jobs=delivery.queues(settings, parts),
        concurrency=parts.concurrency,
        clock=parts.clock,
        telemetry=parts.telemetry,
    )
    return FanoutService(parts.telemetry, fan_out)


def fanout_service() -> FanoutService:
    """From the environment."""
    return build_fanout(load(FanoutSettings), Parts(telemetry=FunctionTelemetry("fanout")))
