"""Tags of other mail programs (`{{first_name}}`, `*|FNAME|*`, `[Vorname]`, `%%name%%`...) and spintax (`{Hi|Hello}`).

In: any text. Out: each tag that stands in it, and what is meant. Three kinds of form:

- signs that nobody writes for another reason (`*|x|*`, `%%x%%`, `<<x>>`, `{x}`, `${x}`): always a tag;
- brackets, in which people also put remarks: a tag if it names something that a list of people has, if it is written
  like a name of a program (`first_name`, `FirstName`, `lead.name`), or if each of its words has a capital, whatever
  the words (`[Imię]`). Else it is a remark: `[sic]`, `[1]`, `[as we discussed]`, `[PDF]`, `[x]`, and every link;
- signs of prose around a word (`-name-`, `#name#`, `%name%`, `$name`): a tag only for the first two reasons.

What a list of people has is told by the labels of imports, in all their languages, and by `data/merge_tags.tsv`.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Literal, NamedTuple

from prospector.intake.columns.header_data import header_data, header_key
from prospector.normalise.placeholders import ODD_SIGNS
from prospector.normalise.text import data_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class MergeTag(NamedTuple):
    """A tag as it stands in a text, the name inside, and the value that it prints for a blank one."""

    start: int
    text: str
    kind: Literal["tag", "spintax"]
    label: str
    default: str = ""

    @property
    def end(self) -> int:
        """The place behind it."""
        return self.start + len(self.text)


_TARGETS = {
    **{name: f"person.{name}" for name in ("first_name", "last_name", "email", "title", "department")},
    **{name: f"person.{name}" for name in ("seniority", "phone", "linkedin", "country", "region", "city")},
    **{name: f"company.{name}" for name in ("website", "domain", "industry", "headcount", "founded")},
    **{f"company_{name}": f"company.{name}" for name in ("country", "region", "city", "phone", "linkedin")},
    "full_name": "person.name",
    "company": "company.name",
    "company_short": "company.name",
    "location": "person.city",
    "role_started": "person.role_started",
    "unsubscribed": "unsubscribe_url",
    "email_opt_out": "unsubscribe_url",
}
"""What a template writes for a field that a column fills. What stands in no mail is missing."""
_CASES = re.compile(r"(?<=[a-z])(?=[A-Z])|[\W_]+")
_MADE = re.compile(r"\w+_\w+|[a-z]+[A-Z][a-z]\w*|[A-Z][a-z]+(?:[A-Z][a-z]+)+|[A-Za-z]\w*[.:][A-Za-z]\w*")
_HEAD = re.compile(r"\s*((?:[^|,;=?\"'“”„‘’]|(?<=\w)['’](?=\w))*)")
_DEFAULT = re.compile(r"[\"'“”„‘’]([^\"'“”„‘’]*)[\"'“”„‘’]|(?:[|:=,;?]\s*)([^|:=,;?\"'\s][^|:=,;?\"']*)$")

_SIGNS = re.compile(r"[^\w\s.,;'\"?()/\\&_–—…‘’“”-]|[;(](?=\w)|\(\(|(?<![\w-])--?(?=\w)|(?<!\w)_")
_IN_QUIET = re.compile(r"(?<!`)(`{1,3})(?!`)[^`]{1,2000}\1(?!`)|\\(?=[\[{<%#$*])")
_LONGEST_CHOICE = 1_000
_HEX = re.compile(r"[0-9A-Fa-f]{2}\w?")


def find_tags(text: str) -> list[MergeTag]:
    """Every tag and every spintax in a text, in order."""
    if not _SIGNS.search(text):
        return []
    text = text.translate(ODD_SIGNS)
    found: list[MergeTag] = []
    # A mark for each sign: comparing each tag with each other takes a minute where a text holds nothing but tags.
    quiet, taken = _quiet_signs(text), bytearray(len(text))
    for tag in _candidates(text):
        # In code and behind a backslash stands what is meant to be read, unless it names a field.
        is_code = quiet[tag.start] and not field_of(tag.label)
        if not is_code and not any(taken[tag.start : tag.end]):
            found.append(tag)
            taken[tag.start : tag.end] = b"\x01" * len(tag.text)
    return sorted(found)


def _quiet_signs(text: str) -> bytearray:
    """A mark for each sign that stands in code or behind a backslash."""
    marks = bytearray(len(text) + 1)
    for found in _IN_QUIET.finditer(text):
        marks[found.start() : found.end() + 1] = b"\x01" * (found.end() + 1 - found.start())
    return marks


def _candidates(text: str) -> Iterator[MergeTag]:
    """What may be a tag, the longest forms first."""
    yield from _spintax(text)
    for pattern, accept in _FORMS:
        for found in pattern.finditer(text):
            label, default = read_inside(found["x"])
            if accept(label, found):
                yield MergeTag(found.start(), found[0], "tag", label, default)


def read_inside(inside: str) -> tuple[str, str]:
    """The name and the default value in what stands between the signs: `first_name | default: "there"`."""
    head = _HEAD.match(inside)
    name = head[1].strip(" \t\n#/^&>!~$@%*?+-_.") if head else ""
    rest = inside[head.end() :] if head else ""
    if ":" in name and not field_of(name) and field_of(name.partition(":")[0]):
        name, _, first = name.partition(":")
        rest = f":{first}{rest}"
    found = _DEFAULT.search(rest.rstrip())
    default = (found[1] if found[1] is not None else found[2] or "") if found else ""
    return name.strip(), default.strip()


@lru_cache(maxsize=2048)
def field_of(label: str) -> str:
    """What a template writes for a label such as `FNAME`, `contact.firstname` or `Your Company`; empty if unknown."""
    words = [word.casefold() for word in _CASES.split(label) if word]
    if not words or len(words) > 8:
        return ""
    if known := _names().get(header_key(label)):
        return known
    kept = [word for word in words if header_key(word) not in _words("(filler)")]
    companies = _words("(company)")
    if kept[:1] == ["sender"] and len(kept) > 1:
        return "sender.company" if kept[1] in companies else "sender.name"
    for start in range(len(kept)):
        if known := _names().get(header_key(" ".join(kept[start:]))):
            of_company = known == "person.name" and start and kept[start - 1] in companies
            return "company.name" if of_company else known
        if kept[start] not in companies | _words("(owner)"):
            break
    each = [_names().get(header_key(word), "") for word in kept]  # "name of the company", in any language
    return ("company.name" if "company.name" in each else each[0]) if len(each) > 1 and all(each) else ""


@cache
def _own_lines() -> dict[str, frozenset[str]]:
    lines = (line.partition("\t") for line in data_lines("merge_tags.tsv"))
    return {target: frozenset(map(header_key, labels.split(" | "))) for target, _, labels in lines}


def _words(kind: str) -> frozenset[str]:
    """Words that stand around the name of a field, such as "(owner)"."""
    return _own_lines()[kind]


@cache
def _names() -> dict[str, str]:
    names = {key: target for target, keys in _own_lines().items() if target[0] != "(" for key in keys}
    for kind in ("people", "companies"):
        for key, known in header_data().aliases[kind].items():
            if known.field in _TARGETS and key not in _words("(vague)"):
                names.setdefault(key, _TARGETS[known.field])
    return names


def _is_named(label: str, found: re.Match[str]) -> bool:
    """It names something that a list has, or is written like a name of a program."""
    return bool(field_of(label)) or _MADE.fullmatch(label) is not None


def _is_several(label: str, found: re.Match[str]) -> bool:
    """The same, and of more than one word, so that `@anna` and `#company` stay what they are."""
    key = header_key(label)
    several = _MADE.fullmatch(label) is not None or (key.endswith("name") and key != "name")
    return several and bool(field_of(label))


def _is_label(label: str, found: re.Match[str]) -> bool:
    """The same, and not in the words of a sentence: `(first_name)`, `*FNAME*`, `(First Name)`."""
    return (
        not any(word[0].islower() for word in label.split()[1:])
        and (_MADE.fullmatch(label) is not None or label[0].isupper())
        and _is_several(label, found)
    )


def _is_capital(label: str, found: re.Match[str]) -> bool:
    """The same, or words of which each has a capital: who writes a remark writes a sentence, or small letters."""
    if _is_named(label, found):
        return True
    words = [word for word in re.split(r"[\W_]+", label) if word]
    if not 0 < len(words) <= 5 or re.search(r"[^\w\s./&'’-]", label) or not label[-1:].isalnum():
        return False
    if len(words) == 1 and len(label) <= 3:
        return False
    return all(word[0].isupper() for word in words)


def _has_letters(label: str, found: re.Match[str]) -> bool:
    """Anything with a letter, but for a list (`{a, b}`) or data (`{"a": 1}`) of which the first word is no field."""
    if not any(sign.isalpha() for sign in found["x"]):
        return False
    if re.search(r"[,:;=\"]", found["x"]):
        return _is_named(label, found)
    return len(label.split()) <= 6


def _always(label: str, found: re.Match[str]) -> bool:
    return any(sign.isalnum() for sign in found["x"])


def _no_escape(label: str, found: re.Match[str]) -> bool:
    """One word, and not `%C3%A4` of a web address."""
    return bool(field_of(label)) or (_HEX.fullmatch(label) is None and " " not in label)


_WORDS = r"(?P<x>[^\W\d_](?:[\w .'’-]{0,38}\w)?)"
"""Words that begin and end without a blank."""
_ANY_SIGN = r"([^\w\s\"'“”„‘’‚«»()\[\]{}<>,.*#%/\\-]{1,2})"
"""Any sign that stands before and behind a word, but for those of prose and those with a rule of their own."""
_FORMS: tuple[tuple[re.Pattern[str], Callable[[str, re.Match[str]], bool]], ...] = tuple(
    (re.compile(pattern), accept)
    for pattern, accept in (
        (r"\*\|(?P<x>[^|\n]{1,80}(?:\|[^|*\n]{1,40})*)\|\*", _always),
        (r"%%(?P<x>[^%\n]{1,80})%%", _always),
        (r"<<(?P<x>[^<>\n]{1,80})>>", _always),
        (r"<[%?#@$!]=?(?!--)(?P<x>[^<>\n]{1,80})>", _always),
        (r"\[\[(?P<x>[^\[\]\n]{1,80})\]\]", _always),
        (r"\[[%$#@!*=](?P<x>[^\[\]\n]{1,60}?)[%$#@!*=]?\]", _always),
        (r"[$@#%&]?\{[{!$#@%&~=]{0,2}(?P<x>[^{}\n]{1,80}?)[#%$@]?\}{1,3}", _has_letters),
        (r"[$@#%&]\[(?P<x>[^\[\]\n]{1,80})\]", _always),
        (r"[$%]\((?P<x>[^()\n]{1,60})\)s?", _is_named),
        (r"\(\((?P<x>[^()\n]{1,60})\)\)", _is_named),
        (r"\([^\w\s()\"']{1,2}(?P<x>[^()\n]{1,60}?)[^\w\s()\"']{1,2}\)", _is_named),
        (r"«(?P<x>[^«»\n]{1,60})»", _is_named),
        (r"(?<!\])\[(?P<x>[^\[\]\n]{1,60})\](?![(\[])", _is_capital),
        (r"<(?P<x>[^<>/@\n]{1,60}?)\s?/?>", _is_named),
        (rf"##?{_WORDS}##?(?!\w)", _is_named),
        (rf"(?<!\d)%{_WORDS}%", _no_escape),
        (rf"(?<![\w-])--?{_WORDS}--?(?![\w-])", _is_named),
        (rf"(?<![\w/]){_ANY_SIGN}\*?{_WORDS}\*?\1(?!\w)", _is_named),
        (rf"(?<![\w*])\*{_WORDS}\*(?![\w*])", _is_label),
        (rf"(?<!\w)\({_WORDS}\)", _is_label),
        (r"(?<!\w)__?(?P<x>[A-Za-z]+_[A-Za-z_]*[A-Za-z]|[A-Z]{4,20})__?(?!\w)", _is_named),
        (r"(?<![\w$])\$(?P<x>[A-Za-z_]\w{1,40})", _is_named),
        (r"(?<![\w/@#:.-])[@#:%~](?P<x>[A-Za-z_]\w{1,40})", _is_several),
    )
)
"""Every form with the rule for what may stand in it, the longest signs first."""


def _spintax(text: str) -> Iterator[MergeTag]:
    """`{a|b}`, however nested, with a tag in it or an empty choice; the same in `[ ]`. The outermost ones only."""
    for brackets in ("{}", "[]"):
        last = 0
        for start, end in sorted(_pairs(text, brackets)):
            inside = text[start + 1 : end - 1]
            if start >= last and _has_choices(inside, brackets[0]):
                yield MergeTag(start, text[start:end], "spintax", inside)
                last = end


def _pairs(text: str, brackets: str) -> Iterator[tuple[int, int]]:
    """Where brackets open and close, as far as they belong together."""
    opened: list[int] = []
    for found in re.finditer(f"[{re.escape(brackets)}]", text):
        if found[0] == brackets[0]:
            opened.append(found.start())
        elif opened:
            start = opened.pop()
            if found.end() - start <= _LONGEST_CHOICE:
                yield start, found.end()


def _has_choices(inside: str, opening: str) -> bool:
    if "|" not in inside:
        return False
    first, _ = inside.split("|", 1)
    label, _ = read_inside(inside)
    # `{first_name|there}` is a tag with a default; `*` and `%` stand inside signs of another program.
    if _MADE.fullmatch(label) or field_of(label) or (first and not first.strip("*%")):
        return False
    return opening == "{" or (any(sign.isalpha() for sign in inside) and "\n" not in inside)
