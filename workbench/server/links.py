"""View links: a signed token that lets its holder watch one run (or, for a dashboard, every run) until it ends.

The token says which run and until when; the record beside it in the store says that it still does. A token without a
record, or with one that was revoked, opens nothing, whoever signed it.
"""

from __future__ import annotations

import hashlib
import math
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import jwt
import orjson
from pydantic import BaseModel, ConfigDict, ValidationError

from workbench.config import Settings
from workbench.errors import InputError, Problem, UnknownLinkError
from workbench.live.store import Store
from workbench.server.secret_file import kept_secret
from workbench.text.clock import now

SECRET_FILE = "secret"  # noqa: S105 - the file's name
MIN_KEY_BYTES = 32
"""HMAC with SHA-256 is as strong as its key up to its own length (RFC 7518, 3.2)."""

MAX_HOURS = 24 * 366
ISSUER, AUDIENCE, ALGORITHM = "eb1a-workbench", "view", "HS256"
EVERY_RUN = "*"
"""``sub`` of a dashboard's link."""

_MAX_TOKEN_LETTERS = 2_048
_MAX_AGENT_LETTERS = 300


@dataclass(frozen=True)
class SigningKey:
    """One key of ``WORKBENCH_SECRET``.

    Attributes:
        kid: Eight hexadecimal digits of its hash; stands in the head of each token that it signed.
        value: The key.
    """

    kid: str
    value: bytes = field(repr=False)


def signing_keys(settings: Settings) -> tuple[SigningKey, ...]:
    """``WORKBENCH_SECRET``, else the key in a file under ``WORKBENCH_HOME``, made at the first call.

    Either may be several keys separated by commas: the first signs, all verify.

    Raises:
        InputError: A key is too short, others may read the file, or it cannot be made.
    """
    path = settings.home / SECRET_FILE
    given = settings.secret.get_secret_value() if settings.secret is not None else kept_secret(path, "signing key")
    values = [part.strip().encode(errors="surrogateescape") for part in given.split(",") if part.strip()]
    if not values or any(len(value) < MIN_KEY_BYTES for value in values):
        raise InputError(
            Problem(
                what=f"a signing key has less than {MIN_KEY_BYTES} bytes",
                remedy='make one: python -c "import secrets; print(secrets.token_urlsafe(32))"',
                field="WORKBENCH_SECRET" if settings.secret is not None else None,
                file=None if settings.secret is not None else str(path),
            )
        )
    return tuple(SigningKey(_kid(value), value) for value in values)


def _kid(value: bytes) -> str:
    return hashlib.sha256(b"workbench signing key id\0" + value).hexdigest()[:8]


class Link(BaseModel):
    """What the store keeps of a link; never the token.

    Attributes:
        id: ``jti`` of the token.
        thread_id: The run; None: every run, for a dashboard.
        created_at: Moment.
        expires_at: Moment from which it opens nothing.
        created_by: The user who made it; asserted.
        redact: Whether names are kept from its holder.
        revoked_at: Moment at which it was taken back, or None.
        revoked_by: The user who did; asserted.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    thread_id: str | None = None
    created_at: str
    expires_at: str
    created_by: str
    redact: bool = False
    revoked_at: str | None = None
    revoked_by: str | None = None

    @property
    def ends_at(self) -> float:
        """:attr:`expires_at` in seconds since 1970."""
        return datetime.fromisoformat(self.expires_at).timestamp()

    @property
    def opens(self) -> bool:
        """Whether it still does."""
        return self.revoked_at is None and self.expires_at > now()


class Opening(BaseModel):
    """That somebody came in by a link.

    Attributes:
        link_id: Which.
        thread_id: Of the link.
        at: Moment.
        address: Of the client.
        user_agent: What it said it is; a stranger's text.
        what: ``page socket read``.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    link_id: str
    thread_id: str | None = None
    at: str
    address: str
    user_agent: str
    what: str


@dataclass(frozen=True)
class Claims:
    """What a valid token says: which link it is, for which run (None: every run)."""

    link_id: str
    thread_id: str | None


async def make_link(
    store: Store,
    settings: Settings,
    thread_id: str | None,
    *,
    hours: float = 24,
    redact: bool = False,
    user_id: str,
) -> tuple[Link, str]:
    """A new link and its token, which is kept nowhere. Records of links that have expired are dropped on the way.

    Args:
        store: Where the record is kept.
        settings: Which keys sign.
        thread_id: The run; the caller has seen that there is one. None: every run.
        hours: Until it ends; fractions count.
        redact: Whether names are kept from its holder.
        user_id: Who makes it; asserted.

    Raises:
        InputError: The hours or the keys cannot be used.
        StoreUnavailableError: The store cannot be reached; there is no link.
    """
    if not math.isfinite(hours) or not 0 < hours <= MAX_HOURS:
        raise InputError(
            Problem(
                what=f"a link cannot last {hours:g} hours", remedy=f"give over 0, at most {MAX_HOURS}", field="hours"
            )
        )
    key = signing_keys(settings)[0]
    begun = datetime.now(UTC)
    ends = begun + timedelta(hours=hours)
    link = Link(
        id=secrets.token_hex(8),
        thread_id=thread_id,
        created_at=_written(begun),
        expires_at=_written(ends),
        created_by=user_id,
        redact=redact,
    )
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": thread_id or EVERY_RUN,
        "jti": link.id,
        "iat": int(begun.timestamp()),
        "exp": math.ceil(ends.timestamp()),  # the record knows the moment
    }
    token = jwt.encode(claims, key.value, ALGORITHM, headers={"kid": key.kid})
    for old in (await find_links(store)).values():
        if old.expires_at <= link.created_at:
            await store.keep_link(old.id, None)
    await store.keep_link(link.id, _json(link))
    return link, token


def claims_of(token: str, keys: Sequence[SigningKey]) -> Claims | None:
    """What a token says, if one of the keys signed it for viewing and its time has not passed; else None.

    Args:
        token: Whatever was shown.
        keys: From :func:`signing_keys`.
    """
    if len(token) > _MAX_TOKEN_LETTERS or not token.isascii():
        return None
    try:
        kid = jwt.get_unverified_header(token).get("kid")
        key = next((key for key in keys if key.kid == kid), None)
        if key is None:
            return None
        said = jwt.decode(
            token,
            key.value,
            algorithms=[ALGORITHM],
            audience=AUDIENCE,
            issuer=ISSUER,
            options={"require": ["iss", "aud", "sub", "jti", "iat", "exp"], "strict_aud": True},
        )
    except (jwt.PyJWTError, ValueError):
        return None
    return Claims(said["jti"], None if said["sub"] == EVERY_RUN else said["sub"])


async def revoke(store: Store, link_id: str, user_id: str) -> Link:
    """Takes a link back: it opens nothing any more, and who looks through it is shut out. Again: nothing happens.

    Raises:
        UnknownLinkError: There is no such link (any more).
        StoreUnavailableError: The store cannot be reached; the link still opens.
    """
    link = (await find_links(store, (link_id,))).get(link_id)
    if link is None:
        raise UnknownLinkError(
            Problem(what=f"there is no link {link_id!r}", remedy="list those of a run: workbench share THREAD --list")
        )
    if link.revoked_at is None:
        link = link.model_copy(update={"revoked_at": now(), "revoked_by": user_id})
        await store.keep_link(link.id, _json(link))
    return link


async def list_links(store: Store, thread_id: str | None = None) -> list[Link]:
    """Links whose record is there still, the newest first: all, or those that show one run and no other."""
    found = (await find_links(store)).values()
    chosen = [link for link in found if thread_id is None or link.thread_id == thread_id]
    return sorted(chosen, key=lambda link: link.created_at, reverse=True)


async def find_links(store: Store, ids: Sequence[str] | None = None) -> dict[str, Link]:
    """Records by id: the named ones that are there and can be read, or all."""
    links = {}
    for link_id, record in (await store.links(ids)).items():
        try:
            links[link_id] = Link.model_validate(orjson.loads(record))
        except (ValueError, ValidationError):  # a record that cannot be read opens nothing
            continue
    return links


async def note_opening(store: Store, opening: Opening) -> None:
    """Keeps an opening, for the author to see."""
    short = opening.model_copy(update={"user_agent": opening.user_agent[:_MAX_AGENT_LETTERS]})
    await store.log_opening(orjson.dumps(short.model_dump()))


async def list_openings(store: Store, thread_id: str | None = None) -> list[Opening]:
    """Who came in by links, the newest first: by all, or by those that show one run and no other."""
    found = []
    for entry in await store.openings():
        try:
            opening = Opening.model_validate(orjson.loads(entry))
        except (ValueError, ValidationError):
            continue
        if thread_id is None or opening.thread_id == thread_id:
            found.append(opening)
    return found


def _json(link: Link) -> bytes:
    return orjson.dumps(link.model_dump())


def _written(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")
