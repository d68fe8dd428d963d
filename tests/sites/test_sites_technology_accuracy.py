"""Floors under the detector's accuracy on real pages. Floors only rise."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from prospector.normalise.technologies import technology_catalogue

if TYPE_CHECKING:
    from types import ModuleType

PROJECT = Path(__file__).parents[2]
STRICT_RECALL = 0.992
AGREED_RECALL = 0.989
PRECISION = 0.999


def scoring() -> ModuleType:
    """The scoring that the benchmark uses, loaded by path since benchmarks are no package."""
    spec = importlib.util.spec_from_file_location(
        "technology_scoring", PROJECT / "benchmarks" / "technology_scoring.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_the_tables_name_only_products_of_the_catalogue() -> None:
    module = scoring()
    known = {technology.id for technology in technology_catalogue()}
    assert set().union(*module.load_names().values()) <= known
    assert {product for _, product in module.load_disagreements()} <= known
    assert set(module.load_disagreements().values()) == {"present", "absent", "unseen"}


def test_accuracy_on_real_pages_stays_above_its_floors() -> None:
    module = scoring()
    if not module.PAGES.is_dir():
        pytest.skip(f"the labelled pages are not at {module.PAGES}")
    score, _ = module.score()
    assert score.pages > 500
    assert score.overturned == []
    assert score.strict_recall >= STRICT_RECALL, module.by_product(score.strict_missed)
    assert score.agreed_recall >= AGREED_RECALL, module.by_product(score.agreed_missed)
    assert score.precision >= PRECISION, module.by_product(score.unconfirmed)
