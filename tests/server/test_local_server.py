"""Links made in a kernel, a process of its own, when the kernel is killed."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from jupyter_client.manager import KernelManager

import workbench
from workbench.config import Settings
from workbench.server.discovery import running_servers
from workbench.workflow.context import RunOptions

from .conftest import CASES, ask

SERVE = f"{sys.executable} -c 'from workbench.cli import main; main()' serve"
SHARE = """
import json, workbench
link = workbench.attach({thread_id!r}).share()
print(json.dumps([link.url, link.duration, link.remedy]))
"""


@pytest.fixture(scope="module")
def loop(shared_loop):
    return shared_loop


@pytest.fixture(scope="module")
def run(shared_home, loop):
    settings = Settings(home=shared_home, cases=CASES)
    case = workbench.load_case(CASES / "minimal")
    run = workbench.start(case, settings=settings, options=RunOptions(unattended=True))
    run.wait(60)
    return run


@contextmanager
def kernel():
    """A kernel as JupyterLab starts it, which is killed at the end of the block; yields what runs code in it."""
    manager = KernelManager()
    manager.start_kernel(env=dict(os.environ))
    client = manager.client()
    client.start_channels()

    def execute(code):
        said = []
        client.execute_interactive(code, timeout=120, output_hook=said.append)
        streams = [each["content"] for each in said if each["msg_type"] in {"stream", "error"}]
        [line] = [each["text"] for each in streams if each.get("name") == "stdout"] or [streams]
        return json.loads(line)

    try:
        client.wait_for_ready(timeout=120)
        yield execute
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


@contextmanager
def started(command):
    """The command as it is typed in a terminal; yields the address that it prints."""
    with subprocess.Popen(
        ["/bin/sh", "-c", f"exec env {command}"], env=dict(os.environ), stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield re.match(r"serving (\S+) ", process.stdout.readline())[1]
        finally:
            process.terminate()


def opens(url, thread_id):
    """Tests whether a page opens and shows its run."""
    parts = urlsplit(url)
    base = f"{parts.scheme}://{parts.netloc}"
    page = ask(base, "GET", f"{parts.path}?{parts.query}")
    preview = ask(base, "GET", f"/api/document/preview/{thread_id}?{parts.query}")
    return (page.status, b"page.js" in page.body, preview.json["status"]) == (200, True, "completed")


@pytest.mark.slow  # starts a kernel and servers
def test_link_of_serve_outlives_the_kernel(run, shared_home):
    with started(f"{SERVE} --port 0") as served:
        with kernel() as execute:
            url, duration, remedy = execute(SHARE.format(thread_id=run.thread_id))
            assert opens(url, run.thread_id)
        assert not [each for each in running_servers(Settings(home=shared_home)) if each.kind == "kernel"]
        assert opens(url, run.thread_id), "the kernel is gone"
    assert url.startswith(f"{served}/view/")
    assert "opens also when this notebook's kernel has ended" in duration
    assert remedy is None


@pytest.mark.slow  # starts a kernel and servers
def test_advice_makes_links_last(run):
    with kernel() as execute:
        code = SHARE.format(thread_id=run.thread_id)
        first, duration, (words, command) = execute(code)
        assert opens(first, run.thread_id)
        assert "stops opening when the kernel ends" in duration
        assert words.startswith("To have links that go on opening, run this in a terminal, then make the link again:")
        with started(command) as served:
            second, duration, remedy = execute(code)
            assert (second.startswith(f"{served}/view/"), remedy) == (True, None)
            assert "opens also when" in duration
            os.kill(execute("import os; print(os.getpid())"), signal.SIGKILL)
            assert opens(second, run.thread_id), "the kernel is gone"
            with pytest.raises(OSError, match=r"refused|reset|closed"):
                opens(first, run.thread_id)
            with started(f"{SERVE} --port {urlsplit(first).port}"):
                assert opens(first, run.thread_id), "its record and its key are kept"
