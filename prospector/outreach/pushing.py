"""Pushing a run to a tool: batch by batch, each written down before and after, and read back where no answer came.

In: a run whose intent is in the ledger, and a campaign in a tool. Out: every delivery accepted, refused or settled;
else why it has stopped, and the next run goes on from there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from prospector.core.errors import CredentialError, SourceUnreadable
from prospector.destinations.handover import Receipt
from prospector.destinations.tool_api import emails_of, is_about_leads, may_have_arrived, may_pass
from prospector.fetch.api import ApiFailure
from prospector.outreach.opt_outs import lead_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from prospector.destinations.handover import Lead
    from prospector.destinations.tool_api import Arrived, Remote, ToolApi
    from prospector.outreach.deliveries import Deliveries
    from prospector.outreach.ledger import Ledger

    Batches = Callable[[int], Iterator[dict[int, Lead]]]

_ROUNDS = 12
"""How often a run goes over what is open before it leaves the rest to the next run."""
_TROUBLES = 4
"""How many rounds may fail in a row."""
_SILENT = 3
"""How many calls in a row may stay without an answer before it is looked what has arrived."""
_CHUNK = 500


class Forgotten(NamedTuple):
    """Somebody whom the tool has from us and the ledger does not know."""

    email: str
    lead_id: str
    remote_id: str | None


class Pushing:
    """The hand-over of one run to one tool."""

    def __init__(self, tool: ToolApi, remote: Remote, deliveries: Deliveries, batches: Batches) -> None:
        """`batches` gives whom nobody has sent yet, so many at a time, those who may still be written to."""
        self._tool, self._remote = tool, remote
        self._deliveries, self._batches = deliveries, batches
        self._number = self._silent = 0

    def push(self) -> str | None:
        """Send what is open and settle what is unclear; why it has stopped, or None where nothing is left."""
        trouble: ApiFailure | None = None
        troubles = 0
        for _ in range(_ROUNDS):
            try:
                self._settle()
                if not self._send():
                    return None
                troubles = 0
            except ApiFailure as failure:
                trouble, troubles = failure, troubles + 1
                if troubles >= _TROUBLES or not may_pass(failure):
                    break
                self._remote.pause(2.0 ** (troubles - 1))
        if not self._deliveries.count("intended", "ambiguous"):
            return None
        return str(trouble) if trouble else "the tool does not take everybody, and does not say why"

    def _settle(self) -> None:
        """Nothing is sent while it is not known what has arrived."""
        if self._deliveries.count("ambiguous"):
            self._deliveries.settle(self._tool.find(self._remote), ours_only=self._tool.can_repeat)

    def _send(self) -> bool:
        """Offer everybody who is open, once; whether there was anybody."""
        anybody = False
        for leads in self._batches(self._tool.batch):
            anybody = anybody or bool(leads)
            self._offer(leads)
        return anybody

    def _offer(self, leads: Mapping[int, Lead]) -> None:
        """One call, with the intent before it and the fact after it."""
        if not leads:
            return
        self._number += 1
        self._deliveries.about_to_send(list(leads), self._number)
        enrolments = {lead.key: enrolment for enrolment, lead in leads.items()}
        receipts: list[Receipt] = []
        try:
            for receipt in self._calls(leads):
                receipts.append(receipt)  # noqa: PERF402  (a failure must not lose those before it)
        except ApiFailure as failure:
            self._deliveries.note(receipts, enrolments)
            told = {receipt.lead_key for receipt in receipts}
            self._failed(failure, {one: lead for one, lead in leads.items() if lead.key not in told})
        except CredentialError:
            rest = [Receipt(key, "later") for key in enrolments]
            self._deliveries.note([*receipts, *rest], enrolments)
            raise
        else:
            self._silent = 0
            self._deliveries.note(receipts, enrolments)

    def _calls(self, leads: Mapping[int, Lead]) -> Iterator[Receipt]:
        """Whoever gets no mail is not for the tool: their calls and tasks stand in the run's folder."""
        mailed = [lead for lead in leads.values() if emails_of(lead)]
        yield from (Receipt(lead.key, "accepted") for lead in leads.values() if not emails_of(lead))
        if mailed:
            yield from self._tool.push(mailed, self._remote)

    def _failed(self, failure: ApiFailure, leads: Mapping[int, Lead]) -> None:
        """A call without an answer stays ambiguous; a refused batch is halved until the bad lead stands alone."""
        if may_have_arrived(failure):
            self._silent += 1
            if self._silent >= _SILENT:
                self._silent = 0
                raise failure
            return
        keys = {lead.key: enrolment for enrolment, lead in leads.items()}
        alone = len(leads) == 1
        if is_about_leads(failure) and alone:
            self._deliveries.note([Receipt(key, "refused", reason="invalid") for key in keys], keys)
            return
        self._deliveries.note([Receipt(key, "later", reason=failure.reason) for key in keys], keys)
        if not is_about_leads(failure):
            raise failure
        several = list(leads.items())
        middle = len(several) // 2
        for half in (several[:middle], several[middle:]):
            self._offer(dict(half))


def forgotten(tool: ToolApi, remote: Remote, ledger: Ledger, campaign: str, key: str) -> list[Forgotten]:
    """Whom the tool has from this campaign and the ledger does not know, as after a restored backup."""
    for number in range(1, _TROUBLES + 1):
        try:
            return list(_unknown(tool.find(remote), ledger, campaign, key))
        except ApiFailure as failure:
            if number == _TROUBLES or not may_pass(failure):
                raise unreachable(tool, failure) from failure
            remote.pause(2.0 ** (number - 1))
    return []


def _unknown(arrived: Iterator[Arrived], ledger: Ledger, campaign: str, key: str) -> Iterator[Forgotten]:
    """Our own mark tells ours from those whom somebody else put there."""
    chunk: list[Forgotten] = []
    for one in arrived:
        if one.lead_id and one.lead_id == lead_id(campaign, one.email, key):
            chunk.append(Forgotten(*one))
        if len(chunk) >= _CHUNK:
            yield from _strangers(chunk, ledger, campaign)
            chunk = []
    yield from _strangers(chunk, ledger, campaign)


def _strangers(chunk: list[Forgotten], ledger: Ledger, campaign: str) -> Iterator[Forgotten]:
    known = ledger.known_keys(campaign, [one.email for one in chunk])
    return (one for one in chunk if one.email not in known)


def unreachable(tool: ToolApi, failure: ApiFailure) -> SourceUnreadable:
    """What there is to say where a tool cannot even be asked."""
    hint = "nothing was sent; look at the key's rights, the campaign's id and base_url, then run again"
    return SourceUnreadable(f"{tool.name} cannot be asked whom it has ({failure})", hint=hint)
