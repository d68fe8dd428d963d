"""What came of our own mails, by the domain of the addresses: who answered, what came back, what arrived."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from prospector.store.database import Database

What = Literal["replied", "bounced", "delivered"]
Spans = list[tuple[str, str]]
BOUNCES_WITHIN = timedelta(days=3)
"""Mail hosts give up after some days; what has not come back by then has arrived."""


class Outcome(NamedTuple):
    """What came of mails to an address, and whose it is, as far as that is known."""

    email: str
    what: What
    first_name: str | None = None
    last_name: str | None = None


def outcomes_at(db: Database, domains: Iterable[str], as_of: date) -> dict[str, list[Outcome]]:
    """What is known by `as_of` of the addresses at these domains, each address once.

    A mail has arrived if a tool or a mailbox tells that it was sent, and what came back there was read without a
    gap for some days, and nothing did. Of an answer and a hard bounce the later one counts.
    """
    until = f"{as_of.isoformat()}T99"
    rows = db.rows(_TOLD, (json.dumps(sorted(set(domains))), until, as_of.isoformat()))
    by_address: defaultdict[tuple[str, str], list[tuple[str, str, str]]] = defaultdict(list)
    for domain, email, at, what, source in rows:
        by_address[domain, email].append((at, what, source))
    spans = _spans(db) if any(row[3] == "sent" for row in rows) else {}
    found: defaultdict[str, list[Outcome]] = defaultdict(list)
    names = names_of(db, [email for _, email in by_address])
    for (domain, email), told in sorted(by_address.items()):
        if what := _what(sorted(told), spans):
            found[domain].append(Outcome(email, what, *names.get(email, (None, None))))
    return dict(found)


_TOLD = (
    "SELECT j.value, p.email, p.seen_on AS at, CASE p.kind WHEN 'reply' THEN 'reply' ELSE 'hard' END, p.source "
    "FROM json_each(?1) j CROSS JOIN address_proofs p ON substr(p.email, instr(p.email, '@') + 1) = j.value "
    "WHERE p.kind IN ('reply', 'bounce') AND p.word IN ('human', 'hard') AND p.seen_on <= ?3 "
    "UNION ALL "
    "SELECT j.value, v.recipient, v.at, CASE v.class WHEN 'bounce' THEN coalesce(v.bounce_type, 'bounce') "
    "ELSE v.class END, v.source FROM json_each(?1) j CROSS JOIN events v "
    "ON substr(v.recipient, instr(v.recipient, '@') + 1) = j.value "
    "WHERE v.class IN ('sent', 'reply', 'bounce') AND v.recipient IS NOT NULL AND v.at < ?2"
)


def _what(told: Sequence[tuple[str, str, str]], spans: Mapping[str, Sequence[Spans]]) -> What | None:
    """What became of an address, from what was told of it in the order of time."""
    lasting = [what for _, what, _ in told if what in ("reply", "hard")]
    if lasting:
        return "replied" if lasting[-1] == "reply" else "bounced"
    if all(what == "sent" and not _was_read(at, spans.get(source, ())) for at, what, source in told):
        return None
    return "delivered" if all(what == "sent" for _, what, _ in told) else None


def _was_read(sent: str, folders: Sequence[Spans]) -> bool:
    """Whether what came back within some days of a mail was read, in every folder that is read at all."""
    until = (date.fromisoformat(sent[:10]) + BOUNCES_WITHIN).isoformat() + sent[10:]
    return bool(folders) and all(
        any(begin <= sent and until <= end for begin, end in spans) for spans in folders
    )


def _spans(db: Database) -> dict[str, list[Spans]]:
    """What was read without a gap, by mailbox or tool, for each of its folders; spans that meet are one."""
    found: defaultdict[str, Spans] = defaultdict(list)
    for source, begin, end in db.rows(
        "SELECT source, from_at, to_at FROM spans_read ORDER BY from_at, to_at"
    ):
        known = found[source]
        if known and begin <= known[-1][1]:
            known[-1] = (known[-1][0], max(known[-1][1], end))
        else:
            known.append((begin, end))
    by_source: defaultdict[str, list[Spans]] = defaultdict(list)
    for source, spans in found.items():
        by_source[source.partition("/")[0]].append(spans)
    return by_source


def names_of(db: Database, emails: Sequence[str]) -> dict[str, tuple[str | None, str | None]]:
    """First and last name of whoever has each of these addresses, of those that are somebody's."""
    rows = db.execute(
        "SELECT a.email, p.first_name, p.last_name FROM json_each(?) j CROSS JOIN person_addresses a "
        "ON a.email = j.value CROSS JOIN people p ON p.id = a.person_id",
        (json.dumps(list(emails)),),
    )
    return {row[0]: (row[1], row[2]) for row in rows}
