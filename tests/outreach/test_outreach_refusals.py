"""A run refuses what must not leave, says all of it at once, and lets pass only what the campaign allows."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from workspaces import (
    AS_OF,
    CAMPAIGN,
    SENDER,
    call_cli,
    fill_in_sender,
    folder_bytes,
    hr_people,
    import_people,
    make_workspace,
)

from prospector.core.errors import FileError, ProspectorError
from prospector.outreach.reasons import REFUSALS
from prospector.outreach.refusals import is_reserved
from prospector.starter import make_workspace as init
from prospector.starter import sample_address
from prospector.workspace import Workspace

FRONT = "---\nday: 0\nchannel: email\nsubject: S\n---\n"
ADDRESS = "\n\n{{ sender.postal_address }}\n"
LINK = "\n\n[unsubscribe]({{ unsubscribe_url }})\n"
OTHER = {"unsubscribe": "https://ourco.test/u/{token}"}


def refused(folder: Path, name: str = "hr") -> list[tuple[str, str, int | None]]:
    """Code, file and line of each refusal."""
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        try:
            workspace.plan(name)
        except ProspectorError as error:
            parts = [one for one in error.parts if isinstance(one, FileError)]
            assert all(one.hint for one in parts)
            codes = [re.findall(r"\((\w+)\)$", one.what)[0] for one in parts]
            assert set(codes) <= set(REFUSALS)
            places = [(Path(one.path).name, one.line) for one in parts]
            return [(code, *place) for code, place in zip(codes, places, strict=True)]
    return []


def codes(folder: Path) -> list[str]:
    return [one[0] for one in refused(folder)]


def workspace_of(
    folder: Path, body: str = "Hi" + ADDRESS + LINK, *, allow: tuple[str, ...] = (), **sender: str
) -> Path:
    campaign = {**CAMPAIGN, "allow": list(allow)} if allow else CAMPAIGN
    return make_workspace(folder, campaigns={"hr": campaign}, touches={"01.md": FRONT + body}, sender=sender)


def test_a_filled_in_sender_and_a_mail_with_address_and_link_may_leave(tmp_path: Path) -> None:
    assert refused(make_workspace(tmp_path)) == []


@pytest.mark.parametrize("command", ["plan", "run"])
@pytest.mark.parametrize("people", [0, 2])
def test_the_sample_sender_is_refused_with_or_without_new_people_and_nothing_is_written(
    tmp_path: Path, command: str, people: int
) -> None:
    init(tmp_path)
    if people:
        import_people(tmp_path, hr_people(people))
    with Workspace.open(tmp_path, as_of=AS_OF) as workspace:
        workspace.db.value("SELECT 1")
    before = folder_bytes(tmp_path)
    done = call_cli(command, "finance-new-hr", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    lines = done.stderr.splitlines()
    assert [line.partition(" ")[0] for line in lines] == ["error:", "hint:"] * 2
    assert re.search(r"prospector\.yaml:10: .*\(sample_sender\)$", lines[0])
    assert re.search(r"prospector\.yaml:13: .*\(reserved_domain\)$", lines[2])
    assert folder_bytes(tmp_path) == before
    fill_in_sender(tmp_path)
    assert call_cli(command, "finance-new-hr", cwd=tmp_path).returncode == 0


@pytest.mark.parametrize("spell", [str, str.upper, str.title])
def test_the_sample_is_told_by_its_address_alone(tmp_path: Path, spell: Any) -> None:
    assert codes(workspace_of(tmp_path, email=spell(sample_address()), **OTHER)) == ["sample_sender"]


@pytest.mark.parametrize(
    ("sender", "expected"),
    [
        ({"name": ""}, ["blank_sender"]),
        ({"company": " - "}, ["blank_sender"]),
        ({"name": "{{name}}"}, ["blank_sender"]),
        ({"name": "[Your Name]"}, ["blank_sender"]),
        ({"name": "TODO"}, ["blank_sender"]),
        ({"company": "Your company"}, ["blank_sender"]),
        ({"company": "n/a"}, ["blank_sender"]),
        ({"postal_address": "<address>"}, ["no_postal_address"]),
        ({"postal_address": "Ihre Adresse"}, ["no_postal_address"]),
        ({"email": "nora@yourcompany.com"}, ["reserved_domain"]),
        ({"email": "nora@\uff25xample.com"}, ["reserved_domain"]),
        ({"unsubscribe": "https://www.your-domain.com/{token}"}, ["reserved_domain"]),
        ({"unsubscribe": "https://0.0.0.0/{token}"}, ["reserved_domain"]),
        ({"unsubscribe": "https:///{token}"}, ["no_opt_out"]),
        ({"email": ""}, ["blank_sender"]),
        ({"email": "Nora <nora@tidewater.test>"}, ["blank_sender"]),
        ({"email": "nora"}, ["blank_sender"]),
        ({"postal_address": ""}, ["no_postal_address"]),
        ({"email": "nora@Tidewater.EXAMPLE"}, ["reserved_domain"]),
        ({"email": "nora@mail.example.com"}, ["reserved_domain"]),
        ({"email": "nora@tidewater.invalid"}, ["reserved_domain"]),
        ({"email": "nora@localhost"}, ["reserved_domain"]),
        ({"unsubscribe": "https://u.example.org/{token}"}, ["reserved_domain"]),
        ({"unsubscribe": "http://127.0.0.1:8000/{token}"}, ["reserved_domain"]),
        ({"unsubscribe": "mailto:stop@tidewater.example?subject={token}"}, ["reserved_domain"]),
        ({"unsubscribe": ""}, ["no_opt_out"]),
        ({"unsubscribe": "{token}"}, ["no_opt_out"]),
        ({"unsubscribe": "https://tidewater.test/{{token}}"}, ["no_opt_out"]),
        ({"unsubscribe": "https://tidewater.test/u/"}, ["no_token"]),
        ({"unsubscribe": "https://tidewater.test/u/{TOKEN}"}, ["no_token"]),
        ({"unsubscribe": "tidewater.test/u/{token}"}, []),
        ({"unsubscribe": "mailto:stop@tidewater.test?subject={token}"}, []),
        ({"email": "NORA@tidewater.test"}, []),
    ],
)
def test_a_sender_is_refused_for_what_is_wrong_with_it(
    tmp_path: Path, sender: dict[str, str], expected: list[str]
) -> None:
    assert codes(workspace_of(tmp_path, **sender)) == expected


def test_everything_is_told_at_once_with_file_and_line(tmp_path: Path) -> None:
    folder = workspace_of(tmp_path, "Hi")
    settings = folder / "prospector.yaml"
    lines = ["sender:", '  name: ""', "  email: ana@ourco.example", "  unsubscribe: https://ourco.test/u"]
    rest = settings.read_text(encoding="utf-8").splitlines()[1:]
    settings.write_text("\n".join([*lines, *rest]), encoding="utf-8")
    assert sorted(refused(folder)) == [
        ("blank_sender", "prospector.yaml", 1),
        ("blank_sender", "prospector.yaml", 2),
        ("no_opt_out", "01.md", 6),
        ("no_postal_address", "01.md", 6),
        ("no_postal_address", "prospector.yaml", 1),
        ("no_token", "prospector.yaml", 4),
        ("sample_sender", "prospector.yaml", 3),
    ]


def test_a_template_that_is_wrong_for_everybody_is_told_with_the_rest(tmp_path: Path) -> None:
    done = call_cli("plan", "hr", cwd=workspace_of(tmp_path, "{{ persn.name }}", name=""))
    assert (done.returncode, done.stderr.count("error: "), done.stderr.count("hint: ")) == (2, 2, 2)
    assert 'no name "persn"' in done.stderr


def test_a_branch_that_no_sample_takes_is_found_on_the_real_person(tmp_path: Path) -> None:
    branch = "{% if person.last_name == 'Familyd' %}Hi{% else %}" + LINK + "{% endif %}"
    folder = workspace_of(tmp_path, "Hi" + ADDRESS + branch)
    assert refused(folder) == []
    import_people(folder, hr_people(3))
    done = call_cli("run", "hr", cwd=folder)
    assert (done.returncode, done.stderr.count("error: ")) == (2, 1)
    assert "01.md:6: no way to opt out in the first mail, for Givend Familyd (no_opt_out)" in done.stderr
    assert not (folder / "exports").exists()


@pytest.mark.parametrize(
    ("opt_out", "sentence", "expected"),
    [
        ("reply", "Reply with no and I will not write again.", []),
        ("reply", "Write if you like.", ["no_opt_out"]),
        ("tool", "Hi", []),
    ],
)
def test_without_a_link_the_setting_is_not_asked_for(
    tmp_path: Path, opt_out: str, sentence: str, expected: list[str]
) -> None:
    folder = workspace_of(tmp_path, sentence + ADDRESS, unsubscribe="")
    (folder / "templates" / "trio" / "sequence.yaml").write_text(f"opt_out: {opt_out}\n", encoding="utf-8")
    assert codes(folder) == expected


def test_a_sequence_without_mails_needs_no_postal_address_and_no_link(tmp_path: Path) -> None:
    touches = {"01.md": "---\nday: 0\nchannel: call\n---\nAsk.\n"}
    sender = {"postal_address": "", "unsubscribe": ""}
    assert refused(make_workspace(tmp_path, touches=touches, sender=sender)) == []


@pytest.mark.parametrize("dry", [True, False])
def test_what_the_campaign_allows_leaves_and_is_said(tmp_path: Path, dry: bool) -> None:
    folder = workspace_of(tmp_path, "Hi" + LINK, allow=("no_postal_address", "no_token"))
    import_people(folder, hr_people(2))
    done = call_cli("plan" if dry else "run", "hr", "--json", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert (json.loads(done.stdout)["new"], json.loads(done.stdout)["allowed"]) == (2, ["no_postal_address"])
    assert "allowed by the campaign: no_postal_address\n" in done.stderr
    for manifest in folder.glob("exports/*/*/manifest.json"):
        assert json.loads(manifest.read_text(encoding="utf-8"))["allowed"] == ["no_postal_address"]


def test_a_code_that_only_a_real_person_needed_is_said_too(tmp_path: Path) -> None:
    branch = "{% if person.last_name == 'Familyd' %}Hi{% else %}" + LINK + "{% endif %}"
    folder = workspace_of(tmp_path, "Hi" + ADDRESS + branch, allow=("no_opt_out",))
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        assert workspace.plan("hr").allowed == ()
    import_people(folder, hr_people(3))
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        assert workspace.plan("hr").allowed == ("no_opt_out",)


def test_what_is_not_allowed_is_refused_beside_what_is(tmp_path: Path) -> None:
    folder = workspace_of(tmp_path, "Hi", allow=("no_postal_address",))
    assert codes(folder) == ["no_opt_out"]


@pytest.mark.parametrize(
    ("code", "hint"), [("no_opt_ot", 'did you mean "no_opt_out"?'), ("everything", "known: sample_sender")]
)
def test_a_misspelt_code_is_a_fault_of_its_line(tmp_path: Path, code: str, hint: str) -> None:
    folder = workspace_of(tmp_path)
    text = (folder / "prospector.yaml").read_text(encoding="utf-8").splitlines()
    campaign = [
        "campaigns:", "  hr:", "    segment: hr", "    sequence: trio", "    destination: csv", "    allow:",
        "      - no_token", f"      - {code}",
    ]  # fmt: skip
    (folder / "prospector.yaml").write_text("\n".join([*text[:3], *campaign]), encoding="utf-8")
    with Workspace.open(folder, as_of=AS_OF) as workspace, pytest.raises(FileError) as caught:
        workspace.plan("hr")
    assert (caught.value.line, caught.value.hint.startswith(hint)) == (11, True)


def test_the_second_campaign_is_looked_at_before_the_first_one_leaves(tmp_path: Path) -> None:
    campaigns = {"hr": CAMPAIGN, "bare": {**CAMPAIGN, "sequence": "bare"}}
    folder = make_workspace(tmp_path, campaigns=campaigns)
    (folder / "templates" / "bare").mkdir()
    (folder / "templates" / "bare" / "01.md").write_text(FRONT + "Hi", encoding="utf-8")
    import_people(folder, hr_people(1))
    assert call_cli("run", "hr", "bare", cwd=folder).returncode == 2
    assert not (folder / "exports").exists()


@pytest.mark.parametrize(
    "body", ["Hi", "Hi" + ADDRESS, "Hi" + ADDRESS + LINK, f"Hi {SENDER['postal_address']}" + LINK]
)
@pytest.mark.parametrize("sender", [{}, {"postal_address": "", "unsubscribe": ""}])
def test_the_check_and_the_run_agree_on_a_text(tmp_path: Path, body: str, sender: dict[str, str]) -> None:
    folder = workspace_of(tmp_path, body, **sender)
    done = call_cli("sequence", "check", "--json", cwd=folder)
    found = [one for one in json.loads(done.stdout) if one["level"] == "error"]
    of_text = [line for _, file, line in refused(folder) if file == "01.md"]
    assert [one["line"] for one in found] == of_text
    assert done.returncode == (2 if of_text else 0)
    assert done.stderr.count("error: ") == len(of_text)


def test_every_code_is_tested_here() -> None:
    text = Path(__file__).read_text(encoding="utf-8")
    assert [code for code in REFUSALS if f'["{code}"]' not in text] == []


@pytest.mark.parametrize("host", ["tidewater.test", "example.co.test", "myexample.com", "", "10.0.0.1"])
def test_a_name_that_may_lead_somewhere_is_not_reserved(host: str) -> None:
    assert not is_reserved(host)
