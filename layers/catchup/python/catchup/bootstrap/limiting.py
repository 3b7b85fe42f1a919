"""How much one person may do. Apart from `sending`, so that a function that sends nothing starts without it."""

from catchup import settings as limits
from catchup.bootstrap import stores
from catchup.bootstrap.clients import Parts
from catchup.domain.allowance import Allowances, Limits
from catchup.settings import WritingSettings
from catchup.usecases.send_limit import SendLimit


def send_limit(settings: WritingSettings, parts: Parts) -> SendLimit:
    """How fast one person may send and change groups."""
    allowances = Allowances(Limits(settings.send_burst, settings.send_rate, limits.SEND_HOLD_MS))
    return SendLimit(allowances, stores.presence(settings, parts), parts.clock, parts.telemetry)
