"""An opt-out can be read back: who a link stands for is kept, and nobody else can make such a link."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from workspaces import (
    AS_OF,
    HEADER,
    TOKEN_KEY,
    call_cli,
    exported_people,
    folder_bytes,
    hr_people,
    import_people,
    make_workspace,
    run_cli,
)

from prospector.core.dotenv import read_dotenv
from prospector.outreach.ledger import Ledger
from prospector.workspace import Workspace

VARIABLE = "PROSPECTOR_TOKEN_KEY"


def links(folder: Path) -> list[str]:
    texts = [path.read_text(encoding="utf-8") for path in sorted(folder.glob("exports/*/*/touches.csv"))]
    return list(dict.fromkeys(re.findall(r"https://tidewater\.test/u/\w+", "".join(texts))))


def suppressed(folder: Path) -> list[str]:
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        return [one.value for one in workspace.suppressions.all()]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = make_workspace(tmp_path / "w")
    import_people(made, hr_people(3))
    return made


def test_the_database_keeps_whom_each_link_stands_for(folder: Path) -> None:
    call_cli("run", "hr", cwd=folder)
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        owners = [Ledger(workspace.db).person_of_token(link.rpartition("/")[2]) for link in links(folder)]
        assert [one and one.email for one in owners] == exported_people(folder)
        assert [one and one.person_id for one in owners] == [
            workspace.person(email).person.id for email in exported_people(folder)
        ]
        assert workspace.db.value("SELECT DISTINCT made_on FROM opt_out_tokens") == AS_OF.isoformat()
        assert Ledger(workspace.db).person_of_token("0" * 32) is None


@pytest.mark.parametrize(
    "spell", [str, str.upper, lambda link: link.rpartition("/")[2], lambda link: f" {link}?x=1 "]
)
def test_an_opt_out_link_or_its_token_suppresses_the_person(folder: Path, spell: object) -> None:
    call_cli("run", "hr", cwd=folder)
    done = call_cli("suppress", "add", spell(links(folder)[1]), cwd=folder)  # type: ignore[operator]
    assert (done.returncode, suppressed(folder)) == (0, [exported_people(folder)[1]])


@pytest.mark.parametrize("link", ["https://tidewater.test/u/TOKEN", "https://tidewater.test/u/", "f" * 32])
def test_a_link_that_was_never_sent_suppresses_nobody_and_no_domain(folder: Path, link: str) -> None:
    done = call_cli("suppress", "add", link, cwd=folder)
    assert (done.returncode, suppressed(folder)) == (2, [])
    assert "nobody was written to with this opt-out link" in done.stderr


def test_addresses_and_domains_are_taken_as_before(folder: Path) -> None:
    call_cli("suppress", "add", "ana@banco.test", "https://rival.test/about", cwd=folder)
    assert suppressed(folder) == ["rival.test", "ana@banco.test"]


def test_an_opt_out_is_read_back_after_a_backup_was_restored(folder: Path, tmp_path: Path) -> None:
    shutil.copy(folder / "prospector.db", tmp_path / "backup")
    call_cli("run", "hr", cwd=folder)
    shutil.copy(tmp_path / "backup", folder / "prospector.db")
    call_cli("run", "hr", cwd=folder)
    assert call_cli("suppress", "add", links(folder)[0], cwd=folder).returncode == 0
    assert suppressed(folder) == exported_people(folder)[:1]


def test_a_link_made_with_an_earlier_key_is_still_known(folder: Path) -> None:
    call_cli("run", "hr", cwd=folder)
    (folder / ".env").write_text(f"{VARIABLE}=another\n", encoding="utf-8")
    assert call_cli("suppress", "add", links(folder)[2], cwd=folder).returncode == 0
    assert suppressed(folder) == exported_people(folder)[2:]


def test_a_link_still_stands_for_a_person_who_was_merged(folder: Path) -> None:
    call_cli("run", "hr", cwd=folder)
    kept, gone = exported_people(folder)[:2]
    assert call_cli("merge", kept, gone, cwd=folder).returncode == 0
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        owner = Ledger(workspace.db).person_of_token(links(folder)[1].rpartition("/")[2])
        assert owner == (workspace.person(kept).person.id, gone)


def test_a_link_of_somebody_without_an_address_stands_for_the_profile(folder: Path) -> None:
    profile = "https://www.linkedin.com/in/bo-lee"
    import_people(folder, [["Bo", "Lee", "", "CFO", "Beta", "", profile]], (*HEADER, "LinkedIn"))
    token = "0123456789abcdef" * 2
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        row = (token, workspace.person("Bo Lee").person.id, "", AS_OF.isoformat())
        workspace.db.execute("INSERT INTO opt_out_tokens VALUES (?, ?, ?, ?)", row)
    done = call_cli("suppress", "add", f"https://tidewater.test/u/{token}", cwd=folder)
    assert (done.returncode, suppressed(folder)) == (0, [profile])


def test_without_a_key_plan_and_preview_show_where_the_token_will_be_and_write_nothing(folder: Path) -> None:
    (folder / ".env").unlink()
    before = folder_bytes(folder)
    for words in (("plan", "hr", "--json"), ("sequence", "preview", "trio", "--json")):
        shown = call_cli(*words, cwd=folder)
        assert (shown.returncode, "https://tidewater.test/u/TOKEN" in shown.stdout) == (0, True)
    assert folder_bytes(folder) == before


def test_the_first_run_makes_a_key_that_is_kept_and_never_printed(folder: Path) -> None:
    (folder / ".env").unlink()
    first = run_cli("run", "hr", "--json", cwd=folder)
    assert first.returncode == 0, first.stderr
    key = read_dotenv(folder)[VARIABLE]
    assert "made the key" in first.stderr
    import_people(folder, hr_people(1, start=4))
    again = run_cli("run", "hr", "--json", cwd=folder)
    assert (read_dotenv(folder)[VARIABLE], "made the key" in again.stderr) == (key, False)
    assert len(links(folder)) == 4
    kept = [body for name, body in folder_bytes(folder).items() if name != ".env"]
    assert not any(key.encode() in body for body in kept)
    assert key not in first.stdout + first.stderr + again.stdout + again.stderr


def test_a_key_in_the_environment_is_used_and_no_file_is_written(folder: Path) -> None:
    with_file = run_cli("plan", "hr", "--json", cwd=folder).stdout
    (folder / ".env").unlink()
    env = {VARIABLE: TOKEN_KEY}
    assert run_cli("plan", "hr", "--json", cwd=folder, env=env).stdout == with_file
    assert run_cli("run", "hr", cwd=folder, env=env).returncode == 0
    assert not (folder / ".env").exists()


def test_a_key_that_cannot_be_kept_stops_the_run_before_anything_leaves(folder: Path) -> None:
    (folder / ".env").rename(folder / "elsewhere")
    (folder / "elsewhere").write_text("A=1\n", encoding="utf-8")
    (folder / ".env").symlink_to("elsewhere")
    done = run_cli("run", "hr", cwd=folder)
    assert (done.returncode, f"{folder / '.env'}: this is a link" in done.stderr) == (2, True)
    assert not (folder / "exports").exists()


def test_the_link_tells_nobody_what_the_key_is_by_the_sender(folder: Path) -> None:
    before = run_cli("plan", "hr", "--json", cwd=folder).stdout
    (folder / ".env").write_text(f"{VARIABLE}=another\n", encoding="utf-8")
    assert run_cli("plan", "hr", "--json", cwd=folder).stdout != before


def test_init_makes_a_key_and_leaves_one_that_is_there(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / ".env").write_text(f"{VARIABLE}=mine\n", encoding="utf-8")
    for name in ("a", "b"):
        done = call_cli("init", name, cwd=tmp_path)
        assert (done.returncode, "key of the opt-out links" in done.stderr) == (0, True)
        assert ".env" in (tmp_path / name / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert len(read_dotenv(tmp_path / "a")[VARIABLE]) == 64
    assert read_dotenv(tmp_path / "b") == {VARIABLE: "mine"}
