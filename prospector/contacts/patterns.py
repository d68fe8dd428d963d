"""How a company makes addresses from names, learned from those of its addresses that are known.

Each known pair of a name and an address is read as one of the usual patterns or as `other`; a third of real ones
are. What is seen is weighed against how usual each pattern is anywhere, so few examples say little. Where the
evidence is thin, or most addresses follow no pattern, there is no answer.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import cache
from itertools import product
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from prospector.contacts.candidates import Form, forms_of, usual_share
from prospector.normalise.domains import is_free_mail
from prospector.normalise.emails import email_domain, is_role_address, parse_email
from prospector.normalise.people import parse_name
from prospector.normalise.text import data_lines

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from prospector.contacts.candidates import Forms, Habit

OTHER = "other"
_WEIGHT_OF_USUAL = 1.5
"""What is usual anywhere weighs as much as so many examples."""
_WEIGHT_OF_HABIT = 1.0
"""The same for how hyphens, particles and the like are written."""
LEAST = 0.4
"""A pattern or a guess below this probability is no answer."""
_LEAST_OF_ONE = 0.5
"""One example is weak proof: then it has to be likelier than not."""
_PIECE = re.compile("first|middle|last|[fml]")


class Guess(NamedTuple):
    """The part of an address before the `@`, and how likely it is."""

    local: str
    probability: float


class Reading(NamedTuple):
    """The pattern of a known address, and the habits that show in it."""

    pattern: str
    habits: tuple[Habit, ...] = ()


@dataclass(frozen=True)
class AddressPattern:
    """What is known of how a company makes addresses. `pattern` is None where nothing can be said."""

    pattern: str | None
    probability: float
    """That the next address follows the pattern; without one, the probability of the likeliest."""
    counts: Mapping[str, int] = field(default_factory=dict)
    """How many of the known addresses follow each pattern, `other` included."""
    habits: Mapping[Habit, int] = field(default_factory=dict)
    misses: Mapping[str, int] = field(default_factory=dict)
    """How many guesses by each pattern turned out not to exist: so many people have an address of another one."""

    @property
    def examples(self) -> int:
        """From how many addresses this is known."""
        return sum(self.counts.values())

    def guesses(self, name: str | Forms) -> list[Guess]:
        """Addresses that somebody of this name may have, without the domain, the likeliest first."""
        forms = forms_of(parse_name(name)) if isinstance(name, str) else name
        if forms is None or self.pattern is None:
            return []
        found: defaultdict[str, float] = defaultdict(float)
        for pattern, chance in _chances(self.counts, self.misses).items():
            if pattern != OTHER:
                for local, share in self._written(pattern, forms):
                    found[local] += chance * share
        return [Guess(*one) for one in sorted(found.items(), key=lambda one: (-one[1], one[0]))]

    def best(self, forms: Forms) -> Guess | None:
        """The likeliest address by the company's pattern; None where it is too unsure."""
        if self.pattern is None:
            return None
        local, share = max(self._written(self.pattern, forms), key=itemgetter(1), default=("", 0.0))
        probability = self.probability * share
        return Guess(local, probability) if local and probability >= LEAST else None

    def next_best(self, forms: Forms, refused: Collection[str]) -> Guess | None:
        """The likeliest address by any pattern, knowing that some do not exist; None where it is too unsure.

        What those took of the probability is shared among the others, and those that follow no pattern.
        """
        able = self.guesses(forms)
        gone = sum(one.probability for one in able if one.local in refused)
        best = next((one for one in able if one.local not in refused), None)
        if best is None or gone >= 1:
            return None
        probability = best.probability / (1 - gone)
        return Guess(best.local, probability) if probability >= LEAST else None

    def _written(self, pattern: str, forms: Forms) -> Iterator[tuple[str, float]]:
        """The texts that a pattern makes of a name, each with its share among them."""
        made = _patterns()[pattern]
        found: defaultdict[str, float] = defaultdict(float)
        for given, family in product(forms.given, forms.family or (_NO_FORM,)):
            if text := made.text(_parts(given, family, forms.middle)):
                found[text] += self._share(made.habits(given, family))
        total = sum(found.values())
        yield from ((text, share / total) for text, share in found.items())

    def _share(self, habits: Sequence[Habit]) -> float:
        """How likely the company is to write a name in these ways."""
        share = 1.0
        for habit in habits:
            seen = sum(count for (kind, _), count in self.habits.items() if kind == habit[0])
            share *= (self.habits.get(habit, 0) + _WEIGHT_OF_HABIT * usual_share(habit)) / (
                seen + _WEIGHT_OF_HABIT
            )
        return share


def infer_pattern(pairs: Iterable[tuple[str, str]]) -> AddressPattern:
    """How a company makes addresses, from pairs of a full name and an address of its own.

    Addresses of tasks (`info@`) and of free mail services say nothing of it, nor do names that cannot be read.
    """
    seen = {}
    for name, text in pairs:
        email = parse_email(text)
        if email and not is_role_address(email) and not is_free_mail(email_domain(email)):
            seen[email, name] = forms_of(parse_name(name))
    return learn((forms, email.partition("@")[0]) for (email, _), forms in seen.items() if forms)


def learn(examples: Iterable[tuple[Forms, str]], misses: Mapping[str, int] | None = None) -> AddressPattern:
    """The same from names that have been read, each with the part of its address before the `@`."""
    read = [readings(forms, local) for forms, local in examples]
    sure = Counter(some[0].pattern for some in read if len({one.pattern for one in some}) == 1)
    chosen = [max(some, key=lambda one: (sure[one.pattern], _usual()[one.pattern])) for some in read]
    habits = Counter(habit for one in chosen for habit in one.habits)
    return from_counts(Counter(one.pattern for one in chosen), habits, misses)


def from_counts(
    counts: Mapping[str, int], habits: Mapping[Habit, int], misses: Mapping[str, int] | None = None
) -> AddressPattern:
    """What so many addresses of each pattern, and so many guesses that do not exist, allow to say."""
    chances = _chances(counts, misses or {})
    best = max((one for one in chances if one != OTHER), key=chances.__getitem__)
    return AddressPattern(_said(best, chances, counts), chances[best], counts, habits, misses or {})


def _said(best: str, chances: Mapping[str, float], counts: Mapping[str, int]) -> str | None:
    """The pattern, where the examples allow to name it."""
    seen = counts.get(best, 0)
    least = LEAST if seen > 1 else _LEAST_OF_ONE
    return best if seen and chances[best] >= least and chances[best] > chances[OTHER] else None


def readings(forms: Forms, local: str) -> list[Reading]:
    """The patterns that make this address of this name: usually one; `other` where none does."""
    able = [made for made in _patterns().values() if _could_make(made, forms, local)]
    found: dict[str, Reading] = {}
    for given, family in product(forms.given, forms.family or (_NO_FORM,)):
        parts = _parts(given, family, forms.middle)
        for made in able:
            if made.text(parts) == local and made.name not in found:
                found[made.name] = Reading(made.name, made.habits(given, family))
    return list(found.values()) or [_OTHER_READING]


def _could_make(made: _Made, forms: Forms, local: str) -> bool:
    """Whether a look at the address's first letter and its signs does not rule the pattern out."""
    if made.joint and made.joint not in local:
        return False
    first = forms.family if made.begins_with_family else forms.given
    return any(form.initial[0] == local[0] for form in first)


class _Made(NamedTuple):
    """A pattern, taken apart: `places` are places in what `_parts` gives."""

    name: str
    places: tuple[int, ...]
    joint: str

    @property
    def begins_with_family(self) -> bool:
        """Whether the family name or its first letter comes first."""
        return self.places[0] in _FAMILY

    def text(self, parts: Sequence[str | None]) -> str | None:
        """What the pattern makes; None where a part of the name is missing, or only its initial is known."""
        pieces = [parts[place] for place in self.places]
        return None if None in pieces else self.joint.join(pieces)  # type: ignore[arg-type]

    def habits(self, given: Form, family: Form) -> tuple[Habit, ...]:
        """The ways of writing that show in it."""
        used = (
            (given.habits if not _GIVEN.isdisjoint(self.places) else ()),
            (family.habits if not _FAMILY.isdisjoint(self.places) else ()),
        )
        return (*used[0], *used[1])


_PLACES = {"first": 0, "f": 1, "last": 2, "l": 3, "middle": 4, "m": 5}
_GIVEN, _FAMILY = frozenset({0, 1}), frozenset({2, 3})
_NO_FORM = Form("", "")
_OTHER_READING = Reading(OTHER)


def _parts(given: Form, family: Form, middle: str) -> tuple[str | None, ...]:
    """A name's parts in full and cut short, None where there is none."""
    return (
        given.text if len(given.text) > 1 else None,
        given.initial or None,
        family.text if len(family.text) > 1 else None,
        family.initial or None,
        middle if len(middle) > 1 else None,
        middle[:1] or None,
    )


def _chances(counts: Mapping[str, int], misses: Mapping[str, int]) -> dict[str, float]:
    """How likely the next address is to follow each pattern. A miss counts for all the others as usual as they are."""
    total = sum(counts.values()) + sum(misses.values()) + _WEIGHT_OF_USUAL
    usual = _usual()
    missed = {pattern: count / (1 - usual[pattern]) for pattern, count in misses.items()}
    elsewhere = sum(missed.values())
    return {
        pattern: (counts.get(pattern, 0) + (_WEIGHT_OF_USUAL + elsewhere - missed.get(pattern, 0)) * share)
        / total
        for pattern, share in usual.items()
    }


@cache
def _usual() -> dict[str, float]:
    """How usual each pattern is."""
    lines = (line.split("\t") for line in data_lines("address_patterns.tsv"))
    shares = {pattern: float(share) for pattern, share in lines}
    total = sum(shares.values())
    return {pattern: share / total for pattern, share in shares.items()}


@cache
def _patterns() -> dict[str, _Made]:
    """The patterns by name."""
    return {name: _made(name) for name in _usual() if name != OTHER}


def _made(name: str) -> _Made:
    joint = next((sign for sign in "._-" if sign in name), "")
    return _Made(name, tuple(_PLACES[piece] for piece in _PIECE.findall(name)), joint)
