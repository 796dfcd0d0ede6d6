"""``workbench share``: links by which colleagues watch a run."""

from __future__ import annotations

from typing import Any

import click
import orjson

from workbench.cli.options import as_json
from workbench.cli.steering import as_user
from workbench.config import Settings
from workbench.errors import Problem, UnknownLinkError, printable, printable_json
from workbench.server import sharing
from workbench.server.hosting import LOOPBACK
from workbench.server.sharing import ListedLink

_NO_SERVER = f"http://{LOOPBACK}:8765"


@click.command()
@click.argument("thread", required=False)
@click.option("--hours", type=float, default=24, show_default=True, help="Until the link ends; fractions count.")
@click.option("--redact", is_flag=True, help="Keep names from whoever has the link.")
@click.option("--list", "list_", is_flag=True, help="Show the links of the run, and who came in by them.")
@click.option("--revoke", "link_id", metavar="ID", help="Take a link back; who looks through it is shut out.")
@as_user
@as_json
def share(thread: str | None, list_: bool, link_id: str | None, json_: bool, **how: Any) -> None:
    r"""Make a link by which a colleague watches the run THREAD, and can do nothing else with it.

    \b
    workbench share THREAD               a link for a day
    workbench share THREAD --list        the links, and who came in by them
    workbench share --revoke ID          take one back

    The link leads to WORKBENCH_PUBLIC_URL, or else to a server that runs on this machine.
    """
    if link_id is not None:
        _take_back(thread, link_id, how["user_id"], json_=json_)
    elif thread is None:
        raise click.UsageError("missing argument THREAD", click.get_current_context())
    elif list_:
        _say_links(sharing.links_of(thread), json_=json_)
    else:
        _make(thread, json_=json_, **how)


def _make(thread: str, *, json_: bool, hours: float, redact: bool, user_id: str | None) -> None:
    settings = Settings.from_env()
    at = running = sharing.running_address(settings)
    if at is None:
        at = _NO_SERVER
    made = sharing.share(thread, hours=hours, redact=redact, user_id=user_id, settings=settings, at=at)
    if settings.public_url is None:
        missing = "" if running else "no server runs yet: start one with workbench serve; "
        click.echo(f"{missing}the link opens on this machine only: set WORKBENCH_PUBLIC_URL for others", err=True)
    if json_:
        click.echo(printable_json(orjson.dumps(made.to_dict())))
    else:
        click.echo(printable(made.url))
        click.echo(
            printable(f"until {made.expires_at}; take it back with: workbench share --revoke {made.id}"), err=True
        )


def _take_back(thread: str | None, link_id: str, user_id: str | None, *, json_: bool) -> None:
    if thread is not None and all(listed.link.id != link_id for listed in sharing.links_of(thread)):
        raise UnknownLinkError(
            Problem(what=f"run {thread} has no link {link_id!r}", remedy=f"see workbench share {thread} --list")
        )
    link = sharing.unshare(link_id, user_id=user_id)
    if json_:
        click.echo(printable_json(orjson.dumps(link.model_dump())))
    else:
        click.echo(printable(f"{link.id}: taken back at {link.revoked_at} by {link.revoked_by}"))


def _say_links(links: list[ListedLink], *, json_: bool) -> None:
    if json_:
        click.echo(printable_json(orjson.dumps({"links": [listed.to_dict() for listed in links]})))
        return
    for listed in links:
        link = listed.link
        ended = f"taken back {link.revoked_at} by {link.revoked_by}" if link.revoked_at else f"until {link.expires_at}"
        kept = ", without names" if link.redact else ""
        click.echo(printable(f"{link.id}  made {link.created_at} by {link.created_by}{kept}, {ended}"))
        for opening in listed.openings:
            click.echo(printable(f"  {opening.at}  {opening.what:<6}  {opening.address}  {opening.user_agent}"))
    if not links:
        click.echo("no links")
