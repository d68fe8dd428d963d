"""What the sender of a reply wants, sentence by sentence, by the words of `data/answer_words.tsv`.

A text that no line knows has no intent: a person reads it. An opt-out counts before everything else, also where it
stands beside something that contradicts it, but then with less confidence.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from prospector.normalise.text import data_lines, fold
from prospector.pipeline.mail.return_dates import WEEKDAYS as _WEEKDAYS

INTENTS = ("unsubscribe", "left_company", "not_interested", "not_now", "referral", "interested", "question")
"""In the order in which one rules out the next."""
_SENTENCE = re.compile(r"(?<=[.!?;…])\s+|\n+")
_CLAUSE = re.compile(r"[,;:/&.!?]|\s[-–—]+\s|\b(?:and|und|et|y|e|en|i|si|и)\b")
_LONGEST = 20_000
_LONGEST_SENTENCE = 600
_MOST_SENTENCES = 60
_GUESSED_FIRST = ("unsubscribe", "left_company", "interested", "referral", "not_now", "not_interested")
_TIME = re.compile(
    r"\b\d{1,2}(?:[:.h]\d{2}| ?(?:am|pm|uhr|h)\b)|\b(?:at|um|a las|as|alle|om|o|la|в|a) \d{1,2}\b"
)
_WORD = re.compile(r"[^\W\d_]+")
_BARE_STOP = re.compile(
    r"^\W*(?:please |bitte |por favor |s'il vous plait |prosze |пожалуиста )?"
    r"(?:stop|stopp|unsubscribe|remove|opt ?out|abmelden|"
    r"austragen|baja|desabonnement|arret|cancelar|sair|cancella|cancellami|afmelden|rezygnuje|wypisz|"
    r"dezabonare|стоп|отписка|хватит|"
    r"quit|cancel|stopall|unsub|enough|genug|assez|arretez|basta|ya basta|suficiente|chega|genoeg|"
    r"dosc|destul|достаточно|"
    r"delete|loschen|streichen|entfernen|supprime[rz]|effacez?|retirez|borrar|borr[ae]n?(?:me)?|elimin(?:ar|are|a|e|en)|"
    r"apag(?:ar|ue)|remov(?:er|a)|cancellare|verwijder(?:en)?|usun(?:ac)?|sterge(?:ti|re)?|удал(?:ить|ите|и))"
    r"(?: me| us| mich| uns|[ -]moi|[ -]nous| mij| mnie| ma| меня| all| please| bitte| now| mail(?:s|ing)?)?\W*$"
)
ANSWERS = re.compile(
    r"(?:re|aw|antw|antwort|sv|vs|odp|r|rif|res|rv|tr|ref|ynt|ha|fwd?|wg|i|enc)\s?(?:\[\d+\])?:"
)
"""How subjects begin of mails that answer ours or hand it on."""
_FEW_WORDS = 8
_OPPOSED = {"unsubscribe": {"interested"}, "not_interested": {"interested"}}


class Intent(NamedTuple):
    """What is wanted (None where no words were known), and how sure that is."""

    name: str | None
    confidence: float


def intent(text: str) -> Intent:
    """The intent of a text whose quotes and signature are gone."""
    sentences = [fold(one)[:_LONGEST_SENTENCE].strip() for one in _SENTENCE.split(_straight(text[:_LONGEST]))]
    sentences = [one for one in sentences if one][:_MOST_SENTENCES]
    found = [name for one in sentences if (name := _of_sentence(one))]
    if not found:
        return _guessed(sentences)
    first = min(found, key=INTENTS.index)
    return Intent(first, _confidence(first, set(found) - {first}, sentences))


def by_subject(subject: str, text: str) -> Intent | None:
    """An opt-out that stands in the subject alone, as programs send it that unsubscribe by mail.

    A subject behind "Re:" is ours. Beside more than a name in the text it is in doubt.
    """
    words = folded(subject)
    if ANSWERS.match(words) or intent(words).name != "unsubscribe":
        return None
    return Intent("unsubscribe", 0.9 if len(text.split()) <= _FEW_WORDS else 0.6)


def _confidence(first: str, others: set[str], sentences: list[str]) -> float:
    """Less where another sentence wants the opposite, and where "let's talk" comes with the name of a month."""
    if others & _OPPOSED.get(first, set()) or (
        first == "interested" and any(_maybe("not_now", one) for one in sentences)
    ):
        return 0.6
    return 0.75 if others else 0.9


def _guessed(sentences: list[str]) -> Intent:
    """By weaker signs: what they say is likely, and a person reads it. A question with no sign is just a question."""
    signs = [name for name in INTENTS[:-1] if any(_maybe(name, one) for one in sentences)]
    asks = any("?" in one for one in sentences)
    if asks and (not signs or signs == ["not_interested"]):
        return Intent("question", 0.7)
    named = next((name for name in _GUESSED_FIRST if name in signs), None)
    return Intent(named, 0.55) if named else Intent(None, 0.0)


def _maybe(name: str, sentence: str) -> bool:
    if (
        name == "interested"
        and _TIME.search(sentence)
        and any(word in _WEEKDAYS for word in _WORD.findall(sentence))
    ):
        return True
    return bool(matcher(f"maybe_{name}").search(sentence))


def _of_sentence(sentence: str) -> str | None:
    if _BARE_STOP.match(sentence) or any(map(_BARE_STOP.match, _CLAUSE.split(sentence))):
        return "unsubscribe"
    found = next((name for name, pattern in _meanings() if pattern.search(sentence)), None)
    # "Not interested at the moment" is a matter of time.
    return "not_now" if found == "not_interested" and matcher("not_now").search(sentence) else found


@cache
def _meanings() -> list[tuple[str, re.Pattern[str]]]:
    """One pattern an intent: its lines in all languages together."""
    return [(name, matcher(name)) for name in INTENTS if name != "question"]


@cache
def matcher(kind: str) -> re.Pattern[str]:
    """The lines of one kind in all languages, as one pattern for folded text."""
    rows = (line.split("\t") for line in data_lines("answer_words.tsv"))
    return re.compile("|".join(f"(?:{pattern})" for named, _, pattern in rows if named == kind))


def _straight(text: str) -> str:
    """Typographic apostrophes as plain ones, so that patterns need only one."""
    return text.replace("’", "'").replace("‘", "'").replace("`", "'")


def folded(text: str) -> str:
    """A text as the patterns are written: one line, no case, no accents, plain apostrophes."""
    return fold(_straight(" ".join(text[:_LONGEST].split())))
