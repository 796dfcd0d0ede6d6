"""Path of an administrator: what is installed, a store and keys of the firm's own, a server, and the wheel alone."""

from __future__ import annotations

import contextlib
import subprocess
import urllib.request
from collections.abc import Iterator

from guide_lines import GuideLine
from newcomer import Newcomer
from one_node_cluster import ask, free_port, until
from transcript import Terminal

from workbench.live.embedded import binary_path

SERVING = r"serving (http://\S+:\d+)"
LINK = r"(http://127\.0\.0\.1:\d+/\S*token=\S+)"


def walk_administrator_path(me: Newcomer) -> None:
    """Sets up for others, and installs from the wheel."""
    me.set_up()
    guides, run = me.guides, me.transcript.run
    terminal = me.open_terminal()
    run(terminal, guides.command("workbench doctor"), "Looks at what is installed")
    run(terminal, guides.line("man workbench"), "Reads the man page")
    with own_redis(me) as address:
        export(
            me, terminal, guides.line("export REDIS_URL=", guide="docs/redis.md").fill(**{"localhost:6379": address})
        )
        export(me, terminal, guides.line("export WORKBENCH_ENCRYPTION_KEY=", guide="docs/redis.md"))
        run(terminal, guides.line("workbench redis info", guide="docs/redis.md"), "Looks at the store")
        run(terminal, guides.command("workbench demo"), "Drafts the sample into it")
        shown = run(terminal, guides.command("workbench status"), "Lists the runs")
        thread = next(line.split()[0] for line in shown.splitlines() if " wu " in line)
        run(terminal, guides.command("workbench status", "THREAD").fill(THREAD=thread), "Looks at one run")
        run(terminal, guides.command("workbench audit THREAD", "--csv").fill(THREAD=thread), "Reads who did what")
        serve(me, terminal, thread)
    use_wheel(me)


@contextlib.contextmanager
def own_redis(me: Newcomer) -> Iterator[str]:
    """Runs the firm's own server for the block, with the guide's options; yields its host and port."""
    line = me.guides.line("valkey-server --appendonly yes", guide="docs/redis.md")
    port, folder = free_port(), me.home / "valkey"
    folder.mkdir()
    options = line.text.partition("valkey-server ")[2].split()
    command = [str(binary_path()), "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder), *options]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        try:
            until(lambda: ask(port, "PING") == b"+PONG", process)
            yield f"127.0.0.1:{port}"
        finally:
            process.terminate()


def export(me: Newcomer, terminal: Terminal, typed: GuideLine) -> None:
    """Sets a variable in the terminal, to the value that the line gives at this moment."""
    with me.transcript.step(f"Sets {typed.text.split()[1].partition('=')[0]}", None, typed):
        name = typed.text.split()[1].partition("=")[0]
        value, status = terminal.run(f"{typed.text}\nprintenv {name}")
        if status:
            raise AssertionError(f"{typed.text} gives nothing")
        terminal.enter(f"export {name}='{value.strip()}'")


def serve(me: Newcomer, terminal: Terminal, thread: str) -> None:
    """Runs a server, asks it for its state, and shares a run by it, with a code for a phone."""
    typed = me.guides.line("WORKBENCH_PUBLIC_URL=", "workbench serve", guide="docs/server.md")
    with contextlib.ExitStack() as stack:
        with me.transcript.step("Starts the server behind the firm's address", None, typed) as step:
            step.printed, address = stack.enter_context(terminal.serve(typed.text, SERVING))
            me.transcript.draw_terminal(step, typed.text)
        ready = me.guides.line("/ready", guide="docs/server.md")
        with (
            me.transcript.step("Asks whether it is ready", None, ready) as step,
            urllib.request.urlopen(address[1] + ready.text, timeout=10) as answer,  # noqa: S310 - on loopback
        ):
            step.printed = f"{answer.status} {answer.read().decode()}"
        public = me.guides.line("WORKBENCH_PUBLIC_URL=", "workbench serve", guide="docs/server.md").text.split()[0]
        terminal.enter(f"export {public}")
        share = me.guides.command("workbench share THREAD", "--qr").fill(THREAD=thread)
        me.transcript.run(terminal, share, "Shares the run, with a code for a phone")
        listed = me.guides.command("workbench share THREAD", "--list").fill(THREAD=thread)
        me.transcript.run(terminal, listed, "Lists the links")


def use_wheel(me: Newcomer) -> None:
    """Builds the wheel, and tries demo, lab, dashboard and intake from it alone."""
    guides, run = me.guides, me.transcript.run
    terminal = me.open_terminal()
    run(terminal, guides.line("build.py mail", guide="docs/intake.md"), "Gets ten loose documents, for later")
    run(terminal, guides.line("python -m build", guide="docs/server.md"), "Builds the wheel")
    install = guides.line("pip install dist/", guide="docs/server.md")
    run(me.open_terminal(activated=False), install, "Installs it into a fresh environment")
    environment = me.clone / install.text.split()[3]
    folder = me.home / "elsewhere"
    folder.mkdir()
    (me.clone / "mail").rename(folder / "mail")
    alone = me.open_terminal(folder, activated=False)
    alone.enter(f". {environment}/bin/activate")
    run(alone, guides.command("workbench demo"), "From the wheel: demo")
    intake = guides.line("workbench case new solvang", guide="docs/intake.md")
    run(alone, intake, "From the wheel: intake, with Enter at its question", enters=1)
    run(alone, guides.line("workbench case check solvang", guide="docs/intake.md"), "What is to settle")
    with (
        me.lab(alone, guides.command("workbench lab")) as page,
        me.transcript.step("From the wheel: the page shows runs and cases", page),
    ):
        page.get_by_role("heading", name="Cases").scroll_into_view_if_needed()
    show_dashboard(me, alone)


def show_dashboard(me: Newcomer, terminal: Terminal) -> None:
    """Opens the dashboard's link."""
    typed = me.guides.command("workbench dashboard")
    with contextlib.ExitStack() as stack:
        with me.transcript.step("From the wheel: dashboard", None, typed) as step:
            step.printed, link = stack.enter_context(terminal.serve(typed.text, LINK))
            me.transcript.draw_terminal(step, typed.text)
        page = me.open_page()
        with me.transcript.step("Opens the link", page):
            page.goto(link[1])
            page.get_by_text("Chien-Shiung").first.wait_for(timeout=60_000)
        with me.transcript.step("Opens a run", page):
            page.get_by_text("Chien-Shiung").first.click()
            page.locator(".wbm-paper p").first.wait_for(timeout=60_000)
            page.wait_for_timeout(1000)
        page.context.close()
