"""Guessing addresses for a million people of 200,000 companies, without storing: the time on two processes.

python benchmarks/guess.py [PEOPLE]
"""

from __future__ import annotations

import random
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from itertools import count

from prospector.contacts.guessing import Colleague, guesses_of

COMPANY = 5
KNOWN = 2
"""Of the people of a company so many have an address that is known; it is guessed for the others beside them."""
PIECES = 20
GIVEN = "Ana Bo Carla Dorte Emil Farid Greta Hugo Irma Jean-Pierre Jürgen María José Robert".split()
ENDINGS = "berg mann sen ez ini ova quist ard ton dale".split()
WAYS = ("{first}.{last}", "{f}{last}", "{first}", "{f}.{last}", "{first}{l}")


def companies(number: int, seed: int) -> list[list[Colleague]]:
    """So many companies with their people, of which those behind the first ones have no address."""
    chance, ids = random.Random(seed), count(1)
    return [_company(chance, ids, at) for at in range(number)]


def _company(chance: random.Random, ids: count[int], at: int) -> list[Colleague]:
    way, people = chance.choices(WAYS, (37, 13, 5, 2, 4))[0], []
    for place in range(COMPANY + KNOWN):
        given = chance.choice(GIVEN)
        family = "".join(chance.choices("abdefgiklmnoprstu", k=4)).title() + chance.choice(ENDINGS)
        parts = {
            "first": given.lower(),
            "last": family.lower(),
            "f": given[0].lower(),
            "l": family[0].lower(),
        }
        known = f"{way.format(**parts)}@firm{at}.example" if place < KNOWN else None
        people.append(Colleague(next(ids), given, family, known))
    return people


def guess(number: int, seed: int) -> tuple[int, float]:
    """How many addresses were guessed at these companies, and in how many seconds of work."""
    made = companies(number, seed)
    start = time.process_time()
    found = sum(len(guesses_of(people, None)) for people in made)
    return found, time.process_time() - start


def main() -> None:
    """Print rate and share."""
    people = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    each = people // COMPANY // PIECES
    with ProcessPoolExecutor(2) as pool:
        done = list(pool.map(guess, [each] * PIECES, range(PIECES)))
    found, seconds = sum(one[0] for one in done), sum(one[1] for one in done) / 2
    asked = each * PIECES * COMPANY
    print(f"{asked:,} people without an address at {each * PIECES:,} companies, {KNOWN} known addresses each")
    print(
        f"guessed: {found:,} ({found / asked:.0%}) in {seconds:.1f} s of work on each of two cores, {asked / seconds:,.0f} a second"
    )


if __name__ == "__main__":
    main()
