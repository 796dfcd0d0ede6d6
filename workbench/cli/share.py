"""``workbench share``: links that show a run read-only."""

from __future__ import annotations

from typing import Any

import click

from workbench.cli.options import json_option, user_option
from workbench.cli.output import print_json
from workbench.cli.run_id import complete_run_id
from workbench.config import Settings
from workbench.errors import InputError, Problem, UnknownLinkError, printable
from workbench.live.peer_user import is_strangers_port
from workbench.server import sharing
from workbench.server.discovery import RunningServer
from workbench.server.link_address import draw_qr_text, opens_elsewhere
from workbench.server.sharing import ListedLink, SharedLink
from workbench.server.uvicorn_server import LOOPBACK

_DEFAULT_PORT = 8765
_DEFAULT_ADDRESS = f"http://{LOOPBACK}:{_DEFAULT_PORT}"


@click.command()
@click.argument("thread", callback=complete_run_id, required=False)
@click.option("--hours", type=float, default=24, show_default=True, help="Hours until the link expires, e.g. 0.5.")
@click.option("--redact", is_flag=True, help="Replace names in what the link shows.")
@click.option("--qr", is_flag=True, help="Print the link as a QR code too, for a phone.")
@click.option("--list", "list_", is_flag=True, help="List the links of the run, and who opened them.")
@click.option("--revoke", "link_id", metavar="ID", help="Revoke a link, and close pages opened with it.")
@user_option
@json_option
def share(thread: str | None, list_: bool, link_id: str | None, json_: bool, **options: Any) -> None:
    """Make, list or revoke links that show a run read-only.

    \b
    workbench share THREAD               make a link that is valid for a day
    workbench share THREAD --qr          print it as a QR code too, for a phone
    workbench share THREAD --list        list the links, and who opened them
    workbench share --revoke ID          revoke a link

    A link begins with WORKBENCH_PUBLIC_URL, or else with the address of a server on this machine.
    """  # noqa: D301 - click wants the character, not its name
    if link_id is not None:
        _revoke_link(thread, link_id, options["user_id"], json_=json_)
    elif thread is None:  # --revoke needs no THREAD, so click cannot require it
        raise click.UsageError("missing argument THREAD", click.get_current_context())
    elif list_:
        _print_links(sharing.links_of(thread), json_=json_)
    elif json_ and options["qr"]:
        raise click.UsageError("--qr draws for people: leave out --json", click.get_current_context())
    else:
        _make_link(thread, json_=json_, **options)


def _make_link(thread: str, *, json_: bool, qr: bool, hours: float, redact: bool, user_id: str | None) -> None:
    settings = Settings.from_env()
    running = sharing.find_running_server(settings)
    # Without a server the link gets the address at which `workbench serve` will listen by default.
    address = _DEFAULT_ADDRESS if running is None else sharing.link_base(running)
    begin = sharing.public_address(settings) or address
    if qr and not opens_elsewhere(begin):
        what = f"no phone can open an address that begins with {begin}"
        raise InputError(Problem(what, "set WORKBENCH_PUBLIC_URL, or run workbench serve with --host", field="--qr"))
    if running is None and settings.public_url is None and is_strangers_port(_DEFAULT_PORT):
        what = f"port {_DEFAULT_PORT} of this machine is another user's: the link would lead there"
        raise InputError(Problem(what, "start a server first: workbench serve --port 0"))
    made = sharing.share(thread, hours=hours, redact=redact, user_id=user_id, settings=settings, at=address)
    if settings.public_url is None:
        _print_reach(made, running)
    if json_:
        print_json(made.to_dict())
    else:
        click.echo(printable(made.url))
        if qr:
            # The colours are named: a reader wants dark on light, whatever the terminal's are.
            click.echo(
                "\n".join(
                    click.style(line, fg="bright_white", bg="black") for line in draw_qr_text(made.url).splitlines()
                )
            )
            click.echo(printable(made.reach), err=True)
        click.echo(printable(f"until {made.expires_at}; revoke it with: workbench share --revoke {made.id}"), err=True)


def _print_reach(made: SharedLink, running: RunningServer | None) -> None:
    told = []
    if running is None:
        told.append("no server runs yet: start one with workbench serve")
    elif running.kind != "serve":
        what = "a notebook's kernel" if running.kind == "kernel" else "workbench dashboard"
        told.append(f"{what} serves the link, which ends with it: start workbench serve --port 0 for one that goes on")
    if not opens_elsewhere(made.url):
        told.append("the link opens on this machine only: set WORKBENCH_PUBLIC_URL for others")
    if told:
        click.echo("; ".join(told), err=True)


def _revoke_link(thread: str | None, link_id: str, user_id: str | None, *, json_: bool) -> None:
    # With THREAD given, revoking a link of another run by a mistyped id is refused.
    if thread is not None and all(listed.link.id != link_id for listed in sharing.links_of(thread)):
        raise UnknownLinkError(
            Problem(what=f"run {thread} has no link {link_id!r}", remedy=f"see workbench share {thread} --list")
        )
    link = sharing.unshare(link_id, user_id=user_id)
    if json_:
        print_json(link.model_dump())
    else:
        click.echo(printable(f"{link.id}: revoked at {link.revoked_at} by {link.revoked_by}"))


def _print_links(links: list[ListedLink], *, json_: bool) -> None:
    if json_:
        print_json({"links": [listed.to_dict() for listed in links]})
        return
    for listed in links:
        link = listed.link
        state = f"revoked {link.revoked_at} by {link.revoked_by}" if link.revoked_at else f"until {link.expires_at}"
        redacted = ", without names" if link.redact else ""
        click.echo(printable(f"{link.id}  made {link.created_at} by {link.created_by}{redacted}, {state}"))
        for opening in listed.openings:
            click.echo(printable(f"  {opening.at}  {opening.what:<6}  {opening.address}  {opening.user_agent}"))
    if not links:
        click.echo("no links")
