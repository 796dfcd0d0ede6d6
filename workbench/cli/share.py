"""``workbench share``: links that show a run read-only."""

from __future__ import annotations

from typing import Any

import click

from workbench.cli.options import json_option, user_option
from workbench.cli.output import print_json
from workbench.config import Settings
from workbench.errors import InputError, Problem, UnknownLinkError, printable
from workbench.live.peer_user import is_strangers_port
from workbench.server import sharing
from workbench.server.sharing import ListedLink
from workbench.server.uvicorn_server import LOOPBACK

_DEFAULT_PORT = 8765
_DEFAULT_ADDRESS = f"http://{LOOPBACK}:{_DEFAULT_PORT}"


@click.command()
@click.argument("thread", required=False)
@click.option("--hours", type=float, default=24, show_default=True, help="Hours until the link expires, e.g. 0.5.")
@click.option("--redact", is_flag=True, help="Replace names in what the link shows.")
@click.option("--list", "list_", is_flag=True, help="List the links of the run, and who opened them.")
@click.option("--revoke", "link_id", metavar="ID", help="Revoke a link, and close pages opened with it.")
@user_option
@json_option
def share(thread: str | None, list_: bool, link_id: str | None, json_: bool, **options: Any) -> None:
    r"""Make, list or revoke links that show a run read-only.

    \b
    workbench share THREAD               make a link that is valid for a day
    workbench share THREAD --list        list the links, and who opened them
    workbench share --revoke ID          revoke a link

    A link begins with WORKBENCH_PUBLIC_URL, or else with the address of a server on this machine.
    """
    if link_id is not None:
        _revoke_link(thread, link_id, options["user_id"], json_=json_)
    elif thread is None:  # --revoke needs no THREAD, so click cannot require it
        raise click.UsageError("missing argument THREAD", click.get_current_context())
    elif list_:
        _print_links(sharing.links_of(thread), json_=json_)
    else:
        _make_link(thread, json_=json_, **options)


def _make_link(thread: str, *, json_: bool, hours: float, redact: bool, user_id: str | None) -> None:
    settings = Settings.from_env()
    running = sharing.running_address(settings)
    # Without a server the link gets the address at which `workbench serve` will listen by default.
    address = _DEFAULT_ADDRESS if running is None else running
    if running is None and settings.public_url is None and is_strangers_port(_DEFAULT_PORT):
        what = f"port {_DEFAULT_PORT} of this machine is another user's: the link would lead there"
        raise InputError(Problem(what, "start a server first: workbench serve --port 0"))
    made = sharing.share(thread, hours=hours, redact=redact, user_id=user_id, settings=settings, at=address)
    if settings.public_url is None:
        missing = "" if running else "no server runs yet: start one with workbench serve; "
        click.echo(f"{missing}the link opens on this machine only: set WORKBENCH_PUBLIC_URL for others", err=True)
    if json_:
        print_json(made.to_dict())
    else:
        click.echo(printable(made.url))
        click.echo(printable(f"until {made.expires_at}; revoke it with: workbench share --revoke {made.id}"), err=True)


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
