"""Two viewers of one run while everything fails once.

The model is an HTTP endpoint of the test's own, so each blow falls where it is meant to. The author is a process of its
own, and so are the server and the dashboard: what is killed is killed as ``kill -9`` kills it.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from crashing import Script, check_whole
from run_process import Forked
from scripted_endpoint import Endpoint

import workbench
from workbench.case.loader import load_case
from workbench.config import Settings
from workbench.live.embedded import ensure_server, stop_server
from workbench.server.discovery import running_servers
from workbench.workflow.loop import BackgroundLoop

CASES = Path(__file__).parents[1] / "cases"
THREAD = "mirrored"
COMMAND = [sys.executable, "-c", "from workbench.cli import main; main()"]
LIMIT_MS = 60_000

LETTER = """() => Object.fromEntries([...document.querySelectorAll(".wbm-sheet .wbm-section")].map((section) => [
  section.dataset.section ?? section.id, section.innerText.replace(/\\s+/g, " ").trim()]))"""


@pytest.fixture
def home():
    """A home of the test's own: its server is killed."""
    folder = Path(tempfile.mkdtemp(prefix="wb-"))
    yield folder
    stop_server(Settings(home=folder))
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def script(home):
    acts = Script(load_case("minimal", settings=Settings(home=home, cases=CASES)))
    with Endpoint() as endpoint:
        acts.url, endpoint.acts = endpoint.url, acts
        yield acts
        for gate in acts.held.values():
            gate.set()
        BackgroundLoop.current().close()  # lets go of the connections before the server waits for them


@pytest.fixture
def settings(home, script):
    return Settings(home=home, cases=CASES, model="small-model", openai_api_key="sk-test", openai_base_url=script.url)


@pytest.fixture
def processes(settings):
    """Starts processes of the workbench and ends them afterwards.

    Each is returned with its first line.
    """
    environment = {**os.environ, "WORKBENCH_HOME": str(settings.home), "WORKBENCH_CASES": str(CASES)}
    started = []

    def start(*words):
        process = subprocess.Popen([*COMMAND, *words], env=environment, stdout=subprocess.PIPE, text=True)
        started.append(process)
        return process, json.loads(process.stdout.readline())

    yield start
    for process in started:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(20)
        if process.poll() is None:
            process.kill()
            process.wait(5)
        process.stdout.close()


def kill(process):
    os.kill(process.pid, signal.SIGKILL)
    process.wait(10)


def test_viewers_agree_after_failures(page, settings, script, processes, pictures):
    script.hold("publications")
    script.hold("continuing_work")
    plain = settings.model_dump(mode="json", exclude_none=True) | {"openai_api_key": "sk-test"}
    how = {"thread_id": THREAD, "case": "minimal", "options": {"unattended": True}, "settings": plain}
    server, said = processes("serve", "--port", "0", "--json")
    port = urlsplit(said["url"]).port
    with Forked(do="start", **how) as author:
        author.expect("opened")
        link = json.loads(
            subprocess.run(
                [*COMMAND, "share", THREAD, "--json"], check=True, capture_output=True, text=True,
                env={**os.environ, "WORKBENCH_HOME": str(settings.home)},
            ).stdout
        )  # fmt: skip
        assert f":{port}/view/{THREAD}" in link["url"]
        mirror, dashboard = processes("dashboard", THREAD, "--port", "0", "--json")
        voila = re.match(r"http://127\.0\.0\.1:\d+", dashboard["url"])[0]
        viewers = [page, page.context.new_page()]
        for viewer, url in zip(viewers, (link["url"], dashboard["url"]), strict=True):
            viewer.goto(url, wait_until="commit", timeout=LIMIT_MS)
            viewer.locator(".wbv-standing[data-is=live]").wait_for(timeout=LIMIT_MS)
            viewer.get_by_text("Awards", exact=False).first.wait_for(timeout=LIMIT_MS)

        ports = {urlsplit(running.url).port for running in running_servers(settings)}  # 1: every server
        assert port in ports
        assert len(ports) == 2, "Voila's page has a server of its own"
        for process in (server, mirror):
            kill(process)
        for viewer in viewers:
            viewer.locator(".wbv-standing:not([data-is=live])").wait_for(timeout=LIMIT_MS)
        for one in ports:  # Voila is gone with its process, and its page lives
            processes("serve", "--port", str(one), "--origin", voila, "--json")
        for viewer in viewers:
            viewer.locator(".wbv-standing[data-is=live]").wait_for(timeout=LIMIT_MS)

        os.kill(ensure_server(settings).pid, signal.SIGKILL)  # 2: Redis; the author's process starts it again
        script.let_go("publications")
        for viewer in viewers:
            viewer.locator(".wbv-standing[data-is=live]").wait_for(timeout=LIMIT_MS)

        script.begun["continuing_work"].wait(60)  # 3: the author's kernel, in the middle of a section
        author.kill()
    script.let_go("continuing_work")
    with Forked(do="resume", **how) as author:
        assert author.expect("halted")["halted"] == "completed"
        author.leave()
    for viewer in viewers:
        viewer.locator(".wbm[data-status=completed]").wait_for(timeout=LIMIT_MS)
    first, second = (viewer.evaluate(LETTER) for viewer in viewers)
    assert first == second
    kept = workbench.attach(THREAD, settings=settings).snapshot
    assert len(first) == len(kept.sections)
    for section, shown in zip(kept.sections, first.values(), strict=True):
        words = re.findall(r"\w+", re.sub(r"\[@[^\]]*\]", "", section.content))
        assert [word for word in words if word not in shown] == [], section.section_id
    check_whole(settings, THREAD)
    viewers[0].screenshot(path=pictures / "mirror-plain.png")
    viewers[1].screenshot(path=pictures / "mirror-voila.png")
