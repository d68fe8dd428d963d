"""The pattern of a company's addresses: learned from known ones, and no surer than they allow."""

from __future__ import annotations

import csv
import json
from collections import Counter
from itertools import product
from pathlib import Path

import pytest

from prospector import infer_pattern, parse_name
from prospector.contacts.candidates import forms_of
from prospector.contacts.patterns import OTHER, AddressPattern

SHARED = Path(__file__).parents[2].parent / "shared/data/email_patterns/domain_patterns.csv"
HOST = "@banco.example"
PEOPLE = [
    f"{given} {middle} {family}"
    for given, middle, family in product(
        ("Carla", "Dorte", "Emil", "Farid", "Greta", "Hugo", "Irma"),
        ("Noor", "Quinn"),
        ("Abbot", "Brandt", "Costa", "Duval", "Ekberg", "Fabre", "Gruber", "Holm", "Ibsen"),
    )
]


def _of(*names_and_locals: tuple[str, str]) -> AddressPattern:
    return infer_pattern([(name, local + HOST) for name, local in names_and_locals])


def _address(pattern: str, name: str, number: int) -> tuple[str, str]:
    """A pair that follows a pattern, made by hand and not by the code under test."""
    given, middle, family = (part.lower() for part in name.split())
    parts = {"first": given, "middle": middle, "last": family, "f": given[0], "m": middle[0], "l": family[0]}
    if pattern == OTHER:
        return name, f"x{number}q{HOST}"
    left, found = pattern, []
    while left:
        word = next((one for one in ("first", "middle", "last", "f", "m", "l") if left.startswith(one)), "")
        found.append(parts[word] if word else left[0])
        left = left[len(word) or 1 :]
    return name, "".join(found) + HOST


@pytest.mark.parametrize(
    ("pattern", "locals_"),
    [
        ("first.last", ("ana.ruiz", "bo.berg", "cara.diaz")),
        ("flast", ("aruiz", "bberg", "cdiaz")),
        ("f.last", ("a.ruiz", "b.berg", "c.diaz")),
        ("first", ("ana", "bo", "cara")),
        ("first_last", ("ana_ruiz", "bo_berg", "cara_diaz")),
        ("last.first", ("ruiz.ana", "berg.bo", "diaz.cara")),
        ("lastf", ("ruiza", "bergb", "diazc")),
    ],
)
def test_three_alike_addresses_tell_the_pattern(pattern: str, locals_: tuple[str, ...]) -> None:
    found = _of(*zip(("Ana Ruiz", "Bo Berg", "Cara Diaz"), locals_, strict=True))

    assert found.pattern == pattern
    assert 0.6 < found.probability < 1
    assert found.counts == {pattern: 3}


def test_nothing_is_said_without_evidence_or_where_no_pattern_shows() -> None:
    assert infer_pattern([]).pattern is None
    assert _of(("Ana Ruiz", "x7"), ("Bo Berg", "k.q2"), ("Cara Diaz", "cara.diaz")).pattern is None


def test_one_address_is_weak_proof() -> None:
    assert _of(("Ana Ruiz", "aruiz")).pattern is None
    assert (
        _of(("Ana Ruiz", "ana.ruiz")).probability
        < _of(("Ana Ruiz", "ana.ruiz"), ("Bo Berg", "bo.berg"), ("Cara Diaz", "cara.diaz")).probability
    )


def test_boxes_of_tasks_free_mail_and_repeats_are_no_examples() -> None:
    pairs = [
        ("Ana Ruiz", "info@banco.example"),
        ("Ana Ruiz", "ana.ruiz@gmail.com"),
        ("Ana Ruiz", "no address"),
    ]

    assert infer_pattern(pairs).examples == 0
    assert infer_pattern([("Ana Ruiz", "ana.ruiz@banco.example")] * 5).examples == 1


@pytest.mark.parametrize(
    ("name", "local"),
    [
        ("Jürgen Müller", "juergen.mueller"),
        ("Jürgen Müller", "jurgen.muller"),
        ("Søren Ødegård", "soren.odegard"),
        ("Łukasz Żak", "lukasz.zak"),
        ("Anna van der Berg", "anna.vanderberg"),
        ("Anna van der Berg", "anna.berg"),
        ("Anna van der Berg", "anna.van.der.berg"),
        ("Jean-Pierre Dupont", "jean-pierre.dupont"),
        ("Jean-Pierre Dupont", "jeanpierre.dupont"),
        ("Eva Meyer-Schulz", "eva.meyer-schulz"),
        ("Eva Meyer-Schulz", "eva.meyer"),
        ("Ana Ruiz Gómez", "ana.ruiz"),
        ("Ana Ruiz Gómez", "ana.ruizgomez"),
        ("Shannon O'Neil", "shannon.oneil"),
        ("Robert Brown", "bob.brown"),
        ("Bob Brown", "robert.brown"),
    ],
)
def test_each_way_to_write_a_name_is_known_and_can_be_guessed(name: str, local: str) -> None:
    plain = (("Carla Costa", "carla.costa"), ("Dorte Duval", "dorte.duval"))
    found = _of(*plain, (name, local))

    assert found.counts == {"first.last": 3}
    assert local in {guess.local for guess in _of(*plain).guesses(name)}


def test_a_companys_habit_decides_between_the_ways_to_write_a_name() -> None:
    shared = (("Carla Costa", "carla.costa"), ("Dorte Duval", "dorte.duval"))
    long = _of(*shared, ("Jörg Schröder", "joerg.schroeder"), ("Käthe Böhm", "kaethe.boehm"))
    short = _of(*shared, ("Jörg Schröder", "jorg.schroder"), ("Käthe Böhm", "kathe.bohm"))

    assert long.guesses("Jürgen Müller")[0].local == "juergen.mueller"
    assert short.guesses("Jürgen Müller")[0].local == "jurgen.muller"


def test_guesses_come_with_probabilities_that_add_up_to_less_than_one() -> None:
    found = _of(("Carla Costa", "carla.costa"), ("Dorte Duval", "dorte.duval"))
    guesses = found.guesses("Ana Ruiz")

    assert guesses[0].local == "ana.ruiz"
    assert sum(guess.probability for guess in guesses) < 1
    assert guesses == sorted(guesses, key=lambda guess: (-guess.probability, guess.local))


@pytest.mark.parametrize("name", ["Иван Петров", "山田 太郎", "Bill & Tracy Hosmer", ""])
def test_nothing_is_guessed_of_a_name_that_no_address_is_made_of(name: str) -> None:
    found = _of(("Carla Costa", "carla.costa"), ("Dorte Duval", "dorte.duval"))

    assert not [guess for guess in found.guesses(name) if guess.probability > 0.4]


def test_a_name_that_can_be_written_in_many_ways_is_not_guessed_at_all() -> None:
    found = _of(("Carla Costa", "carla.costa"), ("Dorte Duval", "dorte.duval"))
    unsure, plain = (forms_of(parse_name(name)) for name in ("Jürgen van der Müller-Lüdenscheid", "Ana Ruiz"))

    assert unsure
    assert plain
    assert found.best(unsure) is None
    assert (found.best(plain) or ("",))[0] == "ana.ruiz"


def test_left_out_addresses_are_foretold_better_than_by_the_companys_commonest_pattern(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Leave-one-out over the counts of 45 domains, each count as so many pairs of invented people."""
    if not SHARED.is_file():
        pytest.skip("the shared counts are not here")
    right = commonest = answered = of_known = total = 0
    ours, theirs = 0.0, 0.0
    with SHARED.open(encoding="utf-8", newline="") as file:
        domains = [json.loads(row["all_patterns"]) for row in csv.DictReader(file)]
    for counts in domains:
        for held_out, times in counts.items():
            rest = Counter(counts)
            rest[held_out] -= 1
            said = infer_pattern(_pairs(rest))
            assert {name: count for name, count in rest.items() if count} == said.counts
            top = max(sorted(rest), key=lambda pattern: rest[pattern])
            right += times * ((said.pattern or OTHER) == held_out)
            commonest += times * (top == held_out)
            total += times
            of_known += times * (top != OTHER)
            assert said.pattern != OTHER
            if said.pattern:
                answered += times
                hit = said.pattern == held_out
                ours += times * (said.probability - hit) ** 2
                theirs += times * (rest[said.pattern] / sum(rest.values()) - hit) ** 2
    with capsys.disabled():
        print(
            f"\naddress patterns, leave one out of {total}: top-1 {right / total:.3f} (commonest {commonest / total:.3f}), "
            f"answered {answered / total:.3f}, Brier {ours / answered:.4f} (plain shares {theirs / answered:.4f})"
        )
    assert right >= commonest
    assert ours <= theirs
    assert answered >= 0.5 * total
    assert answered >= 0.8 * of_known


def _pairs(counts: Counter[str]) -> list[tuple[str, str]]:
    patterns = [pattern for pattern, count in sorted(counts.items()) for _ in range(count)]
    return [_address(pattern, PEOPLE[at], at) for at, pattern in enumerate(patterns)]
