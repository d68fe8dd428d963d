"""The whole road: from the spreadsheet to the bytes of the file for the e-mail tool, and nobody twice."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from sites import Sites, html, json_answer

GOLDEN = Path(__file__).parent / "golden"
AS_OF = "2026-11-22"

CSV = """First Name,Last Name,Title,Company,Email,# Employees,Industry,Website,Job Start Date,Country
Ana,Ruiz,HR Manager,"Banco Ejemplo S.A.",ana.ruiz@banco.example,120,banking,https://www.banco.example/,2026-03-02,Spain
Bo,Lind,HR Manager,Banco Ejemplo,bo.lind@banco.example,120,banking,banco.example,2024-01-15,Spain
Cem,Öztürk,CFO,Banco Ejemplo,cem@banco.example,120,banking,banco.example,2026-05-01,Spain
Dee,Moss,Human Resources Manager,Tiny Finance,dee@tiny.example,10,financial services,tiny.example,2026-08-01,United Kingdom
Eli,Katz,HR Manager,Plain Insurance,eli@plain.example,60,insurance,plain.example,2026-08-01,United Kingdom
Fay,Wong,HR Manager,Silent Bank,fay@silent.example,70,banking,silent.example,2026-08-01,United States
Gus,Horn,HR Manager,Talk Bank,gus@talk.example,70,banking,talk.example,2026-08-01,Germany
"""

SEGMENT = """name: Finance companies with a new HR manager
company:
  industry: [financial services, banking]
  headcount: "> 10"
  uses: HubSpot
  advertises_on: Google Ads
  hiring: marketing
person:
  role: HR manager
  tenure: "< 1y"
unknown: exclude
"""

SETTINGS = """sender: {{name: Sam Doe, email: sam@tidewater.test, company: OurCo, postal_address: "1 Main St, Springfield",
         unsubscribe: "https://tidewater.test/u/{{token}}"}}
timezone: Europe/Berlin
http: {{connect_to: {{http: "{address}"}}, timeout: 5}}
campaigns:
  hr: {{segment: hr, sequence: hello, destination: {destination}, window: "Mon-Fri 09:00-17:00", daily_cap: 50}}
"""

TOUCHES = {
    "01-hello.md": '---\nday: 0\nchannel: email\nsubject: ["{{ company.name }} is hiring", "A note, {{ person.first_name }}"]\n---\n'
    'Hi {{ person.first_name | fallback("there") }},\n\n'
    'you look for a *{{ company.openings("marketing")[0].title }}*. Who shows new colleagues around?\n\n'
    "{{ sender.name }}, {{ sender.postal_address }}\n\n[No more mails]({{ unsubscribe_url }})\n",
    "02-connect.md": "---\nday: 1\nchannel: linkedin\ntitle: Connect\n---\nHi {{ person.first_name }}, glad to connect.\n",
    "03-again.md": "---\nday: 4\nchannel: email\n---\nShall I send the checklist?\n",
}
HUBSPOT = '<script id="hs-script-loader" async src="//js.hs-scripts.com/4455667.js"></script>'
ADS = (
    "<script async src='https://www.googletagmanager.com/gtag/js?id=AW-900055511'></script>"
    "<script>gtag('config','AW-900055511');gtag('event','conversion',{'send_to':'AW-900055511/abCdEf'});</script>"
)
JOBS = (
    '{"jobs":[{"id":1,"internal_job_id":2,"title":"Growth Marketing Manager","updated_at":"2026-11-03T10:00:00Z",'
    '"first_published":"2026-10-30T10:00:00Z","location":{"name":"Madrid"},'
    '"absolute_url":"https://job-boards.greenhouse.io/banco/jobs/1","departments":[]}],"meta":{"total":1}}'
)


def site(name: str, head: str = "", body: str = "") -> bytes:
    words = f"<h1>{name}</h1><p>{'Money, savings and loans for everybody. ' * 20}</p>"
    return html(f"<html><head><title>{name}</title>{head}</head><body>{words}{body}</body></html>")


def pages() -> dict[tuple[str, str], bytes]:
    careers = '<a href="/careers">Careers</a>'
    jobs = '<h1>Open positions</h1><ul><li><a href="/careers/1">Marketing Manager</a></li><li><a href="/careers/2">Data Engineer</a></li></ul>'
    return {
        ("banco.example", "/"): site("Banco Ejemplo", HUBSPOT + ADS, careers),
        ("banco.example", "/careers"): site(
            "Careers",
            body='<script src="https://boards.greenhouse.io/embed/job_board/js?for=banco"></script>',
        ),
        ("boards-api.greenhouse.io", "/v1/boards/banco/jobs?content=true"): json_answer(JOBS),
        ("tiny.example", "/"): site("Tiny Finance", HUBSPOT + ADS, careers),
        ("tiny.example", "/careers"): site("Careers", body=jobs),
        ("plain.example", "/"): site("Plain Insurance", ADS, careers),
        ("plain.example", "/careers"): site("Careers", body=jobs),
        ("talk.example", "/"): site("Talk Bank", ADS, careers + "<p>We integrate with HubSpot.</p>"),
        ("talk.example", "/careers"): site("Careers", body=jobs),
    }


@pytest.fixture
def sites():
    with Sites(dict(pages())) as served:
        yield served


def make(folder: Path, sites: Sites, destination: str = "csv") -> Path:
    (folder / "segments").mkdir(parents=True)
    (folder / "templates" / "hello").mkdir(parents=True)
    (folder / "prospector.yaml").write_text(
        SETTINGS.format(address=sites.address, destination=destination), "utf-8"
    )
    (folder / ".env").write_text("PROSPECTOR_TOKEN_KEY=a key for tests\n", "utf-8")
    (folder / "segments" / "hr.yaml").write_text(SEGMENT, "utf-8")
    (folder / "contacts.csv").write_text(CSV, "utf-8")
    for name, text in TOUCHES.items():
        (folder / "templates" / "hello" / name).write_text(text, "utf-8")
    return folder


def prospector(folder: Path, *words: str, code: int = 0) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "prospector", *words, "--as-of", AS_OF],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert done.returncode == code, done.stderr
    return done.stdout


def walk(folder: Path) -> list[Path]:
    prospector(folder, "import", "contacts.csv")
    prospector(folder, "enrich", "--segment", "hr")
    prospector(folder, "run", "hr")
    return sorted(path for path in (folder / "exports").rglob("*") if path.is_file())


@pytest.mark.parametrize("destination", ["csv", "jsonl", "instantly"])
def test_the_road_from_the_csv_ends_at_the_known_bytes(tmp_path, sites, destination):
    folder = make(tmp_path / "w", sites, destination)
    files = {path.name: path.read_bytes() for path in walk(folder)}
    del files["manifest.json"]
    for name, body in files.items():
        golden = GOLDEN / destination / name
        assert golden.read_bytes() == body, f"{name} differs from {golden}"
    assert sorted(files) == sorted(path.name for path in (GOLDEN / destination).iterdir())


def test_only_the_one_known_person_is_listed_and_each_other_has_a_reason(tmp_path, sites):
    import json

    folder = make(tmp_path / "w", sites)
    walk(folder)
    rows = json.loads(prospector(folder, "find", "--segment", "hr", "--json"))
    assert [row["email"] for row in rows] == ["ana.ruiz@banco.example"]
    answers = {}
    for email in ("bo.lind", "cem", "dee", "eli", "fay", "gus"):
        host = {
            "bo.lind": "banco",
            "cem": "banco",
            "dee": "tiny",
            "eli": "plain",
            "fay": "silent",
            "gus": "talk",
        }[email]
        lines = json.loads(
            prospector(folder, "segment", "explain", "hr", "--person", f"{email}@{host}.example", "--json")
        )
        answers[email] = {line["criterion"]: line["answer"] for line in lines if line["answer"] != "match"}
    assert answers["bo.lind"] == {"person.tenure": "no_match"}
    assert answers["cem"] == {"person.role": "no_match"}
    assert answers["dee"]["company.headcount"] == "no_match"
    assert answers["eli"]["company.uses"] == "no_match"
    assert answers["fay"]["company.uses"] == "unknown"
    assert answers["gus"]["company.uses"] == "no_match"


def test_a_second_run_exports_nothing_and_changes_no_file(tmp_path, sites):
    folder = make(tmp_path / "w", sites)
    before = {path: path.read_bytes() for path in walk(folder)}
    assert '"exported": 0' in prospector(folder, "run", "hr", "--json")
    after = {path: path.read_bytes() for path in (folder / "exports").rglob("*") if path.is_file()}
    assert after == before


def test_two_workspaces_with_the_same_inputs_hand_over_the_same_bytes(tmp_path, sites):
    first, second = (walk(make(tmp_path / name, sites)) for name in ("one", "two"))
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_the_preview_shows_the_mails_that_leave(tmp_path, sites):
    import json

    folder = make(tmp_path / "w", sites)
    prospector(folder, "import", "contacts.csv")
    prospector(folder, "enrich", "--segment", "hr")
    shown = json.loads(prospector(folder, "sequence", "preview", "hello", "--segment", "hr", "--json"))
    planned = json.loads(prospector(folder, "plan", "hr", "--json"))["touches"]
    assert [(one["send_at"], one["variant"], one["body"]) for one in shown[0]["touches"]] == [
        (one["send_at"], one["variant"], one["body"]) for one in planned
    ]
