"""`make bench-moderation`: what judging a message costs, by a list of 10,000 words.

No engine: the screening as the chat function uses it, with the lists in memory. CPU time, of each message the least of
three runs, so that other programs don't matter. Prints a table and writes results/moderation.json. Exit status: 0 if 99
of 100 messages take less than the budget, 1 if not.
"""

import gc
import json
import random
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from google.protobuf.struct_pb2 import Struct

from bench.dear_texts import dear_texts, new_texts
from bench.table import show_lines, write_result
from catchup.domain.ids import MsgId, SessionId, Uid
from catchup.domain.message import Draft
from catchup.domain.screening import Action
from catchup.errors import CatchupError
from catchup.screening.automaton import compiled
from catchup.screening.document import parse
from catchup.settings import MAX_MESSAGE_BYTES
from catchup.usecases.screening.screening import Screening
from catchup.wire.screening import rewrite
from commands.start import run

WORDS = 10_000
CHARACTERS = 2_000
MESSAGES = 2_000
BUDGET_MS = 1.0
# A message with matches has so many.
MATCHES = 10
DEAR_BUDGET_MS = 5.0
RUNS = 3
DEAR_RUNS = 20
LATIN = "etaoinshrdlucmfwypvbgkqjxz"
# The 3,500 characters of everyday Chinese lie among these; the figures depend on how many differ, not on which.
HAN = [chr(code) for code in range(0x4E00, 0x4E00 + 3_500)]

Words = Sequence[str]


def main() -> int:
    """Measures, prints, writes; returns the exit status."""
    chance = random.Random(20)
    words = _words(chance)
    document = _document(words)
    screening = _screening(document)
    rows = [
        _measured(kind, screening, [make(chance, words) for _ in range(MESSAGES)]) for kind, make in _kinds().items()
    ]
    dear = [*_new(screening), *_dear(screening, words)]
    load = _loaded(document)
    ok = all(row["p99_ms"] < BUDGET_MS for row in rows) and all(row["least_ms"] < DEAR_BUDGET_MS for row in dear)
    report = {
        "words": WORDS,
        "characters": CHARACTERS,
        "messages": MESSAGES,
        "runs": RUNS,
        "budget_ms": BUDGET_MS,
        "load": load,
        "rows": rows,
        "dear_budget_ms": DEAR_BUDGET_MS,
        "dear": dear,
    }
    write_result("moderation", report)
    _show(rows, load)
    _show_dear(dear)
    return 0 if ok else 1


def _words(chance: random.Random) -> Words:
    """Half of them Latin, half Chinese; none of them twice."""
    made: dict[str, None] = {}
    while len(made) < WORDS:
        latin = len(made) % 2 == 0
        letters, lengths = (LATIN, (4, 10)) if latin else (HAN, (2, 4))
        made["".join(chance.choices(letters, k=chance.randint(*lengths)))] = None
    return list(made)


def _document(words: Words) -> bytes:
    lists = [
        {"id": action.name.lower(), "version": "1", "action": action.name, "words": words[start :: len(Action) - 1]}
        for start, action in enumerate(action for action in Action if action is not Action.PASS)
    ]
    return json.dumps({"lists": lists}, ensure_ascii=False).encode()


def _latin(chance: random.Random, _words: Words) -> str:
    text = ""
    while len(text) < CHARACTERS:
        text += "".join(chance.choices(LATIN, range(26, 0, -1), k=chance.randint(1, 9))) + chance.choice([" ", ", "])
    return text[:CHARACTERS]


def _chinese(chance: random.Random, _words: Words) -> str:
    return "".join(chance.choice("，。！") if chance.random() < 0.08 else chance.choice(HAN) for _ in range(CHARACTERS))


def _mixed(chance: random.Random, words: Words) -> str:
    halves = _latin(chance, words), _chinese(chance, words)
    parts = [half[start : start + 50] for start in range(0, CHARACTERS, 100) for half in halves]
    return "".join(parts)


def _with_matches(chance: random.Random, words: Words) -> str:
    """Mixed, with masked words in it, of which each has its letters apart."""
    text = _mixed(chance, words)
    masked = words[:: len(Action) - 1]
    put = "".join(f" {'.'.join(chance.choice(masked))} " for _ in range(MATCHES))
    return put + text[: CHARACTERS - len(put)]


def _kinds() -> dict[str, Callable[[random.Random, Words], str]]:
    return {"Latin": _latin, "Chinese": _chinese, "mixed": _mixed, f"mixed, {MATCHES} masked": _with_matches}


def _screening(document: bytes) -> Screening:
    judge = compiled(parse(document))
    nothing: Any = _Nothing()
    return Screening(
        asked=[lambda text, *_: judge(text)],
        rewrite=rewrite,
        held=nothing,
        sent_log=nothing,
        messages=nothing,
        telemetry=nothing,
        clock=lambda: 0,
        picture_of=lambda _: None,
    )


class _Nothing:
    """Telemetry, and stores that keep nothing."""

    def __getattr__(self, _name: str) -> Callable[..., Any]:
        return lambda first, *_, **__: first


def _measured(kind: str, screening: Screening, texts: Sequence[str]) -> dict[str, Any]:
    drafts = [_draft({"message": text}) for text in texts]
    gc.collect()
    # In rounds over all of them: what disturbs the machine for a moment meets a message once.
    rounds = [[_cpu_ms(screening, draft, 1) for draft in drafts] for _ in range(RUNS)]
    times = sorted(map(min, *rounds))
    return {
        "kind": kind,
        "least_ms": round(times[0], 3),
        "p50_ms": round(times[len(times) // 2], 3),
        "p99_ms": round(times[len(times) * 99 // 100], 3),
        "max_ms": round(times[-1], 3),
        "not_passed": sum(_screened(screening, draft) is not draft for draft in drafts),
    }


def _cpu_ms(screening: Screening, draft: Draft, runs: int) -> float:
    """The least of several runs: the message does not differ from run to run, only the machine does."""
    times = []
    for _ in range(runs):
        started = time.thread_time()
        _screened(screening, draft)
        times.append((time.thread_time() - started) * 1_000)
    return min(times)


def _dear(screening: Screening, words: Words) -> list[dict[str, Any]]:
    masked = words[:: len(Action) - 1]
    latin, han = (min((word for word in masked if word.isascii() is is_latin), key=len) for is_latin in (True, False))
    return [
        {"kind": kind, "least_ms": round(_cpu_ms(screening, _draft({"message": text}), DEAR_RUNS), 3)}
        for kind, text in dear_texts(latin, han)
    ]


def _new(screening: Screening) -> list[dict[str, Any]]:
    """The least of several texts of a kind. They all differ, so nothing is remembered of their letters and marks."""
    chance = random.Random(21)
    texts: dict[str, list[str]] = {}
    for _ in range(DEAR_RUNS):
        for kind, text in new_texts(chance):
            texts.setdefault(kind, []).append(text)
    measured = {kind: _measured(kind, screening, of_kind) for kind, of_kind in texts.items()}
    return [{"kind": f"new: {kind}", "least_ms": row["least_ms"]} for kind, row in measured.items()]


def _screened(screening: Screening, draft: Draft) -> Draft | None:
    """None if the message is refused or held: a random text may have a word of those lists."""
    try:
        return screening.screen(draft, SessionId("p:alice:bob"), b"")
    except CatchupError:
        return None


def _draft(fields: Mapping[str, Any]) -> Draft:
    content = Struct()
    content.update(fields)
    return Draft(MsgId("m"), Uid("alice"), Uid("bob"), True, 0, content.SerializeToString(deterministic=True))


def _loaded(document: bytes) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.word_list_load"]
    run = subprocess.run(command, input=document, stdout=subprocess.PIPE, check=True)
    figures: dict[str, float] = json.loads(run.stdout)
    return figures


def _show(rows: Sequence[dict[str, Any]], load: dict[str, float]) -> None:
    columns = ("message", "p50 CPU ms", "p99 CPU ms", "max CPU ms", "not passed", "budget CPU ms", "")
    lines = [
        (
            row["kind"],
            f"{row['p50_ms']:.3f}",
            f"{row['p99_ms']:.3f}",
            f"{row['max_ms']:.3f}",
            f"{row['not_passed']:,}",
            f"{BUDGET_MS:g}",
            "ok" if row["p99_ms"] < BUDGET_MS else "BROKEN: p99",
        )
        for row in rows
    ]
    show_lines(columns, lines, {"message", ""})
    print(f"\n{WORDS:,} words; {MESSAGES:,} messages of {CHARACTERS:,} characters each, the whole screening of one.")
    print("not passed: of those, masked, held or refused; a random text has a listed word by chance.")
    print(
        f"A list's load: {load['load_ms']:g} ms for {load['document_kb']:g} KB, the library's import "
        f"{load['import_ms']:g} ms, memory {load['memory_mb']:g} MB, each in the functions that have lists alone."
    )


def _show_dear(dear: Sequence[dict[str, Any]]) -> None:
    print(f"\nThe largest texts ({MAX_MESSAGE_BYTES:,} bytes) of what is dear, the least of {DEAR_RUNS} runs:\n")
    lines = [
        (
            row["kind"],
            f"{row['least_ms']:.3f}",
            f"{DEAR_BUDGET_MS:g}",
            "ok" if row["least_ms"] < DEAR_BUDGET_MS else "BROKEN",
        )
        for row in dear
    ]
    show_lines(("made of", "CPU ms", "budget CPU ms", ""), lines, {"made of", ""})


if __name__ == "__main__":
    run(main)
