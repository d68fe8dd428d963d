"""Segment files: what is wrong is said with its line and what to write instead; what is right asks just that."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prospector.core.errors import FileError, UsageError
from prospector.core.fields import FILTER_FIELDS, filters
from prospector.core.yaml_text import CONTROL_SIGN
from prospector.normalise.industries import industry_key
from prospector.normalise.technologies import technology_key
from prospector.normalise.text import fold
from prospector.segments.criteria.groups import AllOf, AnyOf, Not
from prospector.segments.language.files import load_segment
from prospector.segments.language.flags import segment_from_flags, segment_text
from prospector.segments.language.parsing import Asking
from prospector.segments.ranking import ranked
from prospector.segments.selection import (
    count_people,
    funnel,
    people_who_match,
    selection_sql,
    undecided_companies,
)
from prospector.store.database import Database
from prospector.store.loading import load_prospects

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from prospector.core.records import Prospect
    from prospector.segments.segment import Segment

AS_OF = date(2026, 11, 22)
ASKING = Asking(AS_OF)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    """Five people: two at a large bank, one at a small one, one at an insurer of unknown size, one nowhere."""
    opened = Database(tmp_path / "prospector.db")
    companies = [
        (1, "Alpha Bank", "banking", 200, 200, "DE"),
        (2, "Beta Bank", "banking", 5, 5, "FR"),
        (3, "Gamma Insurance", "insurance", None, None, "DE"),
    ]
    people = [
        (1, 1, "Ana", "Ruiz", "hr", "manager"),
        (2, 1, "Bo", "Lee", "hr", "director"),
        (3, 2, "Cem", "Ay", "hr", "manager"),
        (4, 3, "Dee", "Orr", "finance", "manager"),
        (5, None, "Eve", "Low", "hr", "manager"),
    ]
    with opened.transaction():
        opened.many(
            "INSERT INTO companies (id, name, industry, headcount_min, headcount_max, country) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            companies,
        )
        opened.many(
            "INSERT INTO people (id, company_id, first_name, last_name, title, department, seniority) "
            "VALUES (?, ?, ?, ?, 'x', ?, ?)",
            people,
        )
    yield opened
    opened.close()


def _load(tmp_path: Path, text: str, asking: Asking = ASKING) -> Segment:
    path = tmp_path / "asked.yaml"
    path.write_text(text, encoding="utf-8")
    return load_segment(path, asking)


def _ids(db: Database, segment: Segment) -> dict[int, str]:
    return dict(people_who_match(db, segment))


# What is wrong


@pytest.mark.parametrize(
    ("text", "line", "what", "hint"),
    [
        ("name: x\ncompny:\n  uses: HubSpot\n", 2, 'no key "compny"', '"company"'),
        ("company:\n  industry: banking\n  hedcount: 5\n", 3, 'no field "hedcount"', '"headcount"'),
        ("company:\n  role: HR manager\n", 2, 'no field "role"', "move it under person:"),
        ("company:\n  uses: Hubspott\n", 2, 'no technology "Hubspott"', '"HubSpot"'),
        ("company:\n  uses:\n  - HubSpot\n  - Hubspott\n", 4, 'no technology "Hubspott"', '"HubSpot"'),
        ("company:\n  uses:\n    none: [Hubspott]\n", 3, 'no technology "Hubspott"', '"HubSpot"'),
        ("company:\n  advertises_on: Gogle Ads\n", 2, 'no ad platform "Gogle Ads"', '"Google Ads"'),
        ("company:\n  industry: bankin\n", 2, 'no industry "bankin"', "did you mean"),
        ("company:\n  country: Atlantis\n", 2, '"Atlantis" is no country', "two-letter code"),
        ("company:\n  hiring: marketting\n", 2, 'no department "marketting"', '"marketing"'),
        ("company:\n  hiring: {titel: manager}\n", 2, 'no key "titel"', '"title"'),
        ("company:\n  hiring:\n  - {titel: manager}\n", 3, 'no key "titel"', '"title"'),
        ("company:\n  hiring: {any: [{titel: manager}]}\n", 2, 'no key "titel"', '"title"'),
        ("company:\n  hiring: {title: '!?'}\n", 2, "has no word in it", "job's title"),
        ("company:\n  hiring: {title: ''}\n", 2, "has no word in it", "job's title"),
        ("company:\n  hiring: {title: x, within: 30}\n", 2, '"30" is no time span', "30d"),
        ("company:\n  hiring: {title: [x]}\n", 2, "without a text", ""),
        ("company:\n  hiring: {}\n", 2, "asks for nothing", "any/all/none"),
        ("person:\n  seniority: managr\n", 2, 'no seniority "managr"', '"manager"'),
        ("person:\n  department: hrr\n", 2, 'no department "hrr"', '"hr"'),
        ("person:\n  role: zauberer\n", 2, "neither a department nor a level", "HR manager"),
        ("person:\n  role: {department: ''}\n", 2, 'no department ""', "known:"),
        ("person:\n  role: [{unknown: include}]\n", 2, 'no key "unknown"', "department"),
        ("person:\n  tenure: 1y\n", 2, '"1y" is no tenure', "< 1y"),
        ("person:\n  tenure: 18m-3m\n", 2, "runs backwards", "3m-18m"),
        ("person:\n  tenure: '> 99999999y'\n", 2, "no time span", "30d"),
        ("company:\n  headcount: ten\n", 2, '"ten" is no headcount', '"> 10"'),
        ("company:\n  headcount: '> -5'\n", 2, "is no headcount", '"> 10"'),
        ("company:\n  headcount: '> 99999999999999999999'\n", 2, "is no headcount", '"> 10"'),
        ("company:\n  headcount: 5-99999999999999999999\n", 2, "is no headcount", '"> 10"'),
        ("company:\n  headcount: 50-11\n", 2, "is no headcount", '"> 10"'),
        # YAML takes a bare > for the start of a long text
        ("company:\n  headcount: > 10\n", 2, "needs quotes", '"> 10"'),
        ("company:\n  headcount: >10\n", 2, "needs quotes", '"> 10"'),
        ("company:\n  headcount: >= 10\n", 2, "needs quotes", '"> 10"'),
        ("company:\n  headcount: >9\n", 2, "no value", '"> 10"'),
        ("company:\n  headcount:\n", 2, "has no value", '"> 10"'),
        ("company:\n  headcount: ''\n", 2, "no value", ""),
        ("company:\n  headcount: []\n", 2, "empty list", "at least one"),
        ("company:\n  headcount: [[1]]\n", 2, "has no value", ""),
        ("company:\n  uses: {any: []}\n", 2, "empty list", "at least one"),
        ("company:\n  uses: {}\n", 2, "asks for nothing", "any/all/none"),
        ("company:\n  uses: {some: HubSpot}\n", 2, 'no key "some"', ""),
        ("company:\n  uses: [{any: HubSpot}]\n", 2, "takes a word", ""),
        ("company:\n  uses: HubSpot\n  uses: Zoom\n", 3, "second time", "line 2"),
        ("company: [uses]\n", 1, "must hold", ""),
        ("company: banking\n", 1, "must hold", ""),
        ("company:\n", 1, "must hold", ""),
        ("name: [x]\ncompany: {uses: HubSpot}\n", 1, "must be a text", ""),
        ("name: x\n", None, "asks for nothing", "prospector fields"),
        ("", None, "asks for nothing", "prospector fields"),
        ("- uses: HubSpot\n", 1, "not a list of names and values", ""),
        ("company: {uses: HubSpot}\nunknown: includ\n", 2, 'cannot be "includ"', '"include"'),
        ("company:\n  uses: {any: HubSpot, unknown: x}\n", 2, 'cannot be "x"', "exclude, review, include"),
        ("company:\n  hiring: {title: x, unknown: y}\n", 2, 'cannot be "y"', "exclude, review, include"),
        ("any_of: []\n", 1, '"any_of" is empty', "- field: value"),
        ("not:\n", 1, '"not" is empty', "- field: value"),
        ("any_of: [banking]\n", 1, "holds groups", ""),
        ("any_of:\n- {uses: HubSpot}\n", 2, 'no key "uses"', ""),
        ("any_of:\n- company: {uses: HubSpot}\n- company: {}\n", 3, "empty group", ""),
        ("company:\n  any_of:\n  - {}\n  - {uses: HubSpot}\n", 3, "empty group", ""),
        ("company: {uses: HubSpot}\nscore: 5\n", 2, "must be a list", "points"),
        ("company: {uses: HubSpot}\nscore: [5]\n", 2, "needs points", ""),
        ("company: {uses: HubSpot}\nscore:\n- {points: x, when: {company: {uses: Zoom}}}\n", 3, "number", "whole"),
        ("company: {uses: HubSpot}\nscore:\n- {point: 5, when: {company: {uses: Zoom}}}\n", 3, "no key", '"points"'),
        ("company: {uses: HubSpot}\nscore:\n- {points: 5}\n", 3, '"when" must hold', ""),
        ("company: {uses: HubSpot}\nscore:\n- {points: 5, when: {}}\n", 3, '"when" is empty', ""),
        ("company: {uses: HubSpot}\nscore:\n- {points: 5, when: {company: {}}}\n", 3, '"when" is empty', ""),
        ("company: {uses: HubSpot}\nqualify: {mqll: 5}\n", 2, 'no key "mqll"', '"mql"'),
        ("company: {uses: HubSpot}\nqualify: {mql: many}\n", 2, "must be a number", "whole"),
        ("company: {uses: HubSpot}\nlimit: {per_company: 0}\n", 2, "cannot be 0", "whole"),
        ("company: {uses: HubSpot}\nlimit: 5\n", 2, "must hold", ""),
        ("company: {uses: HubSpot}\nlimit: {per_compny: 5}\n", 2, "no key", '"per_company"'),
        ("company: {uses: Hub\tSpot, a\n", 2, "", ""),
    ],
)  # fmt: skip
def test_a_fault_is_reported_with_its_line_and_what_to_write_instead(
    tmp_path: Path, text: str, line: int | None, what: str, hint: str
) -> None:
    with pytest.raises(FileError) as caught:
        _load(tmp_path, text)
    assert (caught.value.line, caught.value.exit_code) == (line, 2), caught.value.message
    assert what in caught.value.what
    assert hint in caught.value.hint
    assert caught.value.message.startswith(f"{tmp_path}/asked.yaml:{f'{line}:' if line else ''}")


def test_a_missing_file_a_folder_and_a_file_that_is_no_text_are_file_errors(tmp_path: Path) -> None:
    (tmp_path / "binary.yaml").write_bytes(b"name: \xff\xfe\n")
    for path in (tmp_path / "none.yaml", tmp_path, tmp_path / "binary.yaml"):
        with pytest.raises(FileError):
            load_segment(path, ASKING)


@given(st.text(max_size=60))
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_whatever_stands_in_a_value_is_read_or_refused_as_a_fault_of_the_file(
    tmp_path: Path, text: str
) -> None:
    for field in FILTER_FIELDS:
        with suppress(UsageError):
            segment_from_flags({field.name: [text]}, ASKING)
    path = tmp_path / "any.yaml"
    path.write_text(f"company: {{headcount: {text}}}\n", encoding="utf-8", errors="replace")
    with suppress(FileError):
        load_segment(path, ASKING)


# Nobody's words become SQL

_ATTACKS = ["x'; DROP TABLE people; --", "banking' OR '1'='1", 'x" OR 1=1 --', "') OR 1=1 --", "x:v0?1@a$b"]


@pytest.mark.parametrize("attack", _ATTACKS)
def test_values_are_bound_and_never_part_of_the_statement(tmp_path: Path, db: Database, attack: str) -> None:
    # Imported lists may bring such names, and then they may be asked for.
    own = Asking(
        AS_OF,
        technologies=frozenset([technology_key(attack)]),
        industries=frozenset([f"other:{attack.casefold()}"]),
    )
    quoted = "'" + attack.replace("'", "''") + "'"
    asked = [
        f"{field.subject}: {{{field.name}: {form.format(quoted)}}}"
        for field in FILTER_FIELDS
        for form in ("{}", "[{}]", "{{any: {}, unknown: include}}", "{{none: [{}], unknown: review}}")
    ]
    words = quoted.replace(";", "")  # with it, the title would be a list in one value
    long = f"{{title: {words}, within: 30d, unknown: include}}"
    read = [segment for text in asked if (segment := _read_or_refused(tmp_path, text, own))]
    read.append(_load(tmp_path, f"company: {{hiring: {long}}}"))
    assert {asked.field for segment in read for asked in segment.asked} >= {"industry", "uses", "hiring"}
    for segment in read:
        sql, _ = selection_sql(segment)
        assert attack not in sql
        assert "DROP" not in sql
        everybody = count_people(db, segment)
        assert (everybody.match + everybody.no_match + everybody.unknown) == 5
        people_who_match(db, segment)
        funnel(db, segment)
        undecided_companies(db, segment)
    assert db.value("SELECT count(*) FROM people") == 5


def _read_or_refused(tmp_path: Path, text: str, asking: Asking) -> Segment | None:
    try:
        return _load(tmp_path, text, asking)
    except FileError:
        return None


# What is right


def test_a_list_means_any_and_the_long_form_says_any_all_and_none(tmp_path: Path) -> None:
    any_ = _load(tmp_path, "company: {uses: [HubSpot, Zoom]}").entries[0].question
    assert isinstance(any_.question, AnyOf)  # type: ignore[attr-defined]
    text = "company: {uses: {any: [HubSpot, Zoom], all: [Slack, Asana], none: Salesforce}}"
    asked = _load(tmp_path, text).asked[0].question
    assert isinstance(asked, AllOf)
    assert [type(one) for one in asked.questions] == [AnyOf, AllOf, Not]


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("company: {industry: banking}", {1, 2, 3}),
        ("company: {industry: [banking, insurance]}", {1, 2, 3, 4}),
        ("company: {industry: {none: banking}}", {4}),
        ("company: {industry: {all: [banking, insurance]}}", set()),
        ("company: {industry: banking, headcount: '> 10'}", {1, 2}),
        ("company: {country: NO}", set()),
        ("company: {country: [Germany, fr]}", {1, 2, 3, 4}),
        ("company: {industry: banking, not: {country: FR}}", {1, 2}),
        ("company: {any_of: [{country: FR}, {headcount: '> 10'}]}", {1, 2, 3}),
        ("company: {all_of: [{country: DE}, {industry: banking}]}", {1, 2}),
        ("not: {company: {industry: banking}, person: {seniority: director}}", {1, 3, 4, 5}),
        ("not: [{company: {industry: banking}}, {person: {seniority: director}}]", {4}),
        ("any_of: [{company: {industry: insurance}}, {person: {role: HR director}}]", {2, 4}),
        ("company: {industry: banking}\nany_of: [{person: {seniority: director}}, {company: {country: FR}}]", {2, 3}),
        ("any_of:\n- not: {any_of: [{person: {department: hr}}, {person: {department: sales}}]}", {4}),
        ("person: {role: HR manager}", {1, 3, 5}),
        ("person: {role: HR manager+}", {1, 2, 3, 5}),
        ("person: {role: {department: hr, seniority: director+}}", {2}),
        ("person: {role: [CHRO, HR director, {department: finance}]}", {2, 4}),
        ("person: {seniority: manager+}", {1, 2, 3, 4, 5}),
        ("person: {seniority: {any: manager+, none: manager}}", {2}),
        ("person: {department: human resources}", {1, 2, 3, 5}),
    ],
)  # fmt: skip
def test_criteria_and_groups_find_whom_they_describe(
    tmp_path: Path, db: Database, text: str, people: set[int]
) -> None:
    assert set(_ids(db, _load(tmp_path, text))) == people


def test_the_policy_for_unknown_answers_is_the_files_or_the_criterions_own(
    tmp_path: Path, db: Database
) -> None:
    base = "company:\n  industry: [banking, insurance]\n"
    counts = None
    for policy, answer in (("exclude", None), ("review", "review"), ("include", "unknown")):
        expected = {1: "match", 2: "match"} | ({4: answer, 5: answer} if answer else {})
        segment = _load(tmp_path, f"{base}  headcount: '> 10'\nunknown: {policy}\n")
        assert _ids(db, segment) == expected
        own = f"{{any: ['> 10'], unknown: {policy}}}"
        # Eve's industry is unknown, too, so that the file's stricter policy decides.
        segment_own = _load(tmp_path, f"{base}  headcount: {own}\n")
        assert _ids(db, segment_own) == {key: value for key, value in expected.items() if key != 5}
        counts = counts or count_people(db, segment)
        assert counts == count_people(db, segment) == count_people(db, segment_own)


def test_the_strictest_policy_among_the_unknown_criteria_decides(tmp_path: Path, db: Database) -> None:
    text = """
company:
  headcount: {any: "> 10", unknown: include}
  hiring: {department: marketing, unknown: review}
person:
  role: {department: hr, unknown: exclude}
"""
    # Of all three only hiring is unknown of Ana and Bo; size and hiring are unknown of Eve; Dee's role says no.
    assert _ids(db, _load(tmp_path, text)) == {1: "review", 2: "review", 5: "review"}


def _prospects(db: Database) -> list[Prospect]:
    return list(load_prospects(db, [1, 2, 3, 4, 5]))


def test_scores_add_up_with_their_reasons_and_reach_the_highest_threshold(
    tmp_path: Path, db: Database
) -> None:
    segment = _load(
        tmp_path,
        """
company: {industry: [banking, insurance]}
score:
  - {points: 30, when: {company: {headcount: ">= 100"}}, because: large}
  - {points: 25, when: {person: {seniority: director+}, company: {country: DE}}}
  - {points: -10, when: {not: {company: {country: DE}}}, because: abroad}
qualify: {mql: 20, sql: 50}
""",
    )
    scores = [segment.points(prospect) for prospect in _prospects(db)]
    assert scores == [
        (30, ["large +30"]),
        (55, ["large +30", "person.seniority, company.country +25"]),
        (-10, ["abroad -10"]),
        (0, []),  # an unknown size gives no points
        (0, []),
    ]
    assert [segment.qualification(points) for points, _ in scores] == ["mql", "sql", None, None, None]


def test_the_best_come_first_and_a_company_gives_no_more_people_than_its_limit(
    tmp_path: Path, db: Database
) -> None:
    text = "company: {industry: [banking, insurance]}\nlimit: {per_company: 1}\n"
    score = "score: [{points: 5, when: {person: {seniority: director}}, because: x}]\n"
    found = [(row.prospect.person.first_name, row.score) for row in ranked(db, _load(tmp_path, text + score))]
    assert found == [("Bo", 5), ("Cem", 0), ("Dee", 0)]
    found = [(row.prospect.person.first_name, row.score) for row in ranked(db, _load(tmp_path, text))]
    assert found == [("Bo", 0), ("Cem", 0), ("Dee", 0)], "the same company: by family name"


def test_a_technology_that_only_imported_lists_name_can_be_asked_for_and_its_absence_is_unknown(
    tmp_path: Path, db: Database
) -> None:
    known = Asking(AS_OF, technologies=frozenset(["house-tool"]))
    segment = _load(tmp_path, "company: {uses: House Tool}", known)
    assert count_people(db, segment).unknown == 5
    db.execute(
        "INSERT INTO company_technologies (company_id, technology, source, name, first_seen, last_seen) "
        "VALUES (1, 'house-tool', 'file:x', 'House Tool', '2026-01-01', '2026-01-01')"
    )
    assert set(_ids(db, segment)) == {1, 2}


# Flags


def test_no_flags_ask_for_everybody(db: Database) -> None:
    segment = segment_from_flags({}, ASKING)
    assert set(_ids(db, segment)) == {1, 2, 3, 4, 5}
    counts = count_people(db, segment)
    assert (counts.match, counts.no_match, counts.unknown) == (5, 0, 0)
    assert funnel(db, segment) == []
    assert undecided_companies(db, segment) == []
    assert segment_from_flags({"industry": []}, ASKING).entries == ()


def _is_no_map(text: str) -> bool:
    return not text.strip().startswith("{")


FLAGS: list[dict[str, list[str]]] = [
    {"industry": ["banking", "insurance"], "headcount": ["> 10"], "country": ["Germany"]},
    {"uses": ["HubSpot", "hub spot"], "advertises_on": ["Google Ads"], "hiring": ["marketing", "sales"]},
    {"role": ["HR manager", "CFO"], "department": ["hr"], "seniority": ["manager+"], "tenure": ["< 1y", "3m-18m"]},
    {"tenure": [">90d"], "industry": ["financial services"]},
]  # fmt: skip


@pytest.mark.parametrize("flags", FLAGS)
@pytest.mark.parametrize("unknown", ["exclude", "include", "review"])
def test_saved_flags_ask_the_same_as_the_flags(
    tmp_path: Path, db: Database, flags: Mapping[str, Sequence[str]], unknown: str
) -> None:
    said = segment_from_flags(flags, ASKING, unknown=unknown)
    saved = _load(tmp_path, segment_text("a name", flags, unknown))
    assert saved.title == "a name"
    assert {entry.label: entry.question.question for entry in saved.entries} == {  # type: ignore[attr-defined]
        entry.label: entry.question.question  # type: ignore[attr-defined]
        for entry in said.entries
    }
    assert {asked.policy for asked in saved.asked} == {unknown}
    assert _ids(db, saved) == _ids(db, said)
    assert [entry.label for entry in said.entries] == [f"{filters()[name].subject}.{name}" for name in flags]


WORDS = st.characters().filter(lambda sign: not CONTROL_SIGN.match(sign))


@given(
    st.text(WORDS, max_size=30), st.text(WORDS, min_size=1, max_size=30).filter(str.strip).filter(_is_no_map)
)
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_words_survive_being_saved(tmp_path: Path, title: str, industry: str) -> None:
    own = f"other:{fold(industry.strip())}"
    asking = Asking(AS_OF, industries=frozenset([own]))
    flags = {"industry": [industry]}
    said = segment_from_flags(flags, asking)
    saved = _load(tmp_path, segment_text(title, flags), asking)
    assert saved.title == (title or "asked")
    assert saved.asked[0].question == said.asked[0].question
    assert industry_key(industry.strip()) or saved.asked[0].question.values == (own,)  # type: ignore[attr-defined]


def test_what_no_file_may_hold_is_not_saved() -> None:
    with pytest.raises(UsageError, match="control character"):
        segment_text("a name", {"industry": ["bank\x1bing"]})


def test_a_flag_that_begins_a_map_and_does_not_end_it_is_a_wrong_flag() -> None:
    with pytest.raises(UsageError, match="--hiring"):
        segment_from_flags({"hiring": ["{title: x"]}, ASKING)


def test_a_wrong_flag_names_the_flag_and_a_near_miss() -> None:
    with pytest.raises(UsageError, match="--uses") as caught:
        segment_from_flags({"uses": ["Hubspott"]}, ASKING)
    assert '"HubSpot"' in caught.value.hint
    with pytest.raises(UsageError, match="--unknown"):
        segment_from_flags({"uses": ["HubSpot"]}, ASKING, unknown="maybe")
