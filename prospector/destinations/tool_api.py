"""What a tool with an API is: where it is, how fast it may be asked, how leads are put in and read back.

Each tool is a `ToolApi` in a file of its own; `registry.APIS` has them all. A push is one batch and says what became
of each lead; what no answer came for is found out by reading back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from prospector.core.errors import SourceUnreadable, UsageError, near_miss
from prospector.destinations.handover import About, Check, Lead, Receipt
from prospector.fetch.api import ApiFailure

if TYPE_CHECKING:
    from prospector.destinations.handover import PlannedTouch
    from prospector.fetch.api import ApiAnswer, ApiClient, ApiKey
    from prospector.fetch.pace import Rate

_IN_A_ROW = 4
_PATIENCE = 5
"""How often a page is asked for."""
_BAD_LEADS = frozenset({400, 409, 413, 422})
"""Statuses by which a tool refuses what it was sent, not the one who sends."""


@dataclass(frozen=True, slots=True)
class Remote:
    """A campaign in a tool, within reach."""

    api: ApiClient
    campaign: str
    """The tool's own id."""
    about: About = field(default_factory=About)
    sender: str = ""
    """The address that the mails come from."""
    user: str = ""
    """Who acts in the tool, where it asks for that."""
    pause: Callable[[float], None] = field(default=lambda seconds: None, repr=False)
    """Let some seconds pass."""


class Arrived(NamedTuple):
    """A lead that a tool's campaign has. `lead_id` is empty where somebody else put it there."""

    email: str
    lead_id: str
    remote_id: str | None


class RemoteCampaign(NamedTuple):
    """A campaign as the tool lists it."""

    id: str
    name: str


Push = Callable[[Sequence[Lead], Remote], Iterable[Receipt]]
Find = Callable[[Remote], Iterator[Arrived]]
Campaigns = Callable[["ApiClient"], Iterator[RemoteCampaign]]
Halt = Callable[["Remote", str, str | None], None]
"""Stop one person in the campaign, by the address and the tool's own id, as far as it is known."""


@dataclass(frozen=True, slots=True)
class ToolApi:
    """A tool that takes leads over its API. It never starts a campaign."""

    name: str
    base_url: str | None
    """Where it is; None where everybody has a server of their own."""
    key: Callable[[str], ApiKey]
    batch: int
    """How many leads one push takes."""
    push: Push
    find: Find
    """Everybody whom the campaign has."""
    stop: str
    """What to do there, so that touches which have left do not reach somebody after all."""
    tells: str = ""
    """What it answers, and how it is read back."""
    path: str = ""
    """What a `base_url` without a path gets."""
    rates: tuple[Rate, ...] = ()
    check: Check = lambda lead: no_address(lead)
    """Why it cannot take a lead, as a code of `reasons.REASONS`; None if it can."""
    can_repeat: bool = False
    """Pushing somebody again changes nothing: whom somebody else put there without our texts is pushed all the same."""
    campaigns: Campaigns | None = None
    """Its campaigns, for those who name theirs; None where only an id can be given."""
    is_id: Callable[[str], bool] = str.isdigit
    """Whether a text has the form of a campaign's id."""
    needs_user: bool = False
    halt: Halt | None = None
    """Stop what is on its way to one person; again is no change. None where nothing is known that does only that."""


def no_address(lead: Lead) -> str | None:
    """Mails need an address; whoever has none is taken for calls and tasks."""
    return "no_email" if not lead.email and emails_of(lead) else None


def emails_of(lead: Lead) -> list[PlannedTouch]:
    """The touches that the tool sends."""
    return [touch for touch in lead.touches if touch.channel == "email"]


def variable(custom: str) -> str:
    """The name of a custom variable in a tool: a dot could not stand in it."""
    return custom.replace(".", "_")


def body_of(touch: PlannedTouch) -> str:
    """The finished mail as HTML on one line: what a tool does with line ends differs."""
    return touch.html.replace("\n", " ").strip()


def variables(lead: Lead, about: About) -> dict[str, str]:
    """What goes with a lead: why, who, the finished texts by their number, and the user's own columns."""
    found = {"reason": lead.reason, "lead_id": lead.lead_id}
    found.update((variable(name), lead.custom[name]) for name in about.custom if lead.custom.get(name))
    for number, touch in enumerate(emails_of(lead), 1):
        found[f"subject_{number}"] = touch.subject
        found[f"body_{number}"] = body_of(touch)
        found[f"send_at_{number}"] = touch.send_at
        found[f"variant_{number}"] = touch.variant
    return found


def filled(values: Mapping[str, str]) -> dict[str, str]:
    """Without what is blank: a blank would overwrite what the tool knows."""
    return {name: value for name, value in values.items() if value}


def counted(leads: Sequence[Lead], added: object, left_out: Mapping[str, object]) -> list[Receipt]:
    """Receipts where the answer has totals only: they name nobody, so each lead is looked for afterwards.

    What they say goes along: `added` if they add up, else why somebody was left out, else `uncounted`.
    """
    told = [why for why, number in left_out.items() if isinstance(number, int) and number > 0]
    whole = added == len(leads) and not told
    reason = "added" if whole else told[0] if len(told) == 1 else "left_out" if told else "uncounted"
    return [Receipt(lead.key, "ambiguous", reason=reason) for lead in leads]


def one_by_one(leads: Sequence[Lead], call: Callable[[Lead], Receipt]) -> Iterator[Receipt]:
    """Receipts of a tool that takes one lead a call: a failure is that lead's own, several in a row are the tool's."""
    in_a_row = 0
    for lead in leads:
        try:
            yield call(lead)
        except ApiFailure as failure:
            if in_a_row >= _IN_A_ROW:
                raise ApiFailure(failure.reason, detail="no answer, several times in a row") from failure
            yield (receipt := receipt_of(failure, lead))
            in_a_row = 0 if receipt.state == "refused" else in_a_row + 1
        else:
            in_a_row = 0


def receipt_of(failure: ApiFailure, lead: Lead) -> Receipt:
    """What a failure says of a lead; it is raised again if it says nothing of leads."""
    if may_have_arrived(failure):
        return Receipt(lead.key, "ambiguous", reason="no_answer")
    if is_about_leads(failure):
        return Receipt(lead.key, "refused", reason="invalid")
    if failure.status is not None and 400 <= failure.status < 500 and failure.status != 429:
        raise failure
    return Receipt(lead.key, "later", reason=failure.reason)


def may_have_arrived(failure: ApiFailure) -> bool:
    """Whether the leads may be there all the same; so too behind an answer that cannot be read."""
    return failure.is_ambiguous or (failure.status is not None and failure.status < 300)


def may_pass(failure: ApiFailure) -> bool:
    """Whether a failure may be gone a little later."""
    return failure.status is None or failure.status in (408, 425, 429) or not 400 <= failure.status < 500


class Pages:
    """A list, asked for page by page. A tool that has answered once is asked again where a page fails.

    Among a hundred pages one always meets with trouble, and beginning again would meet with it again.
    """

    def __init__(self, remote: Remote) -> None:
        self._remote, self._answers = remote, False

    def get(self, path: str, params: Mapping[str, str | int]) -> ApiAnswer:
        """A page by GET."""
        return self._asked(lambda: self._remote.api.get(path, params))

    def post(self, path: str, body: object) -> ApiAnswer:
        """A page by a POST that changes nothing."""
        return self._asked(lambda: self._remote.api.post(path, body, is_repeatable=True))

    def _asked(self, call: Callable[[], ApiAnswer]) -> ApiAnswer:
        for number in range(_PATIENCE if self._answers else 1):
            try:
                answer = call()
            except ApiFailure as failure:
                if not self._answers or number == _PATIENCE - 1 or not may_pass(failure):
                    raise
                self._remote.pause(2.0**number)
            else:
                self._answers = True
                return answer
        raise AssertionError("a page is either answered or not")


def is_about_leads(failure: ApiFailure) -> bool:
    """Whether it is the leads that are refused."""
    return failure.status in _BAD_LEADS


def says_already_there(failure: ApiFailure) -> bool:
    """Whether a refusal says that the tool has the lead."""
    said = failure.detail.lower()
    return failure.status in (400, 409) and ("already" in said or "duplicate" in said or "exist" in said)


def unless_gone(call: Callable[[], object]) -> None:
    """Make a call about somebody; whoever is not there any more is nobody to stop."""
    try:
        call()
    except ApiFailure as failure:
        if failure.status not in (404, 410):
            raise


def entries(answer: Any, *names: str) -> list[Mapping[str, Any]]:
    """The list of objects in an answer, itself or under the first of these names that it has."""
    if isinstance(answer, dict):
        answer = next((answer[name] for name in names if isinstance(answer.get(name), list)), [])
    return [one for one in answer if isinstance(one, dict)] if isinstance(answer, list) else []


def text_of(value: object) -> str:
    """A value of an answer as text; blank if it is none."""
    return str(value).strip() if isinstance(value, str | int) else ""


def campaign_id(tool: ToolApi, api: ApiClient, wanted: str) -> str:
    """The id of the campaign of this id or exact name; `UsageError` if there is none, or several."""
    if tool.is_id(wanted) or tool.campaigns is None:
        return wanted
    try:
        known = list(tool.campaigns(api))
    except ApiFailure as failure:
        hint = "nothing was sent; write the campaign's id, or look at base_url, then run again"
        raise SourceUnreadable(
            f"{tool.name} cannot be asked for its campaigns ({failure})", hint=hint
        ) from failure
    found = [one.id for one in known if wanted in (one.id, one.name)]
    if len(found) == 1:
        return found[0]
    if found:
        hint = f"write the id of the one that is meant: {', '.join(found[:5])}"
        raise UsageError(f'{tool.name} has {len(found)} campaigns "{wanted}"', hint=hint)
    hint = near_miss(wanted, [one.name for one in known]) or "write its id, or its name as it stands there"
    raise UsageError(f'{tool.name} has no campaign "{wanted}"', hint=hint)
