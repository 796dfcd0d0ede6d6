"""The list of runs: costs and damaged runs.

The costs are those of starting it.
"""

from __future__ import annotations

import os
import subprocess
import sys

from recording import initial_snapshot, stamped_events

from workbench.config import Settings
from workbench.live.archive import archive_folder, archive_run
from workbench.live.snapshot import fold
from workbench.workflow.repository import list_runs

HEAVY = ("langgraph", "langchain_core", "openai", "pandas", "workbench.workflow.run")


def test_status_imports_no_model_client(shared_home):
    """A list of runs needs no model client.

    LangGraph and OpenAI's client take a second of processor time.
    """
    program = (
        "import sys\nfrom workbench.cli import run\nassert run(['status']) == 0\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    environment = {**os.environ, "WORKBENCH_HOME": str(shared_home)}
    listed = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )
    assert listed.stdout.splitlines()[-1] == "[]"


def test_damaged_archive_hides_no_run(shared_home, caplog):
    settings = Settings(home=shared_home)
    whole = fold(initial_snapshot(), stamped_events())
    for thread_id in ("whole", "damaged"):
        archive_run(settings, whole.model_copy(update={"thread_id": thread_id}), [], {})
    (archive_folder(shared_home, "damaged") / "snapshot.json").write_bytes(b"{")
    assert [snapshot.thread_id for snapshot in list_runs(settings=settings).runs] == ["whole"]
    assert "the archive of run damaged" in caplog.text
