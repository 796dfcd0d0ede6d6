"""Messages of a view to a real kernel, after a subshell of it was ended, as JupyterLab ends them."""

from __future__ import annotations

from pathlib import Path

import pytest
from jupyter_client.manager import KernelManager

LIMIT_S = 60
SUPPORT = Path(__file__).parents[1] / "support"
MONITOR = f"""
import sys
sys.path.insert(0, {str(SUPPORT)!r})
import wu_story
from replayed_run import ReplayedRun
from workbench.widgets.monitor import Monitor
run = ReplayedRun(wu_story.beginning(), wu_story.PAGES, wu_story.WAITS_FOR)
monitor = Monitor(run)
"""
EDIT = {"type": "decide", "section_id": "awards", "action": "edit", "request": "1", "text": "Typed.", "base_text": ""}


@pytest.fixture
def client():
    manager = KernelManager()
    manager.start_kernel()
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=LIMIT_S)
    yield client
    client.stop_channels()
    manager.shutdown_kernel(now=True)
    manager.cleanup_resources()


def evaluate(client, code, expression):
    """Runs a cell; returns the text of an expression's value."""
    content = client.execute(code, user_expressions={"it": expression}, reply=True, timeout=LIMIT_S)["content"]
    assert content["status"] == "ok", content
    return content["user_expressions"]["it"]["data"]["text/plain"].strip("'")


def ask_control(client, kind, **content):
    message = client.session.msg(kind, content)
    client.control_channel.send(message)
    while (answer := client.get_control_msg(timeout=LIMIT_S))["parent_header"].get("msg_id") != message["msg_id"]:
        pass
    return answer["content"]


def send_from_view(client, comm_id, content, subshell_id=None):
    """Sends a message as a view does, and waits until the kernel has handled or dropped it."""
    message = client.session.msg("comm_msg", {"comm_id": comm_id, "data": {"method": "custom", "content": content}})
    message["header"]["subshell_id"] = subshell_id
    client.shell_channel.send(message)
    while True:
        heard = client.get_iopub_msg(timeout=LIMIT_S)
        own = heard["parent_header"].get("msg_id") == message["msg_id"]
        if own and heard["content"].get("execution_state") == "idle":
            return


def test_save_survives_the_end_of_subshell(client):
    comm_id = evaluate(client, MONITOR, "monitor.comm.comm_id")
    subshell_id = ask_control(client, "create_subshell_request").get("subshell_id")
    send_from_view(client, comm_id, {"type": "hello"}, subshell_id)
    if subshell_id is not None:  # ipykernel before 7 has none
        ask_control(client, "delete_subshell_request", subshell_id=subshell_id)
    send_from_view(client, comm_id, EDIT)
    decided = evaluate(client, "monitor._command_worker.join()", "[one[:2] for one in run.decided]")
    assert decided == "[('awards', 'edit')]"
