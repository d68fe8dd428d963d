from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from prospector.normalise.people import PersonName, parse_name, tidy_name

NAMES = Path(__file__).parents[2].parent / "shared" / "data" / "person_names"


@pytest.mark.parametrize(
    ("text", "first", "family"),
    [
        ("John Smith", "John", "Smith"),
        ("Smith, John", "John", "Smith"),
        ("LEFEVRE François", "François", "Lefevre"),
        ("DE LA CRUZ Juan", "Juan", "de la Cruz"),
        ("Minjun KIM", "Minjun", "Kim"),
        ("LI Wei", "Wei", "Li"),
        ("AJ Smith", "AJ", "Smith"),
        ("Dr. Ana María de la Cruz", "Ana", "de la Cruz"),
        ("Prof. Dr. Hans Müller", "Hans", "Müller"),
        ("van der Berg, Jan", "Jan", "van der Berg"),
        ("Beethoven, Ludwig van", "Ludwig", "van Beethoven"),
        ("Vincent Van Gogh", "Vincent", "Van Gogh"),
        ("Juan Ortega y Gasset", "Juan", "Ortega y Gasset"),
        ("Martin Luther King Jr.", "Martin", "King"),
        ("Smith Jr., John", "John", "Smith"),
        ("Ana Ruiz, PhD, MBA", "Ana", "Ruiz"),
        ("Ana Ruiz, SHRM-CP", "Ana", "Ruiz"),
        ("🚀 Ana Ruiz ✨", "Ana", "Ruiz"),
        ("Ana Ruiz (she/her)", "Ana", "Ruiz"),
        ("Ana Ruiz | HR Leader", "Ana", "Ruiz"),
        ('Robert "Bob" Stone', "Robert", "Stone"),
        ("Jane Doe née Smith", "Jane", "Doe"),
        ("Mr. and Mrs. John Smith", "John", "Smith"),
        ("Salem, Abdul Rahman Ahmed", "Abdul Rahman", "Salem"),
        ("ana ruiz-lópez", "Ana", "Ruiz-López"),
        ("RONALD MCDONALD", "Ronald", "McDonald"),
        ("SHAQ O'NEIL", "Shaq", "O'Neil"),
        ("Jack Ma", "Jack", "Ma"),
        ("Mr Smith", None, "Smith"),
        ("Sir John", "John", None),
        ("Ana", "Ana", None),
        ("김민준", "민준", "김"),
        ("田中 太郎さん", "太郎", "田中"),
        ("マイケル ジャクソン", "マイケル", "ジャクソン"),
        ("Smith, Mary Jo", "Mary Jo", "Smith"),
        ("Jean Pierre Dupont", "Jean Pierre", "Dupont"),
        ("Ma. Teresa Santos", "Ma. Teresa", "Santos"),
        ("Smith, von Berg", "von Berg", "Smith"),
        ("Smith, Jr., John", "John", "Smith"),
        ("Ana Ruiz, Head of HR", "Ana", "Ruiz"),
        ("Ana Ruiz, Recruiter, Berlin", "Ana", "Ruiz"),
        ("MBA Ana Ruiz", "Ana", "Ruiz"),
        ("Ana Ruiz AIA-CSI", "Ana", "Ruiz"),
        ("Ana Ruiz Realtor", "Ana", "Ruiz"),
        ("Dipl.-Kfm. Peter Stein", "Peter", "Stein"),
        ("Mayor of London Ana Ruiz", "Ana", "Ruiz"),
        ("Prince Rogers Stone", "Prince", "Stone"),
        ("Kim Min-jun", "Min-jun", "Kim"),
        ("Stone Mark R", "Mark", "Stone"),
        ("김민준 이사", "민준", "김"),
        (", MD PhD", None, None),
        ("Dr. Stone Sir.", None, "Stone"),
        # offices and forms of address in more languages, glued and joined
        ("The Honorable Walter B. Trenholm, PhD", "Walter", "Trenholm"),
        ("Univ.-Prof. Dr. Eva Gruber", "Eva", "Gruber"),
        ("Priv.-Doz. Dr. med. Hans Müller", "Hans", "Müller"),
        ("Komm.-Rat Hans Müller", "Hans", "Müller"),
        ("Dr.Anna Kranz", "Anna", "Kranz"),
        ("Dipl.-Ing.Anna Kranz", "Anna", "Kranz"),
        ("Prof.Dr.Anna Kranz", "Anna", "Kranz"),
        ("Xyzzy. Anna Kranz", "Anna", "Kranz"),
        ("Hans Müller i.R.", "Hans", "Müller"),
        ("dr hab. n. med. Anna Nowak", "Anna", "Nowak"),
        ("mgr inż. Piotr Zieliński", "Piotr", "Zieliński"),
        ("Eng.ª Maria Silva", "Maria", "Silva"),
        ("Don Carlos Ruiz", "Carlos", "Ruiz"),
        ("Don Draper", "Don", "Draper"),
        ("Pastor Chinedu Okafor", "Chinedu", "Okafor"),
        ("г-н Иван Петров", "Иван", "Петров"),
        ("د. محمد علي", "محمد", "علي"),
        ("คุณสมชาย ใจดี", "สมชาย", "ใจดี"),
        ("Mehmet Yılmaz Bey", "Mehmet", "Yılmaz"),
        # behind a comma only what has the shape of a name is a given name
        ("Jane Roe, MBChB", "Jane", "Roe"),
        ("Jane Roe, FRCXyz, DipHE", "Jane", "Roe"),
        ("Roe, MBChB", None, "Roe"),
        ("Roe, Ing.", None, "Roe"),
        ("Roe, DeShawn", "DeShawn", "Roe"),
        ("GISCARD d'ESTAING, VALÉRY", "Valéry", "Giscard d'ESTAING"),
        ("MARIA GOMEZ Y PEÑA", "Maria", "Gomez y Peña"),
        # East Asian names with posts and dots
        ("김민준 부장님", "민준", "김"),
        ("이·민호", "민호", "이"),
        ("ジョン・F・ケネディ", "ジョン", "ケネディ"),
        ("玛丽·居里", "玛丽", "居里"),
        ("王小明 博士", None, "王小明"),
        # quotes, log-ins, adverts
        ("'Anna Kranz'", "Anna", "Kranz"),
        ("anna_kranz", "Anna", "Kranz"),
        ("xkranz84", None, None),
        ("Anna Kranz 🚀 Hiring now", "Anna", "Kranz"),
        ("Anna Kranz helping brands grow", "Anna", "Kranz"),
        ("Anna Kranz #opentowork", "Anna", "Kranz"),
        ("CEO Anna Kranz", "Anna", "Kranz"),
        ("Anna Kranz/CFO", "Anna", "Kranz"),
        ("Attn: Anna Kranz", "Anna", "Kranz"),
        ("z. Hd. Anna Kranz", "Anna", "Kranz"),
    ],
)
def test_given_and_family_name_are_told_apart(text: str, first: str | None, family: str | None) -> None:
    name = parse_name(text)
    assert (name.given, name.family) == (first, family)


def test_every_part_has_its_place() -> None:
    assert parse_name("Dr. Ana María de la Cruz Jr., MBA") == PersonName(
        given="Ana", middle="María", family="de la Cruz", prefix="Dr.", suffix="Jr. MBA"
    )


@pytest.mark.parametrize(
    "text",
    [
        "J. Smith",
        "JW Byrd",
        "Mr Smith",
        "Bill & Tracy Hosmer",
        "Sales Team",
        "ana@x.example",
        "N/A",
        "",
        "Md Karim",
        "PhD Smith",
        "https://x.example/ana",
        "Nguyễn Thị Mai",
        "Dr",
        "12345",
        "李明",
        "Glowacki Julie",
        "Julie, Glowacki",
        "José y María Santos",
        "Ruiz, Recruiter",
        "Xyz. Smith",
        "Kim Minsu",
        "Nagy László",
        "Sato Yuki",
        "Trần Văn Bình",
        "RA Hans Müller",
        "Roe, XIMENA",
        "Ana Ruiz, Berlin",
        "HAMMOND",
        "Don Carlos",
        "Van Morrison",
        "The President of the Division",
        "Mary-Jo.Smith",
        "Xyzzy Paul Stone",
        "Stone A.",
        "iDa MoOr",
        "Иван Ж. Петров, Ж",
    ],
)
def test_nobody_is_greeted_by_an_initial_a_title_or_a_guess(text: str) -> None:
    assert parse_name(text).greeting is None


@pytest.mark.parametrize(
    ("text", "greeting"),
    [
        ("SMITH, ANA", "Ana"),
        ("jean-luc picard", "Jean-Luc"),
        ("Dr. Ana Ruiz", "Ana"),
        ("Ed Stone", "Ed"),
        ("김민준", "민준"),
    ],
)
def test_a_known_given_name_is_the_greeting(text: str, greeting: str) -> None:
    assert parse_name(text).greeting == greeting


@pytest.mark.parametrize(
    ("cell", "tidy"),
    [
        ("ANA", "Ana"),
        ("ruiz", "Ruiz"),
        ("McDonald", "McDonald"),
        ("mcdonald", "McDonald"),
        ("MACDONALD", "MacDonald"),
        ("O'NEIL", "O'Neil"),
        ("DE LA CRUZ", "de la Cruz"),
        ("van der Berg", "van der Berg"),
        ("VAN DER BERG", "van der Berg"),
        ("VAN", "Van"),
        ("jean-luc", "Jean-Luc"),
        ("Ana 🚀", "Ana"),
        ("Dr. Ana", "Ana"),
        ("Ruiz, PhD", "Ruiz"),
        ("Ruiz MBA", "Ruiz"),
        ("Ruiz (Gómez)", "Ruiz"),
        ("AJ", "AJ"),
        ("LI", "Li"),
        ("Ma", "Ma"),
        ("DeShawn", "DeShawn"),
        ("ÉLODIE", "Élodie"),
        ("Ana María", "Ana María"),
    ],
)
def test_a_cell_with_one_part_of_a_name_is_tidied(cell: str, tidy: str) -> None:
    assert tidy_name(cell) == tidy


@pytest.mark.parametrize("cell", [None, "", "-", "123", "🚀", "ana@x.example", "=HYPERLINK(1)", "x" * 500])
def test_a_cell_without_a_name_is_none(cell: str | None) -> None:
    assert tidy_name(cell) is None


@given(st.text(max_size=60))
@example("a0 AA")
def test_any_text_can_be_parsed_and_tidying_twice_changes_nothing(text: str) -> None:
    assert isinstance(parse_name(text), PersonName)
    tidy = tidy_name(text)
    assert tidy_name(tidy) == tidy


WORDS = "Ana RUIZ de la LA van Dr. PhD MA Jr. , & née J. ó 김민준 씨 ( ) y"


@given(st.lists(st.sampled_from(WORDS.split()), max_size=7).map(" ".join))
def test_every_mixture_of_name_words_can_be_parsed(text: str) -> None:
    name = parse_name(text)
    assert name.given is None or name.given.strip() == name.given != ""
    tidy = tidy_name(text)
    assert tidy_name(tidy) == tidy


def _same(one: str | None, other: str | None) -> bool:
    return (one or "").casefold().replace(".", "").strip(" ,") == (other or "").casefold().replace(
        ".", ""
    ).strip(" ,")


def _lines(name: str) -> list[dict[str, Any]]:
    with gzip.open(NAMES / name, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


# What "unambiguous" means for the two public sets of labelled names:
# - parsed names: the set itself flags no ambiguity, and its answer has a given and a family name to be right about;
# - tagged names: one person, whose given name stands first or behind a comma. "Cook Aaron" without a comma can be
#   either order, and is left alone.


def _parsed() -> list[dict[str, Any]]:
    return [case for case in _lines("nameparser_cases.jsonl.gz") if not case["ambiguities"]]


def _share_right(cases: list[dict[str, Any]]) -> float:
    right = 0
    for case in cases:
        name, expected = parse_name(case["text"]), case["expect"]
        right += _same(name.given, expected.get("given")) and _same(name.family, expected.get("family"))
    return right / len(cases)


@pytest.mark.skipif(not NAMES.exists(), reason="the set of parsed names is not here")
def test_unambiguous_names_of_the_public_set_are_split_right() -> None:
    cases = [case for case in _parsed() if case["expect"].get("given") and case["expect"].get("family")]
    assert len(cases) > 180
    assert _share_right(cases) >= 0.97


@pytest.mark.skipif(not NAMES.exists(), reason="the set of parsed names is not here")
def test_cells_of_the_public_set_that_lack_a_part_are_rarely_split_wrong() -> None:
    assert _share_right(_parsed()) >= 0.96


def _tagged() -> list[tuple[str, str, str]]:
    """Text, given names and family name of each unambiguous case."""
    cases = []
    for case in _lines("probablepeople_person.jsonl.gz"):
        tags = [tag for tag, _ in case["tokens"]]
        first = [word for tag, word in case["tokens"] if tag in ("GivenName", "FirstInitial")]
        family = [word for tag, word in case["tokens"] if tag in ("Surname", "LastInitial")]
        one_person = "And" not in tags and sum(tag.startswith("Prefix") for tag in tags) < 2
        kinds = [tag in ("Surname", "LastInitial") for tag in tags if tag in _NAME_TAGS]
        ordered = not kinds or not kinds[0] or "," in case["text"]
        if first and family and one_person and ordered:
            cases.append((case["text"], " ".join(first), " ".join(family)))
    return cases


_NAME_TAGS = ("GivenName", "FirstInitial", "Surname", "LastInitial")


@pytest.mark.skipif(not NAMES.exists(), reason="the set of labelled names is not here")
def test_labelled_names_of_the_public_set_are_split_right() -> None:
    cases = _tagged()
    wrong = [
        text
        for text, first, family in cases
        if not (_same(parse_name(text).given, first) and _same(parse_name(text).family, family))
    ]
    assert len(cases) > 370
    assert 1 - len(wrong) / len(cases) >= 0.97, wrong


PLAIN = st.from_regex(r"[A-Z][a-zéü]{2,8}", fullmatch=True)


@given(PLAIN, PLAIN, st.booleans())
def test_what_is_read_the_short_way_is_read_alike_the_long_way(
    first: str, family: str, shouted: bool
) -> None:
    for cell in (f"{first} {family}", f"{family}, {first}"):
        plain = cell.upper() if shouted else cell
        untidy = f" {plain.replace(' ', '  ')}*"
        assert parse_name(plain) == parse_name(untidy)
        assert parse_name(plain).greeting == parse_name(untidy).greeting
    assert tidy_name(first) == tidy_name(f"  {first} *")


_NO_GREETING = ("Prefix", "Suffix", "FirstInitial", "MiddleInitial", "LastInitial")


@pytest.mark.skipif(not NAMES.exists(), reason="the sets of names are not here")
def test_no_greeting_of_the_public_sets_is_a_title_a_suffix_a_particle_or_an_initial() -> None:
    wrong = []
    for case in _lines("probablepeople_person.jsonl.gz"):
        greeting = parse_name(case["text"]).greeting or ""
        tags = {(word.strip('.,()"').casefold(), tag) for tag, word in case["tokens"]}
        for word in greeting.casefold().split():
            mine = [tag for known, tag in tags if known == word]
            if mine and all(tag.startswith(_NO_GREETING) for tag in mine):
                wrong.append((case["text"], greeting))
    for case in _lines("nameparser_cases.jsonl.gz"):
        greeting, expected = parse_name(case["text"]).greeting, case["expect"]
        others = " ".join(expected.get(part) or "" for part in ("title", "suffix"))
        words = {word.strip(".,").casefold() for word in others.split()}
        if greeting and (set(greeting.casefold().split()) & words or len(greeting) == 1):
            wrong.append((case["text"], greeting))
    assert wrong == []


@given(st.text(max_size=40))
def test_a_greeting_has_no_dot_no_blank_at_its_ends_and_more_than_an_initial(text: str) -> None:
    greeting = parse_name(text).greeting
    assert greeting is None or (
        "." not in greeting and greeting == greeting.strip() and any(map(str.isalpha, greeting))
    )
