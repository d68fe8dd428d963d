"""The best SQL that we could write by hand for ten segments of the library: one query for those who match, one for
those who match or are unknown. Values are written in, the order of asking is chosen for the data.

Everybody else does not match, so three counts need these two and the number of people.
"""

from __future__ import annotations

from prospector.normalise.industries import industry_with_children

FRESH = "'2026-10-23'"
MANAGERS = ("owner", "c_suite", "partner", "vp", "director", "manager")
DIRECTORS = MANAGERS[:-1]


def _in(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def _industry(*keys: str) -> str:
    return _in("c.industry", tuple(sorted(set().union(*(industry_with_children(key) for key in keys)))))


def _industry_open(*keys: str) -> str:
    return f"({_industry(*keys)} OR c.industry IS NULL OR (c.industry >= 'other:' AND c.industry < 'other;'))"


_USE = "t.company_id = c.id AND t.gone_on IS NULL AND (t.grade IS NULL OR t.grade <= 3)"
_BUYS = "t.level IN ('conversion', 'remarketing', 'stated')"
_LISTED = "t.gone_on IS NULL AND (t.grade IS NULL OR t.grade <= 3)"


def _uses(technology: str) -> str:
    return f"EXISTS (SELECT 1 FROM company_technologies t WHERE {_USE} AND t.technology = '{technology}')"


def _advertises(platforms: tuple[str, ...]) -> str:
    wanted = f"{_in('t.advertises_on', platforms)} AND {_BUYS}"
    return f"EXISTS (SELECT 1 FROM company_technologies t WHERE {_USE} AND {wanted})"


def _unread(*channels: str) -> str:
    missing = "NOT EXISTS (SELECT 1 FROM readings r WHERE r.company_id = c.id AND r.channel = '{}')"
    return " OR ".join(missing.format(channel) for channel in channels)


_JOBS_UNREAD = (
    "NOT EXISTS (SELECT 1 FROM readings r "
    f"WHERE r.company_id = c.id AND r.channel = 'jobs' AND r.read_on >= {FRESH})"
)
_OPEN = f"o.closed_on IS NULL AND o.last_seen >= {FRESH}"


def _hiring(wanted: str) -> str:
    return f"EXISTS (SELECT 1 FROM openings o WHERE o.company_id = c.id AND {wanted} AND {_OPEN})"


def _hiring_for(department: str) -> str:
    return _hiring(f"o.department = '{department}'")


def _headcount(low: int, high: int | None) -> str:
    most = f" AND c.headcount_max <= {high}" if high else ""
    return f"c.headcount_min >= {low}{most}"


def _headcount_open(low: int, high: int | None) -> str:
    least = f" AND (c.headcount_min IS NULL OR c.headcount_min <= {high})" if high else ""
    return f"((c.headcount_max IS NULL OR c.headcount_max >= {low}){least})"


def _role(department: str, levels: tuple[str, ...] = ()) -> str:
    level = f" AND {_in('p.seniority', levels)}" if levels else ""
    return f"p.department = '{department}'{level}"


_UNTITLED = "(p.department IS NULL AND p.seniority IS NULL AND p.title IS NULL)"


def _started(first: str, last: str) -> str:
    return f"p.role_started_from >= '{first}' AND p.role_started_to <= '{last}'"


def _started_open(first: str, last: str) -> str:
    return (
        "(p.role_started_from IS NULL OR p.role_started_from > '2026-11-22' "
        f"OR (p.role_started_to >= '{first}' AND p.role_started_from <= '{last}'))"
    )


def _people_first(people: str, companies: str) -> str:
    return (
        "SELECT count(*) FROM people p CROSS JOIN companies c "
        f"WHERE c.id = p.company_id AND {people} AND {companies}"
    )


def _companies_first(people: str, companies: str) -> str:
    listed = f"SELECT c.id FROM companies c WHERE {companies}"
    return f"SELECT count(*) FROM people p WHERE p.company_id IN ({listed}) AND {people}"


def _open(people: str, companies: str) -> str:
    """Those of open companies, and those without a company, of which everything is open."""
    alone = f"SELECT count(*) FROM people p WHERE p.company_id IS NULL AND {people}"
    return f"SELECT ({_companies_first(people, companies)}) + ({alone})"


_HR = _role("hr", MANAGERS)
_YEAR = ("2025-11-23", "2026-11-22")
_HALF_YEAR = ("2026-05-23", "2026-11-22")
_MONTHS = ("2026-02-22", "2026-10-22")
_NURSES = " OR ".join(
    ["o.department = 'healthcare'"]
    + [f"instr(o.title_key, ' {word} ')" for word in ("nurse", "pflege", "infirmier", "enfermera")]
)
_HIRING_NURSES = _hiring(f"({_NURSES})")
_ENOUGH_ENGINEERS = (
    "(SELECT count(*) FROM openings o "
    f"WHERE o.department = 'engineering' AND o.company_id = c.id AND {_OPEN}) >= 3"
)
_HR_OR_ENGINEERING = f"(({_HR}) OR ({_role('engineering', DIRECTORS)}))"
_OPERATIONS_WORDS = " OR ".join(
    f"instr(p.title_key, ' {words} ')"
    for words in ("revenue operations", "revops", "sales operations", "marketing operations", "crm")
)
_OPERATIONS = f"(({_role('operations', MANAGERS)}) OR {_OPERATIONS_WORDS})"
_IT = f"(p.department IN ('it', 'security') AND {_in('p.seniority', MANAGERS)})"
_NORTH = ("DE", "AT", "CH", "NL", "BE", "PL")
_SHOP_PEOPLE = f"(({_role('marketing', MANAGERS)}) OR p.seniority IN ('owner', 'c_suite'))"
_PLATFORMS = ("Meta Ads", "Google Ads")
_SHOPS = (
    f"c.id IN (SELECT t.company_id FROM company_technologies t WHERE t.category = 'commerce' AND {_LISTED})"
)

QUERIES: dict[str, tuple[str, str]] = {
    "finance-new-hr": (
        _people_first(
            f"{_role('hr', ('manager',))} AND {_started(*_YEAR)}",
            f"{_industry('financial_services')} AND {_headcount(11, None)} AND {_uses('hubspot')} "
            f"AND {_advertises(('Google Ads',))} AND {_hiring_for('marketing')}",
        ),
        _open(
            f"({_UNTITLED} OR ({_role('hr', ('manager',))})) AND {_started_open(*_YEAR)}",
            f"{_industry_open('financial_services')} AND {_headcount_open(11, None)} "
            f"AND ({_unread('html', 'tag_manager')} OR ({_uses('hubspot')} AND {_advertises(('Google Ads',))})) "
            f"AND ({_JOBS_UNREAD} OR {_hiring_for('marketing')})",
        ),
    ),
    "agencies-owners": (
        _companies_first(
            "p.seniority IN ('owner', 'c_suite', 'partner') AND p.email IS NOT NULL",
            f"{_industry('marketing_advertising')} AND {_headcount(3, 50)}",
        ),
        _open(
            f"({_UNTITLED} OR p.seniority IN ('owner', 'c_suite', 'partner')) AND p.email IS NOT NULL",
            f"{_industry_open('marketing_advertising')} AND {_headcount_open(3, 50)}",
        ),
    ),
    "clinics-people-leaders": (
        _companies_first(_HR, f"{_industry('healthcare')} AND {_headcount(100, None)} AND {_HIRING_NURSES}"),
        _open(
            f"({_UNTITLED} OR ({_HR}))",
            f"{_industry_open('healthcare')} AND {_headcount_open(100, None)} "
            f"AND ({_JOBS_UNREAD} OR {_HIRING_NURSES})",
        ),
    ),
    "engineering-hirers": (
        _companies_first(
            _HR_OR_ENGINEERING,
            f"{_headcount(20, 2000)} AND c.id IN (SELECT o.company_id FROM openings o "
            f"WHERE o.department = 'engineering' AND {_OPEN} GROUP BY o.company_id HAVING count(*) >= 3)",
        ),
        _open(
            f"({_UNTITLED} OR {_HR_OR_ENGINEERING})",
            f"{_headcount_open(20, 2000)} AND ({_JOBS_UNREAD} OR {_ENOUGH_ENGINEERS})",
        ),
    ),
    "hubspot-revenue-operations": (
        _companies_first(
            _OPERATIONS,
            f"{_headcount(20, 1000)} AND c.id IN (SELECT t.company_id FROM company_technologies t "
            f"WHERE t.technology = 'hubspot' AND {_LISTED})",
        ),
        _open(
            f"(p.title IS NULL OR p.title_key IS NULL OR {_OPERATIONS})",
            f"{_headcount_open(20, 1000)} AND ({_unread('html', 'tag_manager')} OR {_uses('hubspot')})",
        ),
    ),
    "logistics-operations": (
        _companies_first(
            _role("operations", MANAGERS),
            f"{_industry('logistics')} AND {_in('c.country', _NORTH)} AND {_headcount(50, 2000)}",
        ),
        _open(
            f"({_UNTITLED} OR ({_role('operations', MANAGERS)}))",
            f"{_industry_open('logistics')} AND (c.country IS NULL OR {_in('c.country', _NORTH)}) "
            f"AND {_headcount_open(50, 2000)}",
        ),
    ),
    "manufacturers-it-leaders": (
        _companies_first(
            _IT,
            f"{_industry('manufacturing')} AND {_in('c.country', _NORTH[:3])} AND {_headcount(200, 5000)}",
        ),
        _open(
            f"({_UNTITLED} OR {_IT})",
            f"{_industry_open('manufacturing')} AND (c.country IS NULL OR {_in('c.country', _NORTH[:3])}) "
            f"AND {_headcount_open(200, 5000)}",
        ),
    ),
    "new-finance-chiefs": (
        _people_first(
            f"{_role('finance', DIRECTORS)} AND {_started(*_MONTHS)}",
            f"{_headcount(50, 1000)} AND c.industry IS NOT NULL AND NOT {_industry('banking', 'insurance')} "
            "AND NOT (c.industry >= 'other:' AND c.industry < 'other;')",
        ),
        _open(
            f"({_UNTITLED} OR ({_role('finance', DIRECTORS)})) AND {_started_open(*_MONTHS)}",
            f"{_headcount_open(50, 1000)} AND (c.industry IS NULL OR NOT {_industry('banking', 'insurance')})",
        ),
    ),
    "saas-new-sales-lead": (
        _companies_first(
            f"{_role('sales', DIRECTORS)} AND {_started(*_HALF_YEAR)}",
            f"{_industry('software')} AND {_headcount(20, 500)} AND {_hiring_for('sales')}",
        ),
        _open(
            f"({_UNTITLED} OR ({_role('sales', DIRECTORS)})) AND {_started_open(*_HALF_YEAR)}",
            f"{_industry_open('software')} AND {_headcount_open(20, 500)} "
            f"AND ({_JOBS_UNREAD} OR {_hiring_for('sales')})",
        ),
    ),
    "shops-buying-ads": (
        _companies_first(_SHOP_PEOPLE, f"{_SHOPS} AND {_headcount(5, 200)} AND {_advertises(_PLATFORMS)}"),
        _open(
            f"({_UNTITLED} OR {_SHOP_PEOPLE})",
            f"{_headcount_open(5, 200)} AND (NOT EXISTS (SELECT 1 FROM readings r "
            f"WHERE r.company_id = c.id AND r.channel = 'html') OR "
            f"(EXISTS (SELECT 1 FROM company_technologies t WHERE {_USE} AND t.category = 'commerce') "
            f"AND ({_unread('tag_manager')} OR {_advertises(_PLATFORMS)})))",
        ),
    ),
}
"""Segment to (match, match or unknown)."""


def three_counts(name: str) -> str:
    """One statement with both counts and the number of people."""
    match, possible = QUERIES[name]
    return f"SELECT ({match}), ({possible}), (SELECT count(*) FROM people)"
