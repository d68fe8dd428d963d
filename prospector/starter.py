"""What a new workspace starts with: the settings, segments and templates of the repository's root.

An installed package carries them in `prospector/starter`; a checkout has them beside the package.
"""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path

from prospector.core.dotenv import TOKEN_KEY, kept_key
from prospector.core.errors import FileError, cannot_be_written
from prospector.core.yaml_text import YamlMap, read_yaml_file

SETTINGS = "prospector.yaml"
PIPELINE = "pipeline.yaml"
FOLDERS = ("segments", "templates")
_IGNORED = "*.db\n*.db-wal\n*.db-shm\n*.db.lock*\n*.db.before-*\n.env\n.env.part\nexports/\nrejects/\n"


def starter_folder() -> Path:
    """Where the starting files are."""
    package = Path(__file__).parent
    packaged = package / "starter"
    return packaged if packaged.is_dir() else package.parent


@cache
def sample_address() -> str:
    """The address of the sender that a new workspace starts with: invented, nobody can be reached there."""
    sender = read_yaml_file(starter_folder() / SETTINGS).get("sender")
    return str(sender.get("email") or "") if isinstance(sender, YamlMap) else ""


def make_workspace(folder: Path) -> list[Path]:
    """Make a workspace and return what was written. A folder that is one already is left alone."""
    if (folder / SETTINGS).exists():
        raise FileError(folder / SETTINGS, "this is a workspace already", hint="choose another folder")
    if folder.exists() and not folder.is_dir():
        raise FileError(folder, "this is a file, not a folder", hint="choose another name")
    source = starter_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        written = [_copy(source / SETTINGS, folder / SETTINGS)]
        if not (folder / PIPELINE).exists():
            written.append(_copy(source / PIPELINE, folder / PIPELINE))
        for name in FOLDERS:
            for path in sorted((source / name).rglob("*")):
                target = folder / path.relative_to(source)
                if path.is_file() and not target.exists():
                    written.append(_copy(path, target))
        if not (folder / ".gitignore").exists():
            (folder / ".gitignore").write_text(_IGNORED, encoding="utf-8")
        kept_key(folder, TOKEN_KEY)
    except OSError as error:
        raise cannot_be_written(folder, error) from error
    return written


def _copy(source: Path, target: Path) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    return target
