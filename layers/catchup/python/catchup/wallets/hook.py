"""Loads a wallet of your own: WALLET="package.module:name". What has that name has `reserve`, `pay` and `refund`
(`usecases.packets.ports.Wallet`)."""

from collections.abc import Callable
from importlib import import_module
from typing import TypeVar

from catchup.domain.ids import Uid
from catchup.domain.packets import Packet
from catchup.errors import CatchupError, Unavailable
from catchup.settings import SettingsError
from catchup.usecases.packets.ports import Declined, Paid, Refunded, Reserved, Wallet

T = TypeVar("T")
CALLS = ("reserve", "pay", "refund")


class OwnWallet:
    """Asks a wallet, and trusts neither its errors nor its answers: what is no answer is neither yes nor no."""

    def __init__(self, wallet: Wallet) -> None:
        self._wallet = wallet

    def reserve(self, key: str, packet: Packet) -> Reserved | Declined:
        """Raises Unavailable."""
        return _answer(lambda: self._wallet.reserve(key, packet), (Reserved, Declined))

    def pay(self, key: str, packet: Packet, uid: Uid, amount: int) -> Paid:
        """Raises Unavailable."""
        return _answer(lambda: self._wallet.pay(key, packet, uid, amount), (Paid,))

    def refund(self, key: str, packet: Packet, amount: int) -> Refunded:
        """Raises Unavailable."""
        return _answer(lambda: self._wallet.refund(key, packet, amount), (Refunded,))


class NoWallet:
    """Answers nothing. Jobs of packets that were given before a deployment lost its wallet wait until it has one."""

    def reserve(self, _key: str, _packet: Packet) -> Reserved | Declined:
        """Raises Unavailable."""
        raise Unavailable("there is no wallet")

    def pay(self, _key: str, _packet: Packet, _uid: Uid, _amount: int) -> Paid:
        """Raises Unavailable."""
        raise Unavailable("there is no wallet")

    def refund(self, _key: str, _packet: Packet, _amount: int) -> Refunded:
        """Raises Unavailable."""
        raise Unavailable("there is no wallet")


def load_wallet(name: str) -> OwnWallet:
    """Raises SettingsError, at cold start, if there is no such wallet."""
    module, colon, attribute = name.partition(":")
    if not (module and colon and attribute):
        raise SettingsError(f"WALLET is {name!r}: it must be package.module:name")
    try:
        found = getattr(import_module(module), attribute)
    except (ImportError, AttributeError) as error:
        raise SettingsError(f"WALLET is {name!r}: {error}; put it into the layer") from error
    missing = [call for call in CALLS if not callable(getattr(found, call, None))]
    if missing:
        raise SettingsError(f"WALLET is {name!r}: it has no {', '.join(missing)}")
    return OwnWallet(found)


def _answer(asked: Callable[[], T], kinds: tuple[type, ...]) -> T:
    try:
        answer = asked()
    except CatchupError:
        raise
    except Exception as error:  # noqa: BLE001  whatever it is, it is no answer
        # The kind of the error and never its text, which may have names and amounts.
        raise Unavailable(f"the wallet failed: {type(error).__name__}") from None
    if not isinstance(answer, kinds):
        raise Unavailable(f"the wallet answered {type(answer).__name__}")
    return answer
