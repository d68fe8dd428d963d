"""What must not leave: a sender that nobody filled in, a first mail without postal address or way to opt out.

Looked for before anything is planned, so that a campaign with nobody new is refused too, and all at once. A
campaign lets single codes pass with `allow: [CODE]`; which ones it needed is said, and stands in the manifest.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from prospector.config import setting_line
from prospector.core.errors import FileError, SeveralErrors, near_miss
from prospector.normalise.emails import is_email
from prospector.normalise.text import clean, fold
from prospector.outreach.reasons import REFUSALS
from prospector.sequences.first_mail import NO_ADDRESS, NO_OPT_OUT, Gap, gap, link_of, missing, sample_gaps
from prospector.sequences.render import compiled_sequence, template_sources
from prospector.sequences.samples import SAMPLE_TOKEN, sample_context
from prospector.sequences.values import text_or_blank
from prospector.starter import sample_address

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from prospector.config import Sender
    from prospector.outreach.campaign_files import CampaignFiles
    from prospector.sequences.folder import Sequence
    from prospector.sequences.render import RenderContext, RenderedTouch

RESERVED_NAMES = ("example", "invalid", "localhost", "example.com", "example.net", "example.org")
"""Names that never lead to anybody (RFC 2606, RFC 6761). `test` is one as well, and left for tests."""

_IN_BRACKETS = re.compile(r"\[.*\]|<.*>|\{.*\}")
_FILLER = re.compile(
    r"to ?do|tb[ad]|x{3,}|change ?me|placeholder|fill ?(?:me ?)?in"
    r"|(?:(?:your|my|ihre?|deine?|votre|ton|tu|su|il tuo|seu|sua|uw) )?"
    r"(?:full |first |last |company |business |postal |street )*"
    r"(?:name|company|organi[sz]ation|address|street|firma|adresse|anschrift|nom|entreprise|nombre|empresa|direccion)"
)
"""What stands in a form before somebody fills it in, as the whole value."""
_FILLER_HOST = re.compile(r"(?:your|my)[-_]?(?:company|domain|organi[sz]ation|org|site|website|business)\b")

_WHO = "fill in `sender:` with who really writes"


class Refusal(NamedTuple):
    """Why a campaign must not run: a code of `reasons.REFUSALS`, and the error that says it."""

    code: str
    error: FileError


def refuse(files: CampaignFiles) -> tuple[str, ...]:
    """Refuse a campaign with all that must not leave; the codes that it lets pass by `allow`."""
    _check_allow(files)
    return _judge(_refusals(files), files)


def refuse_mail(
    files: CampaignFiles, mail: RenderedTouch, context: RenderContext, person: str
) -> tuple[str, ...]:
    """The same for a person's finished first mail: a template may have branches that no sample takes."""
    sequence = files.sequence
    found = tuple(missing(mail, context, sequence.opt_out))
    if not found:
        return ()
    touch = sequence.touches[mail.touch - 1]
    body = next(one.body for one in touch.variants if one.label == mail.variant)
    gaps = [gap(code, sequence.opt_out, body.path, body.line) for code in found]
    return _judge([_of_gap(one, f", for {person}") for one in gaps], files)


def sender_faults(sender: Sender, path: Path) -> list[FileError]:
    """What is wrong with who writes, whatever the campaign."""
    return [one.error for one in (*_of_address(sender, path), *_of_blanks(sender, path))]


def filled_context(sender: Sender) -> RenderContext:
    """A sample context with this sender, in which invented values stand where the settings have none."""
    link = sender.unsubscribe.replace("{token}", SAMPLE_TOKEN) if _link_fault(sender) is None else None
    return sample_context(sender, link)


def _judge(found: Iterable[Refusal], files: CampaignFiles) -> tuple[str, ...]:
    found = list(found)
    refused = list(
        {one.error.message: one.error for one in found if one.code not in files.campaign.allow}.values()
    )
    if refused:
        raise SeveralErrors(refused) if len(refused) > 1 else refused[0]
    return tuple(sorted({one.code for one in found}))


def _check_allow(files: CampaignFiles) -> None:
    """A misspelt code would let nothing pass, or one day the wrong thing."""
    for at, code in enumerate(files.campaign.allow):
        if code not in REFUSALS:
            raise FileError(
                files.settings_file,
                f'campaign "{files.name}": no refusal "{code[:80]}" that could be allowed',
                line=setting_line(files.settings_file, "campaigns", files.name, "allow", at),
                hint=near_miss(code[:80], REFUSALS) or f"known: {', '.join(REFUSALS)}",
            )


def _refusals(files: CampaignFiles) -> Iterator[Refusal]:
    sender, sequence, path = files.settings.sender, files.sequence, files.settings_file
    yield from _of_address(sender, path)
    yield from _of_blanks(sender, path)
    try:
        compiled_sequence(sequence)
    except FileError as fault:  # wrong for everybody: told with the rest, and never allowed
        yield Refusal("", fault)
    if sequence.first_email is None:
        return
    if _is_blank(sender.postal_address):
        hint = "write the sender's postal address there: several countries require it in a first mail"
        yield _refusal(NO_ADDRESS, path, "postal_address", "sender.postal_address is blank", hint)
    yield from _of_link(sender, sequence, path)
    try:
        yield from map(_of_gap, sample_gaps(sequence, filled_context(sender)))
    except FileError as fault:  # the same, or an expression that fails when it is run
        yield Refusal("", fault)


def _of_address(sender: Sender, path: Path) -> Iterator[Refusal]:
    email = sender.email.strip()
    host = email.rpartition("@")[2]
    if _is_blank(email):
        yield _refusal("blank_sender", path, "email", "sender.email is blank", f"{_WHO}: the address")
    elif is_reserved(host):
        # In a checkout the user's own settings are the sample: they are one only as long as nobody fills them in.
        if email.casefold() == sample_address().casefold():
            what = f"{email} is the sender that `prospector init` writes, and nobody"
            yield _refusal(
                "sample_sender", path, "email", what, f"{_WHO}: name, address, company and opt-out link"
            )
        else:
            what = f"sender.email is under a name that leads nowhere: {host}"
            yield _refusal("reserved_domain", path, "email", what, f"{_WHO}: an address that can be answered")
    elif not is_email(email):
        what = f"sender.email is no address: {email[:80]}"
        yield _refusal("blank_sender", path, "email", what, "write it like ana@company.com, without a name")


def _of_blanks(sender: Sender, path: Path) -> Iterator[Refusal]:
    for name in ("name", "company"):
        if _is_blank(getattr(sender, name)):
            yield _refusal("blank_sender", path, name, f"sender.{name} is blank", f"{_WHO}: the {name}")


def _of_link(sender: Sender, sequence: Sequence, path: Path) -> Iterator[Refusal]:
    """Faults of the opt-out link, where the sequence needs it or prints it."""
    if sequence.opt_out == "link" and (fault := _link_fault(sender)):
        yield _refusal(fault[0], path, "unsubscribe", *fault[1:])
    printed = any("unsubscribe_url" in source.text for source in template_sources(sequence).values())
    host = _host(sender.unsubscribe)
    if is_reserved(host) and (printed or sequence.opt_out == "link"):
        what = f"the opt-out link is under a name that leads nowhere: {host}"
        hint = "write in sender.unsubscribe the page where people really opt out"
        yield _refusal("reserved_domain", path, "unsubscribe", what, hint)


def _link_fault(sender: Sender) -> tuple[str, str, str] | None:
    """Code, fault and hint of a setting that gives no link of the person's own."""
    link = sender.unsubscribe.strip()
    hint = (
        'write a link such as "https://company.com/u/{token}"; or `opt_out: reply` (or tool) in sequence.yaml'
    )
    if not link:
        return NO_OPT_OUT, "sender.unsubscribe is blank, so mails have no opt-out link", hint
    if "{token}" not in link:
        return "no_token", "the opt-out link has no {token}, so nobody could tell who clicked", hint
    if not _host(link) or not link_of(sample_context(link=link.replace("{token}", SAMPLE_TOKEN))):
        return NO_OPT_OUT, f"sender.unsubscribe is no web address: {link[:80]}", hint
    return None


def _of_gap(one: Gap, more: str = "") -> Refusal:
    return _made(one.code, one.file, one.line, f"{one.what}{more}", one.hint)


def _refusal(code: str, path: Path, name: str, what: str, hint: str) -> Refusal:
    return _made(code, path, setting_line(path, "sender", name) or 1, what, hint)


def _made(code: str, path: Path, line: int, what: str, hint: str) -> Refusal:
    hint = f"{hint}; if it has to leave so: allow: [{code}] in the campaign"
    return Refusal(code, FileError(path, f"{what} ({code})", line=line, hint=hint))


def _is_blank(value: str) -> bool:
    """Blank is also a placeholder of some tool or form, and a dash or dots."""
    text = text_or_blank(value, "sender")
    if not isinstance(text, str) or clean(text) is None or not any(sign.isalnum() for sign in text):
        return True
    return _IN_BRACKETS.fullmatch(text) is not None or _FILLER.fullmatch(fold(text)) is not None


def _host(link: str) -> str:
    link = link.strip().replace("{token}", "token")
    if link.lower().startswith("mailto:"):
        return link.partition("?")[0].rpartition("@")[2]
    try:
        return urlsplit(link if "://" in link else f"https://{link}").hostname or ""
    except ValueError:  # no address at all, which `_link_fault` tells
        return ""


def is_reserved(host: str) -> bool:
    """True for a host that leads nowhere: a name reserved for examples or of a form, or this very machine."""
    name = unicodedata.normalize("NFKC", host).replace("\u3002", ".").strip().rstrip(".").lower()
    try:
        address = ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        if _FILLER_HOST.match(name.removeprefix("www.")):
            return True
        return any(name == one or name.endswith(f".{one}") for one in RESERVED_NAMES)
    return address.is_loopback or address.is_unspecified
