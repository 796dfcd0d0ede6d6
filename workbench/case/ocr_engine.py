"""Choice of the engine that recognises text in pictures."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache
from importlib.metadata import PackageNotFoundError, version

INSTALL_OCR = "run: pip install 'eb1a-workbench[ocr]'"
_ASK_S = 10


@cache
def ocr_engine_name() -> str:
    """Names the engine in use, with its version; empty where there is none.

    Recognised text depends on it, so the key of a cache of texts has it.
    """
    try:
        return f"rapidocr {version('rapidocr')}, onnxruntime {version('onnxruntime')}, pillow {version('pillow')}"
    except PackageNotFoundError:
        pass
    languages = tesseract_languages()
    return f"{_ask_tesseract('--version')[0].strip()}, {languages}" if languages else ""


@cache
def tesseract_languages() -> str:
    """Lists Tesseract's languages as its option ``-l`` takes them.

    Empty where it is not installed.
    """
    names = {name for name in _ask_tesseract("--list-langs")[1:] if name.isalpha()} - {"osd", "equ"}
    return "+".join(sorted(names, key=lambda name: (name != "eng", name)))


def suggest_ocr() -> str:
    """Returns the end of a sentence about an unread page.

    It says how to have the page read; empty where an engine has tried already.
    """
    return "" if ocr_engine_name() else f"; to have scans read, {INSTALL_OCR}"


def _ask_tesseract(question: str) -> list[str]:
    command = shutil.which("tesseract")
    if command is None:
        return [""]
    try:
        said = subprocess.run([command, question], capture_output=True, timeout=_ASK_S, check=True)  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return [""]
    # Older versions answer on the other channel.
    return (said.stdout or said.stderr).decode(errors="replace").splitlines() or [""]
