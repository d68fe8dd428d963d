"""The habits of mail hosts: whose yes to a name proves something. The list is `data/mail_hosts.tsv`."""

from __future__ import annotations

from functools import cache
from typing import Literal

from prospector.normalise.text import data_lines

Habit = Literal["accepts_all", "gateway", "defers", "proves"]

_LISTED: tuple[Habit, ...] = ("accepts_all", "gateway", "defers")


@cache
def _habits() -> dict[str, Habit]:
    lines = (line.split("\t") for line in data_lines("mail_hosts.tsv"))
    return {ending: next(one for one in _LISTED if one == habit) for ending, habit, *_ in lines}


def habit_of(host: str) -> Habit:
    """What a mail host's answers are worth; one that nobody has listed is taken to prove itself by the made-up name."""
    labels = host.lower().rstrip(".").split(".")
    for start in range(len(labels)):
        if habit := _habits().get(".".join(labels[start:])):
            return habit
    return "proves"


def yes_proves(host: str) -> bool:
    """Whether a yes can prove a box where a made-up name is refused."""
    return habit_of(host) in ("proves", "accepts_all")


def yes_is_for_all(host: str) -> bool:
    """Whether a yes to a made-up name shows that the domain takes any; where all is taken first, it shows nothing."""
    return habit_of(host) != "defers"
