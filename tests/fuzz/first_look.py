"""Prints how many times as long as a plain text the first text of a kind takes in this new process.

python -m tests.fuzz.first_look KIND
"""

import sys
import time
from random import Random

from bench.dear_texts import new_texts
from tests.fuzz.test_dear_texts import JUDGE, PLAIN, cost


def main() -> None:
    text = next(text for kind, text in new_texts(Random(1)) if kind == sys.argv[1])
    plain = cost(PLAIN)
    started = time.thread_time()
    JUDGE(text)
    print((time.thread_time() - started) / plain)


if __name__ == "__main__":
    main()
