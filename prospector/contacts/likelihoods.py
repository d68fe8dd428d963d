"""How likely an address is there where the host takes any name: from what came of our own mails to its domain.

It ranks such addresses, and never proves one. An answer shows that names are made like that there, and a bounce that
they are not; that a mail did not come back says little of a host that takes any name.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from prospector.contacts.candidates import Forms, family_forms, given_forms
from prospector.contacts.patterns import OTHER, readings
from prospector.normalise.emails import email_domain
from prospector.store.found_addresses import guess_probabilities
from prospector.store.outcomes import names_of, outcomes_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from prospector.core.shapes import LikelihoodShape, OutcomesShape
    from prospector.store.database import Database
    from prospector.store.outcomes import Outcome

STATED = 0.8
"""Of an address that somebody stated; an estimate, as nobody has published counts of such addresses."""
_WEIGHT_OF_FIRST = 2.0
"""What is thought beforehand weighs as much as so many outcomes."""
_WEIGHT_OF_OTHERS = 0.5
"""An address of another pattern, or of none that is known, says half as much as one of the same."""
_WEIGHT_OF_ARRIVED = 0.1
_PIECE = 10_000


class Outcomes(NamedTuple):
    """How many addresses answered, came back for good, and took a mail in silence."""

    replied: int = 0
    bounced: int = 0
    delivered: int = 0

    @classmethod
    def of(cls, seen: Iterable[Outcome]) -> Outcomes:
        """The counts of some outcomes."""
        counts = Counter(one.what for one in seen)
        return cls(counts["replied"], counts["bounced"], counts["delivered"])

    def as_json(self) -> OutcomesShape:
        """The counts as JSON has them."""
        return {"replied": self.replied, "bounced": self.bounced, "delivered": self.delivered}

    def less(self, some: Outcomes) -> Outcomes:
        """The counts without some of them."""
        return Outcomes(*(all_ - part for all_, part in zip(self, some, strict=True)))


class Likelihood(NamedTuple):
    """How likely an address is there, with what that rests on: `alike` are those of the same pattern among `domain`."""

    probability: float
    domain: Outcomes = Outcomes()
    alike: Outcomes = Outcomes()

    def as_json(self) -> LikelihoodShape:
        """`likelihood` of a verdict."""
        return {
            "probability": self.probability,
            "domain": self.domain.as_json(),
            "pattern": self.alike.as_json(),
        }

    @property
    def words(self) -> str:
        """The same for a reader; the counts say how much it is worth."""
        said = f"{self.probability:.0%} likely to be there"
        if not any(self.domain):
            return f"{said}; no mail to its domain has shown anything"
        told = _counted(self.domain)
        alike = f", of its pattern {_counted(self.alike)}" if any(self.alike) else ""
        return f"{said}; at its domain {told}{alike}"


def likelihood(first: float, domain: Outcomes, alike: Outcomes) -> Likelihood:
    """How likely an address is there that was thought to be with the probability `first`."""
    by_others = _blend(first, domain.less(alike), _WEIGHT_OF_OTHERS)
    return Likelihood(round(_blend(by_others, alike, 1.0), 4), domain, alike)


def likelihoods(db: Database, emails: Sequence[str], as_of: date) -> dict[str, Likelihood]:
    """How likely each of these addresses is there."""
    seen = outcomes_at(db, map(email_domain, emails), as_of)
    patterns = {
        one.email: _pattern(one.email, one.first_name, one.last_name)
        for some in seen.values()
        for one in some
    }
    asked = [email for email in emails if email_domain(email) in seen]
    mine = {email: _pattern(email, *names) for email, names in names_of(db, asked).items()}
    first, found = guess_probabilities(db, emails), {}
    for email in emails:
        some = seen.get(email_domain(email), [])
        alike = [one for one in some if mine.get(email) and patterns[one.email] == mine[email]]
        found[email] = likelihood(first.get(email, STATED), Outcomes.of(some), Outcomes.of(alike))
    return found


def likelihoods_of_people(db: Database, as_of: date) -> dict[int, float]:
    """How likely the address of each person is there whose host takes any name, as far as verifying has found that."""
    rows = db.rows("SELECT id, email FROM people WHERE email_verdict = 'catch_all' ORDER BY id")
    found: dict[int, float] = {}
    for start in range(0, len(rows), _PIECE):
        piece = rows[start : start + _PIECE]
        likely = likelihoods(db, [row["email"] for row in piece], as_of)
        found |= {row["id"]: likely[row["email"]].probability for row in piece}
    return found


def _blend(first: float, seen: Outcomes, weight: float) -> float:
    yes = weight * (seen.replied + _WEIGHT_OF_ARRIVED * seen.delivered)
    return (_WEIGHT_OF_FIRST * first + yes) / (_WEIGHT_OF_FIRST + yes + weight * seen.bounced)


def _counted(seen: Outcomes) -> str:
    return f"{seen.replied} answered, {seen.bounced} came back, {seen.delivered} did not"


def _pattern(email: str, first_name: str | None, last_name: str | None) -> str | None:
    """The pattern that an address follows; None where nobody knows whose it is, or it follows none."""
    given, family = given_forms(first_name or ""), family_forms(last_name or "")
    if not given or not family:
        return None
    pattern = readings(Forms(given, family), email.partition("@")[0])[0].pattern
    return None if pattern == OTHER else pattern
