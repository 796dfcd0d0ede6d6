"""The ten loose documents of the sample intake."""

from __future__ import annotations

import importlib.util
from pathlib import Path

BUILDER = Path(__file__).parents[2] / "data" / "intake" / "build.py"


def build_documents(folder: Path) -> list[Path]:
    """Writes them as ``python data/intake/build.py FOLDER`` does."""
    spec = importlib.util.spec_from_file_location("build_intake", BUILDER)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.build_documents(folder)
