"""``workbench local-model``: the packaged small model, served on this machine."""

from __future__ import annotations

import shlex

import click

from workbench.cli.options import json_option
from workbench.cli.output import print_json
from workbench.drafting.local_model import LOCAL_PORT, THREADS, LocalModelServer
from workbench.errors import WorkbenchError
from workbench.server.uvicorn_server import LOOPBACK, listening_socket


@click.command("local-model")
@click.option("--port", type=click.IntRange(0, 65_535), default=LOCAL_PORT, show_default=True, help="0: any free port.")
@click.option(
    "--slots", type=click.IntRange(1, 64), default=2, show_default=True, help="Simultaneous answers; 190 MB each."
)
@click.option("--threads", type=click.IntRange(1, 1024), default=THREADS, show_default=True, help="Processor threads.")
@json_option
def local_model(port: int, slots: int, threads: int, json_: bool) -> None:
    """Serve the small local model (SmolLM2-135M).

    Prints the two variables with which every command and notebook uses it, and serves until Ctrl-C or SIGTERM. Nothing
    leaves this machine. The model has 135 million parameters: it is fast, works offline, and invents facts. Use it to
    try prompts and checks, not for filings.
    """
    # A port in use is reported by our own message; the model's server would fail with one of its own.
    listening_socket(LOOPBACK, port).close()
    with LocalModelServer(port=port, slots=slots, threads=threads) as server:
        variables = {"OPENAI_BASE_URL": server.url, "WORKBENCH_MODEL": server.model}
        _print_variables(server, variables, json_=json_)
        try:  # Ctrl-C is the normal end, not an error
            status = server.wait()
        except KeyboardInterrupt:
            return
    raise WorkbenchError(f"the local model's server ended by itself, with status {status}; start it again")


def _print_variables(server: LocalModelServer, variables: dict[str, str], *, json_: bool) -> None:
    if json_:
        print_json({"url": server.url, "model": server.model, "pid": server.pid, "environment": variables})
        return
    click.echo(f"# serving {server.model} (pid {server.pid}) until Ctrl-C; in another terminal:")
    for name, value in variables.items():
        click.echo(f"export {name}={shlex.quote(value)}")
