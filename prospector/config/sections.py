"""The sections of `prospector.yaml`, each with its settings and their defaults."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Discriminator, Field, Tag, model_validator

from prospector.config.answers import always_suppressed, answer_defaults, line_for
from prospector.config.values import (
    Address,
    AnswerName,
    AnyPeriod,
    Country,
    Day,
    Endpoint,
    Nameserver,
    OneLine,
    Pause,
    PlainName,
    Share,
    VariableName,
    Zone,
    form_of,
)
from prospector.core.spans import Period


class Section(BaseModel):
    """A part of the file: unknown names in it are errors, and a blank one is its default."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True, allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _without_blanks(cls, value: Any) -> Any:
        """A setting without a value, such as a section whose lines are all commented out, is its default."""
        if not isinstance(value, dict):
            return value
        return {name: one for name, one in value.items() if one is not None or name not in cls.model_fields}


class Sender(Section):
    """Who writes the mails."""

    name: OneLine = ""
    email: OneLine = ""
    company: OneLine = ""
    postal_address: str = ""
    unsubscribe: OneLine = ""


class ConnectTo(Section):
    """Where connections of a scheme really go, whatever the URL says."""

    http: Endpoint | None = None
    https: Endpoint | None = None


class Http(Section):
    """How the web client behaves."""

    concurrency: int = Field(default=100, ge=1, le=1000)
    per_host: int = Field(default=2, ge=1, le=100)
    timeout: float = Field(default=15, gt=0, le=600)
    user_agent: OneLine = "prospector/0.1 (company site reader)"
    robots: bool = True
    allow_private: bool = False
    connect_to: ConnectTo = ConnectTo()
    ca_file: Path | None = None


class Dns(Section):
    """Which name servers answer; the system's where the list is empty."""

    nameservers: tuple[Nameserver, ...] = ()


class Smtp(Section):
    """How addresses are probed, if at all."""

    probe: bool = False
    port: int = Field(default=25, ge=1, le=65535)
    helo: OneLine | None = None
    mail_from: OneLine | None = None


class Enrich(Section):
    """How long a look-up stays fresh, what may be spent, which source is asked first."""

    max_age: AnyPeriod = Period(30, "d")
    budget: float = Field(default=0, ge=0)
    waterfall: dict[str, tuple[str, ...]] = {}
    accept: Literal["verified", "catch_all", "guessed"] = "verified"


class Provider(Section):
    """A paid source or an e-mail tool: where its key is found, where it is, what a look-up costs."""

    api_key_env: VariableName
    base_url: str | None = None
    price: dict[str, Annotated[float, Field(ge=0)]] = {}
    per_minute: int | None = Field(default=None, ge=1)
    user: OneLine = ""


class Hook(Section):
    """A tool that tells what happens: where its proof is found."""

    secret_env: VariableName


class Form(Section):
    """A form on a page of ours: our fields by its names, a field that only programs fill in, what is asked for."""

    fields: dict[str, OneLine] = {}
    honeypot: OneLine = ""
    signal: OneLine = ""
    campaign: PlainName | None = None


class Serve(Section):
    """The receiver of webhooks, forms and opt-outs."""

    port: int = Field(default=8025, ge=0, le=65535)
    url: OneLine = ""
    forms_per_minute: int = Field(default=120, ge=1, le=100_000)
    hooks: dict[PlainName, Hook] = {}
    forms: dict[PlainName, Form] = {}


class Imap(Section):
    """Where a mailbox is read. Its password stands in the environment or in `.env`, never here."""

    host: OneLine
    user: OneLine
    password_env: VariableName
    port: int | None = Field(default=None, ge=1, le=65535)
    folders: tuple[OneLine, ...] = Field(default=("INBOX",), min_length=1)
    tls: bool | None = None


class Mailbox(Section):
    """An address that sends and is read."""

    email: Address
    daily_cap: int | None = Field(default=None, ge=1)
    imap: Imap | None = None


class ToolDestination(Section):
    """A destination in its long form."""

    tool: str
    push: bool = False
    campaign: str | None = None
    test_campaign: str | None = None
    delays: Literal["calendar_days", "sending_days", "business_days"] | None = None


Destination = Annotated[
    Annotated[str, Tag("name")] | Annotated[ToolDestination, Tag("long form")], Discriminator(form_of)
]


class Campaign(Section):
    """A segment, a sequence and a destination, with the limits of every day."""

    segment: PlainName
    sequence: PlainName
    destination: Destination
    window: str = "Mon-Fri 09:00-17:00"
    daily_cap: int | None = Field(default=None, ge=1)
    per_company: int | None = Field(default=None, ge=1)
    company_gap: int = Field(default=0, ge=0, le=365)
    cooldown: AnyPeriod | None = None
    start: Day | None = None
    mailboxes: tuple[PlainName, ...] = ()
    handover: Literal["enrolment", "due"] = "enrolment"
    enrich: bool = False
    allow: tuple[str, ...] = ()


class Next(Section):
    """The list of the day's tasks."""

    per_day: int = Field(default=30, ge=1)


class Breaker(Section):
    """How many bounces and complaints stop a campaign, a source of addresses or a recipient's domain by itself."""

    hard_bounces: Share = 0.05
    complaints: Share = 0.003
    after: int = Field(default=50, ge=1, le=1_000_000)


class AnswerRule(Section):
    """What follows from an answer. What is not written is as in `data/answer_rules.tsv`."""

    stop: Literal["no", "campaign", "under_way", "company", "all"] | None = None
    pause: Pause | None = None
    suppress: bool | None = None
    task: Literal["no", "answer", "contact", "again"] | None = None


def _all_answers(written: dict[str, AnswerRule]) -> dict[str, AnswerRule]:
    """The whole table: the defaults with what is written in the file. An opt-out stays one."""
    found = {}
    for name in dict.fromkeys((*answer_defaults(), *written)):
        own, default = written.get(name, AnswerRule()), answer_defaults()[line_for(name)]
        if own.suppress is False and always_suppressed(name):
            raise ValueError(f'"{name}" always suppresses: take `suppress` out')
        above = written.get(line_for(name), AnswerRule()) if name not in answer_defaults() else AnswerRule()
        told = default._asdict() | {"pause": default.pause or "no"}
        for one in (above, own):
            told |= {setting: value for setting, value in one if value is not None}
        found[name] = AnswerRule(**{setting: told[setting] for setting in AnswerRule.model_fields})
    return found


class Settings(Section):
    """All of `prospector.yaml`."""

    database: Path = Path("prospector.db")
    sender: Sender = Sender()
    timezone: Zone = "UTC"
    country: Country | None = None
    http: Http = Http()
    dns: Dns = Dns()
    smtp: Smtp = Smtp()
    enrich: Enrich = Enrich()
    providers: dict[PlainName, Provider] = {}
    mailboxes: dict[PlainName, Mailbox] = {}
    serve: Serve = Serve()
    campaigns: dict[PlainName, Campaign] = {}
    next: Next = Next()
    breaker: Breaker = Breaker()
    answers: Annotated[dict[AnswerName, AnswerRule], AfterValidator(_all_answers)] = Field(
        default_factory=lambda: _all_answers({})
    )
