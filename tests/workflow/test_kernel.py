"""A run in a real Jupyter kernel.

It is interrupted, restarted, killed, left alone or blocked.
"""

from __future__ import annotations

import os
import threading

import pytest
from crashing import check_whole, finished, has_text
from jupyter_client.manager import KernelManager

import workbench
from workbench.workflow import repository
from workbench.workflow.command_dispatch import send_command

from .conftest import SECTIONS

START = """
import workbench
options = workbench.RunOptions(unattended=True)
run = workbench.start("minimal", thread_id={thread!r}, options=options)
"""
LIMIT_S = 60


class Kernel:
    """A kernel and its one client."""

    def __init__(self) -> None:
        self.manager = KernelManager()
        self.manager.start_kernel()
        self.environment = {}
        self.connect()

    def connect(self) -> None:
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=LIMIT_S)
        self.set_environment()

    def set_environment(self) -> None:
        """Sets the variables of this test, also in a kernel that was restarted."""
        self.run(f"import os\nos.environ.update({self.environment})")

    def close_loop(self) -> None:
        """Lets go of the test's store and model: the next test has others."""
        self.run("from workbench.workflow.loop import BackgroundLoop\nBackgroundLoop.current().close()")
        self.run("import gc, sys\nsys.last_value = sys.last_traceback = None")
        self.run("get_ipython().reset()\n_ = __import__('gc').collect()")

    def disconnect(self) -> None:
        self.client.stop_channels()

    def begin(self, code) -> str:
        """Sends a cell; returns when it says "here"."""
        cell = self.client.execute(code)
        while True:
            message = self.client.get_iopub_msg(timeout=LIMIT_S)
            if message["msg_type"] == "stream" and "here" in message["content"]["text"]:
                return cell

    def reply(self, cell):
        while True:
            message = self.client.get_shell_msg(timeout=LIMIT_S)
            if message["parent_header"].get("msg_id") == cell:
                return message["content"]

    def run(self, code, **expressions):
        """Runs a cell to its end; its values."""
        content = self.reply(self.client.execute(code, user_expressions=expressions))
        assert content["status"] == "ok", content
        return {name: said["data"]["text/plain"] for name, said in content["user_expressions"].items()}

    def close(self) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)
        self.manager.cleanup_resources()


@pytest.fixture(scope="module")
def kernel_process():
    kernel = Kernel()
    yield kernel
    kernel.close()


@pytest.fixture
def kernel(kernel_process, online):
    kernel_process.environment = {
        "WORKBENCH_HOME": str(online.home),
        "WORKBENCH_CASES": str(online.cases),
        "WORKBENCH_MODEL": "small-model",
        "OPENAI_BASE_URL": online.openai_base_url,
        "OPENAI_API_KEY": "sk-test",
    }
    kernel_process.set_environment()
    yield kernel_process
    kernel_process.close_loop()


@pytest.fixture
def drafting(kernel, script, online, until):
    """A run in the kernel, in mid-section."""
    script.hold("publications")
    kernel.run(START.format(thread="in-a-kernel"))
    run = workbench.attach("in-a-kernel", settings=online)
    until(run, lambda s: {"awards", "membership"} <= finished(s) and has_text("publications")(s))
    return run


def test_interrupt_of_awaiting_cell_pauses_run(kernel, drafting, script, until, online):
    cell = kernel.begin("print('here', flush=True)\nawait run")
    kernel.manager.interrupt_kernel()
    assert kernel.reply(cell)["status"] == "error"
    script.let_go("publications")
    until(drafting, lambda s: s.status == "paused")
    assert kernel.run("run.resume()\nended = await run", status="ended.status") == {"status": "'completed'"}
    assert sorted(script.asked) == sorted(SECTIONS)
    check_whole(online, "in-a-kernel")


def test_interrupting_an_idle_kernel_does_nothing(kernel, drafting, script, until):
    kernel.manager.interrupt_kernel()
    kernel.run("pass")
    script.let_go("publications")
    until(drafting, lambda s: s.status == "completed")
    assert not [row for row in drafting.history() if row.what == "paused"]
    assert sorted(script.asked) == sorted(SECTIONS)


@pytest.mark.parametrize("how", ["restarted", "killed"])
def test_restarted_kernel_continues_run(kernel, drafting, script, until, online, how):
    done = finished(drafting.snapshot)
    if how == "killed":
        os.kill(kernel.manager.provisioner.pid, 9)
    kernel.disconnect()
    kernel.manager.restart_kernel(now=how == "killed")
    kernel.connect()
    orphan = repository.find_orphans(repository.list_runs(settings=online).runs, settings=online)
    assert orphan == ({"in-a-kernel"} if how == "killed" else set())
    script.let_go("publications")
    code = "import workbench\nrun = workbench.attach('in-a-kernel')\nrun.resume()\nended = await run"
    assert kernel.run(code, status="ended.status") == {"status": "'completed'"}
    assert [name for name in done if script.asked.count(name) != 1] == []
    check_whole(online, "in-a-kernel")


def test_closed_tab_leaves_run_alone(kernel, drafting, script, until):
    kernel.disconnect()
    script.let_go("publications")
    until(drafting, lambda s: s.status == "completed")
    kernel.connect()
    assert kernel.run("", status="run.snapshot.status") == {"status": "'completed'"}


def test_two_runs_in_one_kernel(kernel, drafting, script, until, online):
    gate = script.held.pop("publications")
    kernel.run("other = workbench.start('minimal', thread_id='beside', options=options)\nended = await other")
    beside = workbench.attach("beside", settings=online)
    assert beside.snapshot.status == "completed"
    assert drafting.snapshot.status == "generating"
    gate.set()
    until(drafting, lambda s: s.status == "completed")
    assert {s.section_id: s.content for s in drafting.snapshot.sections} == {
        s.section_id: s.content for s in beside.snapshot.sections
    }


def test_blocked_kernel_obeys_pause(kernel, drafting, script, until, online):
    cell = kernel.begin(f"print('here', flush=True)\nimport threading\nthreading.Event().wait({LIMIT_S})")
    obeyed = threading.Thread(target=send_command, args=("in-a-kernel", "pause"), kwargs={"settings": online})
    obeyed.start()
    obeyed.join(LIMIT_S)
    assert "pause" in [entry.action for entry in drafting.audit()]
    script.let_go("publications")
    until(drafting, lambda s: s.status == "paused")
    kernel.manager.interrupt_kernel()
    assert kernel.reply(cell)["ename"] == "KeyboardInterrupt"
