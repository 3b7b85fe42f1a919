"""Fuzzing of the codec and the rules that looks at which lines an input reaches: libFuzzer, by way of Atheris.

python -m tests.fuzz.guided FOLDER RUNS SEED [break]

Makes FOLDER, with the corpus in it. Exit status 0: nothing was found in so many runs; otherwise the input that shows
what was found lies in FOLDER. With `break` a rule about numbers is broken on purpose.
"""

import inspect
import sys
from importlib import import_module
from pathlib import Path
from random import Random
from typing import Any

import atheris

# What is imported here is instrumented: each branch reports to libFuzzer.
with atheris.instrument_imports(include=["catchup", "google.protobuf.json_format"]):
    from catchup.commands import COMMANDS
    from catchup.domain.ids import MAX_NUMBER, Uid
    from catchup.domain.media import MediaType
    from catchup.errors import CatchupError
    from catchup.settings import MAX_MEDIA_BYTES, MAX_PAGE
    from catchup.wire import rules
    from catchup.wire.codec import Exchange, decode, encode

    MODULES = {
        command.capability: import_module(f"catchup.wire.{command.capability}")
        for command in COMMANDS.values()
        if command.parser is not None
    }

from commands.start import run
from tests.fuzz import corpus

CALLER = Uid("alice")


def one_input(data: bytes) -> None:
    """A frame is refused by an error of ours, or it is read, and printing it gives a frame that reads the same."""
    exchange = Exchange()
    try:
        decode(corpus.frame_of(data), exchange)
        rules.check_header(exchange.envelope, CALLER)
        _read(exchange)
    except CatchupError:
        return
    again = Exchange()
    decode(encode(exchange.envelope, exchange.encoding), again)
    assert again.envelope == exchange.envelope


def _read(exchange: Exchange) -> None:
    command = COMMANDS[exchange.cmd]
    if command.parser is not None:
        read: Any = getattr(MODULES[command.capability], command.parser)
        # Some don't ask who the caller is, some don't return pages, and few read times or sizes.
        limits = dict.fromkeys(MediaType, MAX_MEDIA_BYTES)
        given = {"envelope": exchange.envelope, "caller": CALLER, "most": MAX_PAGE, "latest_ms": MAX_NUMBER}
        given |= {"limits": limits}
        read(**{name: given[name] for name in inspect.signature(read).parameters})


def _break() -> None:
    def number(value: int, field: str, low: int, high: int = MAX_NUMBER) -> int:
        if not low <= value <= high:
            raise ValueError(value)
        return value

    rules.number = number


def mutate(data: bytes, max_size: int, seed: int) -> bytes:
    """Half of the time a change that leaves JSON readable, otherwise one of libFuzzer's own."""
    rng = Random(seed)
    changed = corpus.mutated(rng, data) if rng.random() < 0.5 else None
    if changed is None or len(changed) > max_size:
        return bytes(atheris.Mutate(data, max_size))
    return changed


def main() -> None:
    """Ends the process."""
    if len(sys.argv) < 4:
        sys.exit("error: python -m tests.fuzz.guided FOLDER RUNS SEED [break]")
    folder, runs, seed = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    if "break" in sys.argv:
        _break()
    seeds = folder / "corpus"
    dictionary = corpus.write(seeds)
    options = [f"-runs={runs}", f"-seed={seed}", "-max_len=4096", "-timeout=10", f"-dict={dictionary}"]
    atheris.Setup([sys.argv[0], *options, f"-artifact_prefix={folder}/", str(seeds)], one_input, custom_mutator=mutate)
    atheris.Fuzz()


if __name__ == "__main__":
    run(main)
