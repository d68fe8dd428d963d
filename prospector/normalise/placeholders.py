"""Placeholders where data should be: a merge tag that some other program never filled in, or raw spintax.

`holds_placeholder` is for any text that a mail or a tool could print; `is_placeholder` for cells that should hold a
name, where a single pair of brackets tells enough.
"""

from __future__ import annotations

import re
import unicodedata
from html import unescape

from prospector.normalise.text import fold

_LONGEST = 2_000
"""Characters that are looked at: a tag stands in a short cell."""

_OTHER_BRACKETS = {
    code: "«" if unicodedata.category(chr(code)) == "Ps" else "»"
    for code in range(0x2000, 0x3040)
    if unicodedata.category(chr(code)) in ("Ps", "Pe") and "BRACKET" in unicodedata.name(chr(code))
}
"""Every pair that Unicode calls brackets, so that none has to be known; quotes and parentheses are prose."""
ODD_SIGNS = _OTHER_BRACKETS | str.maketrans(
    "｛｝❴❵［］⟦⟧〔〕＜＞％＃＄｜＊＠【】‹›≪≫⟨⟩〈〉《》", "{}{}[][][]<>%#$|*@[]«»«»«»«»«»"
)
"""Signs of other widths and alphabets, as the ones that they stand for; one for one, so that places stay."""
_DOUBLED = re.compile(
    r"\{\{|\}\}|\{%|%\}|\[\[|\]\]|<<|>>|<%|%>|\*\||\|\*|[$#@]\{|\{[$!#@]|\[%|%\]"
    r"|%%\w|@@\w+@@|\{[^{}]*\|[^{}]*\}|(?<![\w%])%[^\W\d][\w .:-]{0,60}%(?!\w)|%\(\w+\)[sd]"
)
_IN_BRACES = re.compile(r"\{[^{}:\"]*\}")
_WHOLE = re.compile(r"\s*(?:\[[^\[\]]+\]|<[^<>@/=]+>)\s*")
_BRACKETED = re.compile(r"[\[<«]([^\[\]<>«»(){}]{1,60})[\]>»]|^\(+([^()]{1,60})\)+$")
_IN_TEXT = re.compile(r"[\[<{«]([^\[\]<>«»{}\n]{1,60})[\]>}»]")
_LABEL = re.compile(r"(?:your|first|last|full|given|family|middle|company|[flm])[\W_]?name|your[\W_]?company")
_SAME_SIGNS = re.compile(r"([#$^@|§&!:~*_+=%-]{1,3})\s*([^\W\d_][\w .-]{0,60}?)\s*\1")
_PLAIN_SIGNS = frozenset("~*_+=!:-")
"""Signs that people put around a name; those before `_PLAIN_SIGNS` only programs do."""
_BEHIND_SIGN = re.compile(r"[$@%#&:]([^\W\d][\w.]{1,60})")
# The words of which names of fields are made. What is made of others stays where only they could tell.
_FIELD = re.compile(
    r"(?:first|last|full|given|family|middle|sur|fore|nick|user|your|the|my|our|insert|enter|here|merge|custom|"
    r"contact|person|lead|prospect|recipient|customer|client|subscriber|member|sender|account|company|firm|business|"
    r"employer|organi[sz]ation|job|role|position|title|email|mail|phone|city|country|field|tag|placeholder|"
    r"variable|value|salutation|greeting|name|s|f(?=name)|l(?=name)|m(?=name)|"
    r"vor|nach|firmen|firma|unternehmen|anrede|titel|stadt|kunden?|kontakt|prenom|nom|societe|entreprise|poste|"
    r"nombre|apellidos?|empresa|cargo|nome|cognome|azienda|sobrenome|voornaam|achternaam|bedrijf|imie|nazwisko)+"
)
_NOT_LETTERS = re.compile(r"[\W\d_]+")
_ESCAPED = re.compile(r"\\(?=[{}\[\]<>|*%])")
_MAY_HOLD = re.compile(r"[{}\[\]<>«»%$#@|^§&~*_!:()+=-]")


def holds_placeholder(text: str) -> bool:
    """Whether a tag of another program, or alternatives in braces, stand somewhere in a text.

    In a text brackets hold remarks, too: a tag there is what is written like the name of a field.
    """
    text = _plain(text)
    if not _MAY_HOLD.search(text):
        return False
    found = _DOUBLED.search(text) or any(_is_label(found[1]) for found in _IN_TEXT.finditer(text))
    return bool(found) or _holds_disguised(text)


def is_placeholder(text: str) -> bool:
    """Whether a cell that should hold a name holds, or is, a placeholder.

    A cell that is one pair of brackets, or stands in braces, is one whatever its words. Brackets around a part of a
    name (`Anna [Ann] Kranz`) are the name's own unless a field is named in them.
    """
    text = _plain(text).strip()
    if _LABEL.fullmatch(text.lower()):
        return True
    if not _MAY_HOLD.search(text):
        return False
    if _DOUBLED.search(text) or _IN_BRACES.search(text) or _WHOLE.fullmatch(text):
        return True
    bracketed = _BRACKETED.finditer(text)
    return (
        any(_names_field(found[1] or found[2]) for found in bracketed)
        or _in_signs(text)
        or _holds_disguised(text)
    )


def _plain(text: str) -> str:
    """The beginning of a text, with plain signs for those of other widths and alphabets."""
    text = text[:_LONGEST]
    return text if text.isascii() else text.translate(ODD_SIGNS)


def _holds_disguised(text: str) -> bool:
    """The same with HTML's names of signs read, and without backslashes before them."""
    if "&" not in text and "\\" not in text:
        return False
    shown = _ESCAPED.sub("", unescape(text))
    return shown != text and holds_placeholder(shown)


def _is_label(words: str) -> bool:
    """Of several words, as programs write them: `First Name`, `company_name`, `YourCompany`."""
    return ("_" in words or _LABEL.fullmatch(fold(words.strip())) is not None) and _names_field(words)


def _in_signs(text: str) -> bool:
    """`#FIRSTNAME#`, `*FNAME*`, `$first_name`."""
    if found := _SAME_SIGNS.fullmatch(text):
        return not set(found[1]) <= _PLAIN_SIGNS or _names_field(found[2])
    behind = _BEHIND_SIGN.fullmatch(text)
    return behind is not None and _names_field(behind[1])


def _names_field(words: str) -> bool:
    return _FIELD.fullmatch(_NOT_LETTERS.sub("", fold(words))) is not None
