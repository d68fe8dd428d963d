"""Companies at one domain: one company, or several where the domain is a group's, a provider's or a directory's.

What tells them apart is the names, whatever came first. All who go by the domain's own name are its owner. Names that
are unlike it, and unlike each other, are companies of their own. Who is not named at all is the owner; where there
is none and just one other company, it is that one, and no more as soon as there are two.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from prospector.core.evidence import BY_DOMAIN
from prospector.normalise.company_names import company_key
from prospector.normalise.likeness import is_called_like

if TYPE_CHECKING:
    from prospector.store.database import Database
    from prospector.store.history import History


class AtDomain:
    """The companies at one domain by every name that they were ever called."""

    def __init__(self, domain: str) -> None:
        self._domain = domain
        self._by_key: dict[str, int] = {}
        self._named: set[int] = set()
        self._owner: int | None = None
        self._bare: int | None = None

    @classmethod
    def stored(cls, db: Database, domain: str) -> AtDomain:
        """What the database knows of a domain."""
        found = cls(domain)
        sql = (
            "SELECT c.id, c.name, json_extract(e.company_values, '$.name') AS said FROM companies c "
            "LEFT JOIN evidence e ON e.company_id = c.id AND e.company_values IS NOT NULL "
            "WHERE c.domain = ? ORDER BY c.id, e.id"
        )
        for company_id, name, said in db.execute(sql, (domain,)):
            for text in (name, said):
                found.add(company_id, company_key(text) or None)
        return found

    def add(self, company_id: int, key: str | None) -> None:
        """Know a company, or a further name of it."""
        if key is None:
            if company_id not in self._named and self._bare is None:
                self._bare = company_id
            return
        self._named.add(company_id)
        if self._bare == company_id:
            self._bare = None
        self._by_key.setdefault(key, company_id)
        if self._owner is None and is_called_like(key, self._domain):
            self._owner = company_id

    def find(self, key: str | None) -> int | None:
        """The company of this name; of no name, the owner."""
        if key is None:
            return self._nameless()
        if (known := self._by_key.get(key)) is not None:
            return known
        if is_called_like(key, self._domain):
            return self._owner if self._owner is not None else self._bare
        return self._bare if not self._named else None

    def _nameless(self) -> int | None:
        if self._owner is not None or self._bare is not None:
            return self._owner if self._owner is not None else self._bare
        return next(iter(self._named)) if len(self._named) == 1 else None

    def left(self) -> tuple[int, int] | None:
        """The company without a name and the only other one, which stands for the whole domain again."""
        if self._bare is None or len(self._named) != 1:
            return None
        return self._bare, next(iter(self._named))

    def crowded_by(self, new: int, key: str | None) -> tuple[int, int | None] | None:
        """The company that stood for the whole domain until a new one came, and the owner, if that is the new one."""
        others = self._named - {new}
        if key is None or len(others) != 1 or self._bare is not None:
            return None
        (other,) = others
        return None if self._owner == other else (other, new if self._owner == new else None)


def part(db: Database, history: History, of: int, to: int | None) -> list[tuple[int, str | None]]:
    """Take what was said of the domain alone from the company `of`, to `to` or to a new one.

    The people who were only seen at the domain, with the keys of their names, first of all the company's id.
    """
    history.flush()
    said = "company_id = :of AND company_values IS NOT NULL AND import_id IS NOT NULL"
    bare = f"{said} AND method <> 'inferred' AND json_extract(company_values, '$.name') IS NULL"
    # A place that was inferred goes with the row that it was inferred from.
    sql = (
        f"SELECT id FROM evidence WHERE {bare} UNION SELECT id FROM evidence WHERE {said} AND method = 'inferred' "
        f"AND (import_id, row) IN (SELECT import_id, row FROM evidence WHERE {bare}) ORDER BY 1"
    )
    nameless = [row[0] for row in db.rows(sql, {"of": of})]
    if not nameless:
        return []
    target = history.new_record("company") if to is None else to
    marks = (target, json.dumps(nameless))
    db.execute("UPDATE evidence SET company_id = ? WHERE id IN (SELECT value FROM json_each(?))", marks)
    return [(target, None), *_move(db, history, of, target, nameless)]


def join_again(db: Database, history: History, domains: str) -> None:
    """The opposite, where just one company is left at a domain; `domains` is a query that selects some.

    Use after companies have gone: what was said of the domain alone is the other's again.
    """
    crowded = (
        f"SELECT domain FROM companies WHERE domain IN ({domains}) "
        "GROUP BY domain HAVING count(*) > 1 AND count(name_key) < count(*) ORDER BY domain"
    )
    for (domain,) in db.rows(crowded):
        pair = AtDomain.stored(db, domain).left()
        if pair is not None:
            bare, named = pair
            sql = "SELECT id FROM evidence WHERE company_id = ? AND company_values IS NOT NULL"
            _move(db, history, bare, named, [row[0] for row in db.rows(sql, (bare,))])


def _move(
    db: Database, history: History, of: int, to: int, evidence: list[int]
) -> list[tuple[int, str | None]]:
    """Move these observations, and the people who were only seen at the domain, to another company."""
    marks = (to, json.dumps(evidence))
    db.execute("UPDATE evidence SET company_id = ? WHERE id IN (SELECT value FROM json_each(?))", marks)
    people = _people_by_domain(db, of, to)
    for person_id, _ in people:
        db.execute(
            "UPDATE evidence SET person_values = json_set(person_values, '$.company_id', ?) WHERE person_id = ? "
            f"AND json_extract(person_values, '$.company_id') = ? AND json_extract(person_values, '$.{BY_DOMAIN}')",
            (to, person_id, of),
        )
    for company_id in (of, to):
        history.refresh("company", company_id)
    for person_id, _ in people:
        history.refresh("person", person_id)
    return people


def _people_by_domain(db: Database, of: int, to: int) -> list[tuple[int, str | None]]:
    """Those who work at either now: whoever else names the employer outweighs the domain alone."""
    rows = db.rows(
        "SELECT DISTINCT p.id, p.name_key FROM people p JOIN evidence e ON e.person_id = p.id "
        "WHERE p.company_id IN (:of, :to) AND json_extract(e.person_values, '$.company_id') = :of "
        f"AND json_extract(e.person_values, '$.{BY_DOMAIN}') ORDER BY p.id",
        {"of": of, "to": to},
    )
    return [(row[0], row[1]) for row in rows]
