"""Feed random strings to the reader of figures: none may crash it, hang it or be misread.

Run: python benchmarks/fuzz_figures.py [STRINGS [SEED]]

Three kinds of strings, a third each: any Unicode, the grammar's own words and marks, and printed
figures with one character changed. Both languages. Prints how many were read and refused, and the
slowest single call as a multiple of the median one.
"""

import random
import statistics
import sys
import time

from childstats.errors import FigureError
from childstats.figures.figure import Qualifier
from childstats.figures.grammar import HEDGES, MAGNITUDES, MISSING_MARKS, NOUNS, UNITS
from childstats.figures.parse import parse_figure

WORDS = [
    *(w for words in HEDGES.values() for some in words.values() for w in some.split("|")),
    *(w for words in NOUNS.values() for some in words.values() for w in some.split("|")),
    *(w for words in (*MAGNITUDES.values(), *UNITS.values()) for w in words),
    *MISSING_MARKS,
    *"0123456789" * 3,
    *[",", ".", " ", "/", "-", "–", "(", ")", "[", "]", "%", "\u00a0", "000", ",000", ".000"],
    *["to", "of", "out of", "and", "between", "đến", "từ", "Prel.", "sơ bộ", "−", "１", "٣"],
]
PRINTS = [
    *["208,222", "31.2%", "36/45", "382 out of 463 (82.51%)", "approximately 68,000", "<5"],
    *["khoảng 68.000", "95,5 %", "hơn 1,5 triệu", "21.6 [18.6-25.8]", "10-15%", "46/100.000"],
    *["Prel. 14.5", "between 95 and 100%", "6.847 em", "as many as 180", "nearly 381,700"],
]


def random_string(chance: random.Random) -> str:
    """Return one string of a random kind."""
    kind = chance.randrange(3)
    if kind == 0:
        characters = (chance.randrange(0x11_0000) for _ in range(chance.randint(0, 30)))
        return "".join(chr(c) for c in characters if not 0xD800 <= c < 0xE000)
    if kind == 1:
        return "".join(chance.choices(WORDS, k=chance.randint(1, 30)))
    text = list(chance.choice(PRINTS))
    at = chance.randrange(len(text))
    text[at : at + chance.randint(0, 1)] = chance.choice(WORDS)
    return "".join(text)


def main(strings: int = 1_000_000, seed: int = 20261125) -> None:
    """Feed the strings and print the counts."""
    chance = random.Random(seed)
    counts = dict.fromkeys(["read", "missing", "refused"], 0)
    seconds = []
    for number in range(strings):
        text = random_string(chance)
        start = time.perf_counter()
        try:
            figure = parse_figure(text, language=("en", "vi")[number % 2])
        except FigureError:
            counts["refused"] += 1
        else:
            missing = figure.qualifier is Qualifier.MISSING
            if not missing and not 0 <= figure.low <= figure.value <= figure.high:
                sys.exit(f"misread: {text!r} as {figure}")
            counts["missing" if missing else "read"] += 1
        seconds.append(time.perf_counter() - start)
    slowest = max(seconds) / statistics.median(seconds)
    print(
        f"{strings:,} strings, seed {seed}: " + ", ".join(f"{n:,} {k}" for k, n in counts.items())
    )
    print(f"no crash; the slowest call took {slowest:,.0f} times the median one")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
