"""`prospector.yaml`: the design's example loads, and every mistake is named with its line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel

from prospector.config import Settings, ToolDestination, find_workspace, host_and_port, load_settings
from prospector.core.errors import FileError, UsageError
from prospector.core.spans import Period
from prospector.starter import SETTINGS, starter_folder

EXAMPLE = """\
database: prospector.db
sender: {name: Ana Ruiz, email: ana@ourco.example, company: OurCo, postal_address: "Hauptstr. 1, 10115 Berlin",
         unsubscribe: "https://ourco.example/u/{token}"}
timezone: Europe/Berlin
http:   {concurrency: 100, per_host: 2, timeout: 15, user_agent: "...", robots: true, allow_private: false,
         connect_to: {http: null, https: null}, ca_file: null}
dns:    {nameservers: []}          # empty: the system's
smtp:   {probe: false, port: 25, helo: null, mail_from: null}
enrich: {max_age: 30d, budget: 5.00, waterfall: {email: [website, pattern, hunter, apollo]}}
providers: {hunter: {api_key_env: HUNTER_API_KEY, base_url: null, price: {email: 0.01}}}
campaigns:
  finance-new-hr: {segment: finance-new-hr, sequence: new-hr-manager, destination: instantly,
                   window: "Mon-Fri 09:00-17:00", daily_cap: 50, per_company: 2, cooldown: 60d, start: 2026-12-01}
"""
CAMPAIGN = "campaigns:\n  hr:\n    segment: hr\n    sequence: trio\n    destination: csv\n"


def load(folder: Path, text: str) -> Settings:
    path = folder / "prospector.yaml"
    path.write_text(text, encoding="utf-8")
    return load_settings(path)


def fault(folder: Path, text: str) -> FileError:
    with pytest.raises(FileError) as caught:
        load(folder, text)
    return caught.value


def test_the_designs_whole_example_loads(tmp_path: Path) -> None:
    settings = load(tmp_path, EXAMPLE)
    assert settings.sender.unsubscribe == "https://ourco.example/u/{token}"
    assert (settings.http.concurrency, settings.http.timeout, settings.http.robots) == (100, 15.0, True)
    assert settings.http.connect_to.http is None
    assert settings.http.ca_file is None
    assert settings.dns.nameservers == ()
    assert (settings.smtp.probe, settings.smtp.port, settings.smtp.helo) == (False, 25, None)
    assert settings.enrich.max_age == Period(30, "d")
    assert settings.enrich.waterfall == {"email": ("website", "pattern", "hunter", "apollo")}
    assert settings.providers["hunter"].price == {"email": 0.01}
    campaign = settings.campaigns["finance-new-hr"]
    assert (campaign.daily_cap, campaign.per_company, campaign.cooldown) == (50, 2, Period(60, "d"))
    assert campaign.start == date(2026, 12, 1)
    assert campaign.handover == "enrolment"


def test_an_empty_file_is_all_defaults(tmp_path: Path) -> None:
    assert load(tmp_path, "") == Settings()


@pytest.mark.parametrize("section", ["sender", "http", "dns", "smtp", "enrich", "providers", "campaigns"])
def test_a_section_with_nothing_below_it_is_its_defaults(tmp_path: Path, section: str) -> None:
    assert load(tmp_path, f"{section}:\n") == Settings()


def test_the_long_form_of_a_destination_loads(tmp_path: Path) -> None:
    text = CAMPAIGN.replace("csv", "{tool: instantly, push: true, campaign: 42}")
    assert load(tmp_path, text).campaigns["hr"].destination == ToolDestination(
        tool="instantly", push=True, campaign="42"
    )


@pytest.mark.parametrize(
    ("text", "line", "word", "near"),
    [
        ("database: x.db\ncampaign: {}\n", 2, "campaign", "campaigns"),
        ("sender:\n  nmae: Ana\n", 2, "nmae", "name"),
        ("http:\n  robots: true\n  time_out: 3\n", 3, "time_out", "timeout"),
        ("http:\n  connect_to:\n    htps: 127.0.0.1:1\n", 3, "htps", "https"),
        ("dns:\n  nameserver: []\n", 2, "nameserver", "nameservers"),
        ("smtp: {port: 25,\n  hello: x}\n", 2, "hello", "helo"),
        ("enrich:\n  max-age: 3d\n", 2, "max-age", "max_age"),
        ("providers:\n  hunter:\n    api_key_env: KEY\n    baseurl: x\n", 4, "baseurl", "base_url"),
        (CAMPAIGN + "    dayly_cap: 3\n", 6, "dayly_cap", "daily_cap"),
        (CAMPAIGN.replace("csv", "\n      tool: csv\n      pussh: true"), 7, "pussh", "push"),
    ],
)
def test_an_unknown_key_is_named_with_its_line_and_a_near_miss(
    tmp_path: Path, text: str, line: int, word: str, near: str
) -> None:
    error = fault(tmp_path, text)
    assert (error.line, error.what) == (line, f'no setting "{word}"')
    assert error.hint == f'did you mean "{near}"?'
    assert error.message.startswith(f"{tmp_path / 'prospector.yaml'}:{line}: ")


def test_an_unknown_key_without_a_near_miss_lists_the_known_ones(tmp_path: Path) -> None:
    assert fault(tmp_path, "dns:\n  zzz: 1\n").hint == "known: nameservers"


def test_an_unknown_key_is_an_error_also_without_a_value(tmp_path: Path) -> None:
    assert fault(tmp_path, "http:\n  zzz:\n").what == 'no setting "zzz"'


@pytest.mark.parametrize(
    ("text", "line", "place"),
    [
        ("timezone: Europe/Atlantis\n", 1, "timezone"),
        ("timezone: ../../etc/passwd\n", 1, "timezone"),
        ("timezone: [Europe/Berlin]\n", 1, "timezone"),
        ("enrich: {max_age: [30d]}\n", 1, "enrich.max_age"),
        ("http: {connect_to: {http: [a, 1]}}\n", 1, "http.connect_to.http"),
        ("campaigns:\n  hr:\n", 2, "campaigns.hr"),
        ("campaigns: {a b: {segment: x}}\n", 1, "campaigns.a b"),
        ("\nhttp:\n  concurrency: many\n", 3, "http.concurrency"),
        ("http:\n  concurrency: 0\n", 2, "http.concurrency"),
        ("http:\n  timeout: -1\n", 2, "http.timeout"),
        ("http:\n  timeout: nan\n", 2, "http.timeout"),
        ("http:\n  robots: maybe\n", 2, "http.robots"),
        ('http:\n  user_agent: "a\\r\\nX-Other: b"\n', 2, "http.user_agent"),
        ('smtp:\n  helo: "a\\r\\nRCPT TO:<b@c.example>"\n', 2, "smtp.helo"),
        ('smtp:\n  mail_from: "a\\nb"\n', 2, "smtp.mail_from"),
        ('sender:\n  name: "Ana\\nBcc: b@c.example"\n', 2, "sender.name"),
        ("enrich:\n  budget: 1e999\n", 2, "enrich.budget"),
        ("enrich:\n  budget: inf\n", 2, "enrich.budget"),
        (
            "providers:\n  hunter:\n    api_key_env: KEY\n    price: {email: nan}\n",
            4,
            "providers.hunter.price.email",
        ),
        (
            "providers:\n  hunter:\n    api_key_env: KEY\n    price: {email: -1}\n",
            4,
            "providers.hunter.price.email",
        ),
        ("http:\n  connect_to:\n    http: 127.0.0.1\n", 3, "http.connect_to.http"),
        ("http:\n  connect_to:\n    http: 127.0.0.1:70000\n", 3, "http.connect_to.http"),
        ("http: yes\n", 1, "http"),
        ("dns:\n  nameservers:\n    - 127.0.0.1:53\n    - a:b:c\n", 4, "dns.nameservers.1"),
        ("smtp: {port: 0}\n", 1, "smtp.port"),
        ("enrich:\n  max_age: a month\n", 2, "enrich.max_age"),
        ("enrich:\n  budget: -1\n", 2, "enrich.budget"),
        ("enrich:\n  waterfall:\n    email: website\n", 3, "enrich.waterfall.email"),
        ("providers:\n  hunter:\n    price: {}\n", 2, "providers.hunter"),
        (
            "providers:\n  hunter:\n    api_key_env: KEY\n    price: {email: free}\n",
            4,
            "providers.hunter.price.email",
        ),
        ("campaigns:\n  hr:\n    segment: hr\n    destination: csv\n", 2, "campaigns.hr"),
        (CAMPAIGN.replace("segment: hr", "segment: ../secrets"), 3, "campaigns.hr.segment"),
        (CAMPAIGN + "    daily_cap: 0\n", 6, "campaigns.hr.daily_cap"),
        (CAMPAIGN + "    daily_cap: 1.5\n", 6, "campaigns.hr.daily_cap"),
        (CAMPAIGN + "    start: tomorrow\n", 6, "campaigns.hr.start"),
        (CAMPAIGN + "    start: 2026-02-30\n", 6, "campaigns.hr.start"),
        (CAMPAIGN + "    start: 0\n", 6, "campaigns.hr.start"),
        (CAMPAIGN + "    handover: never\n", 6, "campaigns.hr.handover"),
        (CAMPAIGN.replace("csv", "[csv]"), 5, "campaigns.hr.destination"),
        (CAMPAIGN.replace("csv", "{push: true}"), 5, "campaigns.hr.destination"),
        (CAMPAIGN.replace("csv", "{tool: csv, push: perhaps}"), 5, "campaigns.hr.destination.push"),
    ],
)
def test_a_wrong_value_is_named_with_its_line(tmp_path: Path, text: str, line: int, place: str) -> None:
    error = fault(tmp_path, text)
    assert (error.line, error.what.partition('"')[2].partition('"')[0]) == (line, place)
    assert error.hint
    assert not re.search(r"Input should|instance of|pydantic|str_type", error.what)


def test_scalars_stay_text(tmp_path: Path) -> None:
    text = "sender: {name: NO, company: 1e3, postal_address: 010115, email: null}\n"
    sender = load(tmp_path, text).sender
    assert (sender.name, sender.company, sender.postal_address) == ("NO", "1e3", "010115")
    text = CAMPAIGN.replace("hr", "on").replace("trio", "1.10")
    campaign = load(tmp_path, text).campaigns["on"]
    assert (campaign.segment, campaign.sequence) == ("on", "1.10")


def test_a_key_in_the_place_of_its_variables_name_is_not_repeated(tmp_path: Path) -> None:
    error = fault(tmp_path, "providers:\n  hunter:\n    api_key_env: sk-live-5f2b\n")
    assert error.line == 3
    assert "sk-live" not in error.message + error.hint


def test_a_key_under_an_unknown_name_is_not_repeated(tmp_path: Path) -> None:
    error = fault(tmp_path, "providers:\n  hunter:\n    api_key: sk-live-5f2b\n    api_key_env: KEY\n")
    assert error.what == 'no setting "api_key"'
    assert "sk-live" not in error.message + error.hint


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("127.0.0.1:8080", ("127.0.0.1", 8080)),
        ("[::1]:53", ("::1", 53)),
        (" ns.example:53 ", ("ns.example", 53)),
        ("ns.example", ("ns.example", 53)),
    ],
)
def test_host_and_port(text: str, pair: tuple[str, int]) -> None:
    assert host_and_port(text, 53) == pair


@pytest.mark.parametrize("text", ["", ":53", "a:0", "a:65536", "a:b", "a:1:2", "::1"])
def test_what_is_no_host_and_port_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="HOST:PORT"):
        host_and_port(text, 53)


def test_the_workspace_is_found_from_a_folder_below(tmp_path: Path) -> None:
    (tmp_path / "prospector.yaml").touch()
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    assert find_workspace(below) == tmp_path
    (tmp_path / "a" / "prospector.yaml").touch()
    assert find_workspace(below) == tmp_path / "a"


def test_no_workspace_is_a_wrong_usage_with_a_hint(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        find_workspace(tmp_path)
    assert "prospector init" in caught.value.hint


def test_a_name_with_a_blank_that_does_not_break_and_one_of_several_lines_at_its_end_are_kept(
    tmp_path: Path,
) -> None:
    text = 'sender:\n  name: "Ana\u00a0Ruiz"\n  company: |\n    OurCo\n  postal_address: "Hauptstr. 1\\n10115 Berlin"\n'
    (tmp_path / "prospector.yaml").write_text(text, encoding="utf-8")
    sender = load_settings(tmp_path / "prospector.yaml").sender
    assert (sender.name, sender.company) == ("Ana\u00a0Ruiz", "OurCo")
    assert sender.postal_address == "Hauptstr. 1\n10115 Berlin"


def test_every_sample_of_a_new_workspace_may_be_taken_in(tmp_path: Path) -> None:
    text = (starter_folder() / SETTINGS).read_text(encoding="utf-8")
    sample = re.compile(r"^# (?=[a-z_]+:(?: |$)|  )", re.MULTILINE)
    settings = load(tmp_path, sample.sub("", text))
    assert {"mailboxes", "answers", "breaker", "serve", "next"} <= settings.model_fields_set
    assert settings.mailboxes["ana"].imap is not None
    assert settings.answers["auto_reply"].pause == Period(10, "d")


def settings_of(model: type[BaseModel], above: str = "") -> Iterator[str]:
    """Every setting with its place; NAME stands for a name of the user's own."""
    for name, field in model.model_fields.items():
        below = [
            one for one in _types_in(field.annotation) if isinstance(one, type) and issubclass(one, BaseModel)
        ]
        own_name = "dict[" in str(field.annotation) and bool(below)
        place = f"{above}{name}" + (".NAME" if own_name else "")
        if not below:
            yield place
        for one in below:
            yield from settings_of(one, f"{place}.")


def _types_in(annotation: object) -> Iterator[object]:
    yield annotation
    for one in get_args(annotation):
        yield from _types_in(one)


def explained() -> set[str]:
    """The settings that have a row; one that begins with a dot stands beside the first of its row."""
    page = (Path(__file__).parents[2] / "docs" / "configuration.md").read_text(encoding="utf-8")
    found = set()
    for row in re.findall(r"^\| (`[^|]+) \|", page, re.MULTILINE):
        first, *others = re.findall(r"`([^`]+)`", re.sub(r"\b(TOOL|ANSWER)\b", "NAME", row))
        whole = [f"{first.rpartition('.')[0]}{one}" if one.startswith(".") else one for one in others]
        found |= {first, *whole}
    return found


def samples_of_settings() -> Iterator[str]:
    """The blocks of YAML on all pages that hold nothing but settings."""
    for page in sorted((Path(__file__).parents[2] / "docs").glob("*.md")):
        for text in re.findall(r"```yaml\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL):
            keys = re.findall(r"^([a-z]\w*):", text, re.MULTILINE)
            if keys and set(keys) <= set(Settings.model_fields):
                yield text


def test_every_sample_of_the_pages_is_understood(tmp_path: Path) -> None:
    texts = list(samples_of_settings())
    assert len(texts) >= 5
    for text in texts:
        load(tmp_path, text)


def test_every_setting_is_explained() -> None:
    parts = "campaigns.NAME.destination."  # they stand in the row of the destination
    missing = {one for one in settings_of(Settings) if not one.startswith(parts)} - explained()
    assert not missing
