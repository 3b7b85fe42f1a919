"""How much one person may do. Apart from `sending`, so that a function that sends nothing starts without it."""

from dataclasses import replace

from catchup import settings as limits
from catchup.bootstrap import stores
from catchup.bootstrap.clients import Parts
from catchup.domain.allowance import Allowances
from catchup.settings import ChatSettings
from catchup.usecases.send_limit import SendLimit


def send_limit(settings: ChatSettings, parts: Parts) -> SendLimit:
    """How fast one person may send."""
    return replace(limit_of_this_process(settings, parts), presence=stores.presence(settings, parts))


def limit_of_this_process(settings: ChatSettings, parts: Parts) -> SendLimit:
    """The same, where other processes are not told."""
    allowances = Allowances(settings.send_burst, settings.send_rate, limits.SEND_HOLD_MS)
    return SendLimit(allowances, None, parts.clock, parts.telemetry)
