"""View links: signed tokens that open one run.

Their holder may read it until they expire.

A dashboard's link reads every run. The token names run and expiry; a record in the store says that the link is still
valid. A token without a record, or with a revoked one, is worthless even where its signature is good.
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
from workbench.server.secret_files import load_or_create_secret
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
        kid: Eight hexadecimal digits of its hash, in the header of each token that it signed.
        value: The key.
    """

    kid: str
    value: bytes = field(repr=False)


def signing_keys(settings: Settings) -> tuple[SigningKey, ...]:
    """Returns the signing keys, creating one where needed.

    They come from the environment, else from a file under ``WORKBENCH_HOME``, which the first call creates.

    Both may hold several keys separated by commas: the first signs, all verify.

    Raises:
        InputError: A key is too short, others may read the file, or it cannot be made.
    """
    path = settings.home / SECRET_FILE
    given = (
        settings.secret.get_secret_value()
        if settings.secret is not None
        else load_or_create_secret(path, "signing key")
    )
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
    """Stored record of a link; the token is not stored.

    Attributes:
        id: ``jti`` of the token.
        thread_id: The run; None: every run, for a dashboard.
        created_at: Moment.
        expires_at: Moment at which it expires.
        created_by: User who created it; asserted.
        redact: True: the link shows no names.
        revoked_at: Moment of its revocation, or None.
        revoked_by: User who revoked it; asserted.
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
    def is_valid(self) -> bool:
        """True while the link is neither revoked nor expired."""
        return self.revoked_at is None and self.expires_at > now()


class Opening(BaseModel):
    """Record of one use of a link.

    Attributes:
        link_id: The link.
        thread_id: Run of the link; None: every run.
        at: Moment.
        address: Address of the client.
        user_agent: As the client sent it; untrusted text.
        what: ``page``, ``socket`` or ``read``.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    link_id: str
    thread_id: str | None = None
    at: str
    address: str
    user_agent: str
    what: str


@dataclass(frozen=True)
class LinkClaims:
    """Content of a valid token: link id and run.

    Without a run it is for every run.
    """

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
    """Creates a link; returns it with its token.

    The token is not stored. Records of expired links are removed on this occasion.

    Args:
        store: Store of the record.
        settings: Signing keys.
        thread_id: The run, which must exist; None: every run.
        hours: Time until it expires; fractions count.
        redact: True: the link shows no names.
        user_id: User who creates it; asserted.

    Raises:
        InputError: The hours or the keys cannot be used.
        StoreUnavailableError: The store cannot be reached; no link was created.
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
        created_at=_format_moment(begun),
        expires_at=_format_moment(ends),
        created_by=user_id,
        redact=redact,
    )
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        # PyJWT refuses a `sub` that is not a text, so every run together has a sign too.
        "sub": thread_id or EVERY_RUN,
        "jti": link.id,
        "iat": int(begun.timestamp()),
        "exp": math.ceil(ends.timestamp()),  # whole seconds by RFC 7519; the record has the exact moment
    }
    token = jwt.encode(claims, key.value, ALGORITHM, headers={"kid": key.kid})
    # Creating a link is rare, so it cleans up what would otherwise need a timer.
    for old in (await find_links(store)).values():
        if old.expires_at <= link.created_at:
            await store.keep_link(old.id, None)
    await store.keep_link(link.id, _encode_link(link))
    return link, token


def read_claims(token: str, keys: Sequence[SigningKey]) -> LinkClaims | None:
    """Returns the content of a valid view token, else None.

    Args:
        token: Any text.
        keys: From :func:`signing_keys`.
    """
    # Before decoding: PyJWT would parse a token of any length.
    if len(token) > _MAX_TOKEN_LETTERS or not token.isascii():
        return None
    try:
        # The unverified header only chooses the key; the algorithm is fixed below.
        kid = jwt.get_unverified_header(token).get("kid")
        key = next((key for key in keys if key.kid == kid), None)
        if key is None:
            return None
        content = jwt.decode(
            token,
            key.value,
            algorithms=[ALGORITHM],
            audience=AUDIENCE,
            issuer=ISSUER,
            # Strict: a list of audiences with ours in it is no token of ours.
            options={"require": ["iss", "aud", "sub", "jti", "iat", "exp"], "strict_aud": True},
        )
    except (jwt.PyJWTError, ValueError):
        return None
    return LinkClaims(content["jti"], None if content["sub"] == EVERY_RUN else content["sub"])


async def revoke(store: Store, link_id: str, user_id: str) -> Link:
    """Revokes a link; a revoked one is returned unchanged.

    Raises:
        UnknownLinkError: There is no such link, or it has expired.
        StoreUnavailableError: The store cannot be reached; the link is still valid.
    """
    link = (await find_links(store, (link_id,))).get(link_id)
    if link is None:
        raise UnknownLinkError(
            Problem(what=f"there is no link {link_id!r}", remedy="list those of a run: workbench share THREAD --list")
        )
    # The record keeps the first revocation: who took the link back, and when.
    if link.revoked_at is None:
        link = link.model_copy(update={"revoked_at": now(), "revoked_by": user_id})
        await store.keep_link(link.id, _encode_link(link))
    return link


async def list_links(store: Store, thread_id: str | None = None) -> list[Link]:
    """Returns the stored links, the newest first.

    They are all links, or those of one run.
    """
    found = (await find_links(store)).values()
    chosen = [link for link in found if thread_id is None or link.thread_id == thread_id]
    return sorted(chosen, key=lambda link: link.created_at, reverse=True)


async def find_links(store: Store, ids: Sequence[str] | None = None) -> dict[str, Link]:
    """Returns readable records by id: the named ones, or all."""
    links = {}
    for link_id, record in (await store.links(ids)).items():
        try:
            links[link_id] = Link.model_validate(orjson.loads(record))
        except (ValueError, ValidationError):  # an unreadable record counts as none
            continue
    return links


async def store_opening(store: Store, opening: Opening) -> None:
    """Stores a use of a link."""
    # The client chooses its user agent, and its length.
    short = opening.model_copy(update={"user_agent": opening.user_agent[:_MAX_AGENT_LETTERS]})
    await store.log_opening(orjson.dumps(short.model_dump()))


async def list_openings(store: Store, thread_id: str | None = None) -> list[Opening]:
    """Returns the uses of links, the newest first.

    They are the uses of all links, or of one run's.
    """
    found = []
    for entry in await store.openings():
        try:
            opening = Opening.model_validate(orjson.loads(entry))
        except (ValueError, ValidationError):
            # One entry of another version must not hide the others.
            continue
        if thread_id is None or opening.thread_id == thread_id:
            found.append(opening)
    return found


def _encode_link(link: Link) -> bytes:
    return orjson.dumps(link.model_dump())


def _format_moment(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")
