"""``workbench local-model``: the small model that comes as a package, served to whoever asks on this machine."""

from __future__ import annotations

import shlex

import click
import orjson

from workbench.cli.options import as_json
from workbench.drafting.local import LOCAL_PORT, THREADS, LocalModelServer
from workbench.errors import WorkbenchError, printable_json
from workbench.server.hosting import LOOPBACK, listening_socket


@click.command("local-model")
@click.option("--port", type=click.IntRange(0, 65_535), default=LOCAL_PORT, show_default=True, help="0: a free one.")
@click.option(
    "--slots", type=click.IntRange(1, 64), default=2, show_default=True, help="Answers written at once; 190 MB each."
)
@click.option("--threads", type=click.IntRange(1, 1024), default=THREADS, show_default=True, help="Processor threads.")
@as_json
def local_model(port: int, slots: int, threads: int, json_: bool) -> None:
    """Serve the small local model (SmolLM2-135M) until told to end (Ctrl-C, SIGTERM).

    It prints the two variables by which every command and notebook asks it; nothing leaves this machine. It has 135
    million parameters: it writes fast, offline, and invents facts. It is for trying prompts and checks, not for filing.
    """
    listening_socket(LOOPBACK, port).close()  # a port that is taken is said in words of ours, not of the model's server
    with LocalModelServer(port=port, slots=slots, threads=threads) as server:
        variables = {"OPENAI_BASE_URL": server.url, "WORKBENCH_MODEL": server.model}
        _tell(server, variables, json_=json_)
        try:
            status = server.wait()
        except KeyboardInterrupt:
            return
    raise WorkbenchError(f"the local model's server ended by itself, with status {status}; start it again")


def _tell(server: LocalModelServer, variables: dict[str, str], *, json_: bool) -> None:
    if json_:
        told = {"url": server.url, "model": server.model, "pid": server.pid, "environment": variables}
        click.echo(printable_json(orjson.dumps(told)))
        return
    click.echo(f"# serving {server.model} (pid {server.pid}) until Ctrl-C; in another terminal:")
    for name, value in variables.items():
        click.echo(f"export {name}={shlex.quote(value)}")
