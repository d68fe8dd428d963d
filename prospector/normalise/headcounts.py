"""Numbers of employees: an exact count, or a band as the sources print them."""

from __future__ import annotations

import re
from functools import lru_cache

from prospector.core.spans import NumberSpan
from prospector.normalise.text import clean

_MOST = 10_000_000
_LONGEST_CELL = 80

_WORDS = re.compile(
    r"\b(?:employees?|employes|employés|employé\(?e\)?s|empleados|empleadas|trabajadores|empregados|funcionários|colaboradores"
    r"|colaborador|dipendenti|addetti|impiegati|medewerkers|werknemers|salariés|personnes|personas|pessoas|persone|personen"
    r"|mitarbeitende[nr]?|mitarbeiter(?:n|innen|:innen|\*innen|/-?innen)?|beschäftigte|angestellte"
    r"|people|persons?|staff|team members|members?"
    r"|ftes?|headcount|company size|size|approx(?:imately)?|about|around|circa|ca|env|environ|etwa|ungefähr|rund"
    r"|aproximadamente|cerca de|anställda|ansatte|medarbejdere|työntekijää|henkilöä|pracowników|osób|zaměstnanců"
    r"|zamestnancov|angajați|alkalmazott|fő|сотрудников|сотрудника|человек|працівників|осіб|çalışan|kişi)\b[.:]?"
    r"|^employees\.|~|≈|名|人|명|员工|社員|従業員",
)
_NOTE = re.compile(
    r"\s*(?:[(\[]([^()\[\]]*)[)\]]|[·•|].*"
    r"|,? (?:on|per|via|laut|according to|selon|según|segundo|secondo|volgens) [a-z .]+)$",
    re.IGNORECASE,
)
"""Where a number comes from, or what else a page counts, behind the number."""
_YEAR_IN_NOTE = re.compile(r"(?:19|20)\d{2}")
_LABEL = re.compile(r"^[^\W\d_][\w .]*:\s*(?=\d)")
_NUMBER = r"\d{1,3}(?:[.,'’ ]\d{3})+(?!\d)|\d+"
_COUNT = rf"({_NUMBER})(?:\.0+)?(k)?|(\d{{1,3}}[.,]\d)(k)"
_ONE = re.compile(rf"(?:{_COUNT})")
_BETWEEN = r"(?:between|from|zwischen|von|entre|de|da|tra|fra|tussen|van|od|mellan|mellem|от)?"
_AND = (
    r"-|–|—|−|‒|~|〜|～|,|\.\.\.?|/|to|until|through|bis|hasta|al?|à|au|até|tot|t/m|till?|do|až|ažpo|до|по|la|ile|kuni|līdz|iki"
    r"|and|und|et|y|e|en|och|og|i|ja|or|oder|ou|ó|o|u"
)
"""What stands between the ends of a band, in the languages of import: "51 à 200", "1 ou 2". Any other word makes the
cell unreadable: "2 of 50" and "3 sites, 200" are no bands.
"""
_BAND = re.compile(rf"{_BETWEEN}({_NUMBER})(k)?(?:{_AND})({_NUMBER})(k)?")
_AT_LEAST = re.compile(
    rf"(?:>=|≥|at least|atleast|from|min(?:imum)?\.?|ab|mindestens|aumoins|dès|apartirde|apartirda|àpartirde|almenos"
    rf"|pelomenos"
    rf"|nomínimo|almeno|minstens|vanaf|od|minst|от|mín(?:imo)?\.?|desde)({_NUMBER})(k)?"
    rf"|({_NUMBER})(k)?(?:\+|plus|andmore|ormore|andabove|andover|andup|orabove|undmehr|odermehr|etplus|ouplus|[yoó]más"
    rf"|emais|oumais|epiù|opiù|ofmeer|enmeer|以上|이상)"
)
_MORE_THAN = re.compile(
    rf"(?:>|over|morethan|above|greaterthan|über|mehrals|plusde|plusd'|deplusde|másde|maisde|piùdi|oltre|meerdan|ruim|acimade"
    rf"|superiora|supérieurà|över|fleraän|mereend|ponad|powyżej|więcejniż|vícenež|более|свыше|понад)({_NUMBER})(k)?(\+)?"
)
_AT_MOST = re.compile(
    rf"(?:<=|≤|upto|atmost|max(?:imum)?\.?|bis(?:zu)?|höchstens|jusqu'?[àa]|jusque|auplus|hasta|até|nomáximo|máx(?:imo)?\.?|finoa"
    rf"|alpiù|tot(?:enmet)?|hoogstens|maximaal|maximal|högst|do|до|upp\.?till)({_NUMBER})(k)?"
    rf"|({_NUMBER})(k)?(?:orless|orfewer|andunder|andbelow|oderweniger|oumoins|omenos|oumenos|omeno|ofminder|以下|이하)"
)
_LESS_THAN = re.compile(
    rf"(?:<|under|below|fewerthan|lessthan|unter|wenigerals|moinsde|menosde|menosque|menodi|minderdan|onder|abaixode|inferiora"
    rf"|inférieurà|mindreän|färreän|mindreend|poniżej|mniejniż|méněnež|менее|меньше)({_NUMBER})(k)?"
)
_ALONE = frozenset(
    {
        "selfemployed",
        "self-employed",
        "myself",
        "myselfonly",
        "freelancer",
        "freelance",
        "soleproprietor",
        "justme",
        "onlyme",
        "solo",
        "selbstständig",
        "selbständig",
        "freiberufler",
        "freiberuflich",
        "indépendant",
        "indépendante",
        "auto-entrepreneur",
        "autónomo",
        "autónoma",
        "autônomo",
        "autônoma",
        "liberoprofessionista",
        "zzp",
        "zzp'er",
        "zelfstandig",
    }
)

# What a spreadsheet makes of `1-10`, `2-10` and `11-50`: 10 January or 1 October, 10 February or 2 October,
# November 1950, as its country writes dates, or as a workbook stores them, in the year in which somebody typed it.
_DAMAGED = {frozenset((1, 10)): (1, 10), frozenset((2, 10)): (2, 10), frozenset((11, 50)): (11, 50)}
_NO_BAND = (0, 0)
_DAMAGED_ISO = re.compile(r"(?:19|20)(\d{2})-(\d\d)-(\d\d)(?:[ t]00:00:00)?")
_DAMAGED_LOCAL = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(?:(?:19|20)?(\d{2}))?(?: 0?0:00(?::00)?)?")
_DAMAGED_NAMED = re.compile(r"(\d{1,2})[-. ]*([a-zäéû]{3,5})\.?|([a-zäéû]{3,5})\.?[-. ]*(\d{1,2})")
_MONTHS = {
    "jan": 1, "jän": 1, "ene": 1, "janv": 1, "gen": 1, "feb": 2, "fév": 2, "févr": 2, "oct": 10, "okt": 10, "ott": 10,
    "nov": 11, "mar": 3, "mär": 3, "mrz": 3, "mars": 3, "apr": 4, "avr": 4, "abr": 4, "may": 5, "mai": 5, "mei": 5,
    "jun": 6, "juin": 6, "jul": 7, "juil": 7, "aug": 8, "août": 8, "ago": 8, "sep": 9, "sept": 9, "set": 9, "dec": 12,
    "dez": 12, "déc": 12, "dic": 12,
}  # fmt: skip


def parse_headcount(text: str | int | None) -> NumberSpan | None:
    """The count or band in a cell; None for blanks, other dates, nought, negatives and more than ten million.

    Nought means "not counted" in every export that prints it: no company has nobody, so it is no observation.

    `51-200`, `1,001-5,000`, `10001+`, `Over 10,000`, `> 50`, `fewer than 50`, `self-employed` (1), and the bands that a
    spreadsheet turned into dates (`10-Jan` is 1-10, `Nov-50` is 11-50, and `2026-01-10` in a workbook 1-10).
    """
    if isinstance(text, bool):
        return None
    if isinstance(text, int):
        return _band(text, text)
    return _parse(text) if text else None


@lru_cache(maxsize=16_384)
def _parse(text: str) -> NumberSpan | None:
    cell = clean(text)
    if not cell or len(cell) > _LONGEST_CELL:
        return None
    if cell.isascii() and cell.isdigit():
        return _band(int(cell), int(cell)) if len(cell) <= 8 else None
    words = _bare(cell.removeprefix("'").lower())
    if band := _from_date(words):
        return _band(*band)
    if (found := _read(words)) or not (note := _NOTE.search(cell)):
        return found
    # Other numbers in a note may be the real ones ("50 (200 worldwide)"); a year is only its date.
    in_brackets = note[1]
    if in_brackets and re.search(r"\d", _YEAR_IN_NOTE.sub("", in_brackets)):
        return None
    return _parse(cell[: note.start()])


def _bare(cell: str) -> str:
    """Without the words for employees and the label before the number."""
    return " ".join(_WORDS.sub(" ", _LABEL.sub("", cell)).split())


def _read(words: str) -> NumberSpan | None:
    # Blanks part thousands ("1 001") and surround signs ("51 - 200"), and mean nothing else here.
    dense = re.sub(r"\s", "", words)
    if dense in _ALONE:
        return NumberSpan(1, 1)
    if one := _ONE.fullmatch(dense):
        count = _value(one[1], one[2]) if one[1] else int(float(one[3].replace(",", ".")) * 1000)
        return _band(count, count)
    if band := _BAND.fullmatch(dense):
        low, high = _value(band[1], band[2] or band[4]), _value(band[3], band[4])
        return _band(low, high) if low == 0 or band[2] or not band[4] or low <= high else None
    return _open_band(dense)


def _open_band(dense: str) -> NumberSpan | None:
    if match := _AT_LEAST.fullmatch(dense):
        return _band(_value(match[1] or match[3], match[2] or match[4]), None)
    if match := _MORE_THAN.fullmatch(dense):
        # "10,000+" after "over" says the same thing twice
        return _band(_value(match[1], match[2]) + 1, None)
    if match := _AT_MOST.fullmatch(dense):
        return _band(None, _value(match[1] or match[3], match[2] or match[4]))
    if match := _LESS_THAN.fullmatch(dense):
        return _band(None, _value(match[1], match[2]) - 1)
    return None


def _from_date(words: str) -> tuple[int, int] | None:
    """The band that a spreadsheet made a date of, (0, 0) for a date that was no band; None for no date."""
    if match := _DAMAGED_ISO.fullmatch(words):
        year, month, day = map(int, match.groups())
        pair = (month, year) if (month, day) == (11, 1) and year == 50 else (month, day)
    elif match := _DAMAGED_LOCAL.fullmatch(words):
        pair = (int(match[1]), int(match[3]))
        pair = (11, 50) if set(pair) == {1, 11} and match[4] == "50" else pair
    elif (match := _DAMAGED_NAMED.fullmatch(words)) and (month := _MONTHS.get(match[2] or match[3], 0)):
        pair = (month, int(match[1] or match[4]))
    else:
        return None
    return _DAMAGED.get(frozenset(pair), _NO_BAND)


def _value(digits: str, thousands: str | None) -> int:
    return int(re.sub(r"\D", "", digits)) * (1000 if thousands else 1)


def _band(low: int | None, high: int | None) -> NumberSpan | None:
    """The band if it makes sense: at least one person in it, no more than ten million, the right way round."""
    low = 1 if low == 0 and high else low
    if (low is not None and not 1 <= low <= _MOST) or (high is not None and not 1 <= high <= _MOST):
        return None
    return None if low is not None and high is not None and low > high else NumberSpan(low, high)
