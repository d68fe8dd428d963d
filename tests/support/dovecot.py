"""A Dovecot server of its own on loopback, as Debian packages it, with mailboxes in a folder that tests fill."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

PASSWORD = "app-password"
_CONFIG = """protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
ssl = {ssl}
{certificate}
disable_plaintext_auth = no
mail_location = maildir:{folder}/mail/%u:LAYOUT=fs
first_valid_uid = 1
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/home/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {plain}
  }}
  inet_listener imaps {{
    port = {tls}
  }}
}}
service anvil {{
  chroot =
}}
"""


@cache
def why_not() -> str | None:
    """Why no Dovecot can be started here; None where it can. As root it is installed from the system's packages."""
    if os.geteuid() != 0:
        return "Dovecot changes users, which only root may do"
    if shutil.which("dovecot"):
        return None
    if not shutil.which("apt-get"):
        return "there is no Dovecot here, and no apt-get to install it"
    command = ["apt-get", "install", "-y", "--no-install-recommends", "dovecot-imapd"]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(command, capture_output=True, env=environment, timeout=240, check=False)
    return (
        None if done.returncode == 0 and shutil.which("dovecot") else "apt-get cannot install dovecot-imapd"
    )


@dataclass
class Dovecot:
    """A running server. `ana` is a user as any other name is."""

    folder: Path
    plain: int
    tls: int

    def deliver(self, number: int, raw: bytes, at: datetime, *, user: str = "ana", folder: str = "") -> Path:
        """Put a mail into a mailbox; Dovecot numbers new ones in the order of `number`."""
        box = self.folder / "mail" / user / folder
        owner = pwd.getpwnam("nobody")
        for part in ("cur", "new", "tmp"):
            if not (box / part).is_dir():
                (box / part).mkdir(parents=True)
        path = box / "new" / f"{1_000_000_000 + number}.M{number}P1.test"
        path.write_bytes(raw)
        os.utime(path, (at.timestamp(), at.timestamp()))
        os.chown(path, owner.pw_uid, owner.pw_gid)
        return path

    def own(self) -> None:
        """Give all mailboxes to the user as whom the server reads them."""
        subprocess.run(["chown", "-R", "nobody", self.folder / "mail"], check=True)

    def remove(self, number: int, *, user: str = "ana", folder: str = "") -> None:
        """Delete a mail."""
        box = self.folder / "mail" / user / folder
        (path,) = box.glob(f"*/{1_000_000_000 + number}.*")
        path.unlink()


@contextmanager
def dovecot(*, certificate: Path | None = None, key: Path | None = None) -> Iterator[Dovecot]:
    """A server with a folder of its own, which other users must be able to enter."""
    folder = Path(tempfile.mkdtemp(prefix="dovecot-"))
    folder.chmod(0o755)
    for name in ("mail", "home"):
        (folder / name).mkdir()
    nobody = pwd.getpwnam("nobody")
    plain, tls = _free_port(), _free_port()
    text = _CONFIG.format(
        folder=folder,
        ssl="yes" if certificate else "no",
        certificate=f"ssl_cert = <{certificate}\nssl_key = <{key}" if certificate else "",
        password=PASSWORD,
        uid=nobody.pw_uid,
        gid=nobody.pw_gid,
        plain=plain,
        tls=tls,
    )
    (folder / "dovecot.conf").write_text(text, encoding="utf-8")
    server = subprocess.Popen(["dovecot", "-F", "-c", folder / "dovecot.conf"])
    try:
        _wait_for(plain)
        yield Dovecot(folder, plain, tls)
    finally:
        server.terminate()
        server.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _wait_for(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise AssertionError("Dovecot did not start")
