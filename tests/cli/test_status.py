"""``workbench status``: one run, and the list of runs."""

from __future__ import annotations

import io
from contextlib import redirect_stdout

from command_line import EVIL, is_harmless


def test_run_texts_control_no_terminal():

    from workbench.cli.status import _print_run, _print_runs
    from workbench.live import events
    from workbench.live.snapshot import LetterHead, SectionState, Snapshot

    snapshot = Snapshot(
        thread_id="t", user_id="u", case_id=EVIL, unresolved=(EVIL,), letter=LetterHead(case_title=EVIL),
        updated_at=EVIL, sections=(SectionState(section_id="awards", title=EVIL),),
        logs=(events.log(EVIL, agent=EVIL).log,),
    )  # fmt: skip
    with redirect_stdout(io.StringIO()) as shown:
        _print_run(snapshot, orphan=True)
        _print_runs([snapshot], frozenset())
    assert "forged: line" in shown.getvalue()
    assert is_harmless(shown.getvalue())
