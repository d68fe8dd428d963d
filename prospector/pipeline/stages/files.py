"""`pipeline.yaml` of a workspace; without one, that of a new workspace."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from prospector.config import load_section
from prospector.pipeline.stages.checking import check_words
from prospector.pipeline.stages.settings import Pipeline
from prospector.starter import PIPELINE, starter_folder

if TYPE_CHECKING:
    from pathlib import Path


def load_pipeline(folder: Path) -> Pipeline:
    """The stages, rules and limits of a workspace; `FileError` with the line of what is wrong with them."""
    path = folder / PIPELINE
    return _read(path) if path.exists() else default_pipeline()


@cache
def default_pipeline() -> Pipeline:
    """The pipeline of a new workspace."""
    return _read(starter_folder() / PIPELINE)


def _read(path: Path) -> Pipeline:
    pipeline = load_section(path, Pipeline, "docs/pipeline.md")
    check_words(pipeline, path)
    return pipeline
