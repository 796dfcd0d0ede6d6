"""Walks the paths of four newcomers on a clean clone, and writes a transcript with pictures of each.

Run ``PYTHONPATH=.:tests/support python tests/house/newcomers.py [attorney paralegal engineer administrator]``. It needs
Chromium, git and a package index, and takes about fifteen minutes. Transcripts and pictures are written to
``build/newcomers``. The clone is of the last commit. What a person types is read from the README and the guides that it
links: a path that needs more than they say fails.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from administrator_path import walk_administrator_path
from attorney_path import walk_attorney_path
from engineer_path import walk_engineer_path
from guide_lines import Guides
from newcomer import Newcomer
from paralegal_path import walk_paralegal_path
from playwright.sync_api import sync_playwright
from tools import CHROMIUM, CHROMIUM_OPTIONS, find_program
from transcript import Transcript

TOP = Path(__file__).resolve().parents[2]
PLACE = "build/newcomers"


PATHS: dict[str, Callable[[Newcomer], None]] = {
    "attorney": walk_attorney_path,
    "paralegal": walk_paralegal_path,
    "engineer": walk_engineer_path,
    "administrator": walk_administrator_path,
}


def main() -> int:
    """Walks the paths; returns how many failed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("paths", nargs="*", choices=[*PATHS, []], help="default: all")
    parser.add_argument("--work", type=Path, help="keep clone and home here, and use them again")
    options = parser.parse_args()
    work = options.work or Path(tempfile.mkdtemp(prefix="wb-newcomers-"))
    out = TOP / PLACE
    failed = 0
    try:
        clone = prepare_clone(work)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=find_program(*CHROMIUM), args=CHROMIUM_OPTIONS)
            for name in options.paths or PATHS:
                me = Newcomer(clone, work / f"home-{name}", browser, Transcript(name, out, browser), Guides(clone))
                try:
                    PATHS[name](me)
                except Exception as error:  # noqa: BLE001 - the other paths are walked too
                    failed += 1
                    print(f"{name}: {error}", file=sys.stderr)  # noqa: T201
                stop_store(me)
                print(f"{name}: {me.transcript.total:.0f} s, {out / name}.md")  # noqa: T201
            browser.close()
    finally:
        if not options.work:
            shutil.rmtree(work, ignore_errors=True)
    return failed


def stop_store(me: Newcomer) -> None:
    """Ends the embedded server of the person's home, which goes on after the process that started it."""
    me.open_terminal().run(me.guides.command("workbench redis", choose="stop").text)


def prepare_clone(work: Path) -> Path:
    """Clones the project; what git keeps is removed, as in the ZIP file of a project's page."""
    clone = work / "eb1a-workbench"
    if not clone.exists():
        subprocess.run(["git", "clone", "--quiet", "--depth", "1", TOP.as_uri(), str(clone)], check=True)
        shutil.rmtree(clone / ".git")
    return clone


if __name__ == "__main__":
    sys.exit(main())
