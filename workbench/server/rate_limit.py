"""Rate limits per address and per link.

They count sockets, handshakes, requests and wrong tokens.

They are kept in memory for this process: a flood is contained where it arrives. The package ``limits`` was rejected:
its memory storage starts a thread at each call and keeps a key for every address it ever saw.
"""

from __future__ import annotations

import contextlib
import ipaddress
import logging
import math
import time
from collections import Counter, OrderedDict, deque
from collections.abc import Callable, Hashable, Iterator

from starlette.datastructures import Headers
from starlette.types import Scope

from workbench.config import Settings
from workbench.errors import InputError, Problem, printable
from workbench.server.auth import Caller

logger = logging.getLogger("workbench")

MINUTE_S = 60.0

WRONG_TOKENS = 300
"""Wrong tokens per address and minute before 429 instead of 401; valid tokens are not limited."""

PDFS = 20
"""PDFs per view link and minute: each takes seconds to make."""

_KEYS_KEPT = 20_000
"""Addresses and links kept in memory; the least recently seen are dropped first."""

_IPV6_SITE_BITS = 64
"""Prefix by which IPv6 addresses are counted: one client usually has the whole network."""


class TooManyError(Exception):
    """Request over a limit, answered with 429.

    Attributes:
        reason: Name of the limit, for metrics and logs.
        retry_s: Seconds after which a retry may succeed.
    """

    def __init__(self, reason: str, retry_s: float) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_s = max(1, math.ceil(retry_s))


class Window:
    """Counter per key over a moving minute.

    Args:
        limit: Largest count of a key.
        clock: Returns seconds.
    """

    def __init__(self, limit: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = limit
        self._clock = clock
        self._taken: OrderedDict[Hashable, deque[float]] = OrderedDict()

    def take(self, key: Hashable) -> float:
        """Counts one use; returns 0 or the waiting time.

        The seconds are those until a use is free.
        """
        now = self._clock()
        taken = self._taken.setdefault(key, deque())
        # The key least recently seen is dropped first, so that an address that floods stays counted.
        self._taken.move_to_end(key)
        while taken and taken[0] <= now - MINUTE_S:
            taken.popleft()
        if len(self._taken) > _KEYS_KEPT:
            self._taken.popitem(last=False)
        if len(taken) >= self._limit:
            # Refused uses are not counted: a client that keeps asking gets in a minute after its oldest use.
            return taken[0] + MINUTE_S - now
        taken.append(now)
        return 0.0


class Limits:
    """Rate limits of one application.

    Args:
        settings: ``max_viewers``, ``max_viewers_per_link``, ``max_viewers_per_address``, ``trusted_proxies``.
            Handshakes follow from them: four a minute for each socket of an address, two for each of a link.
        on_refusal: Called with the reason of each refusal.
        clock: Returns seconds.
        wrong_tokens: Wrong tokens per address and minute.

    Raises:
        InputError: ``WORKBENCH_TRUSTED_PROXIES`` names no addresses.
    """

    def __init__(
        self,
        settings: Settings,
        on_refusal: Callable[[str], None] = lambda _reason: None,
        *,
        clock: Callable[[], float] = time.monotonic,
        wrong_tokens: int = WRONG_TOKENS,
    ) -> None:
        self._settings = settings
        self._on_refusal = on_refusal
        self._proxies = _parse_networks(settings.trusted_proxies or "")
        self._open: Counter[Hashable] = Counter()
        self._of_address = Window(4 * settings.max_viewers_per_address, clock)
        self._of_link = Window(2 * settings.max_viewers_per_link, clock)
        self._read = Window(60 * settings.max_viewers_per_link, clock)
        self._pdf = Window(PDFS, clock)
        self._wrong = Window(wrong_tokens, clock)
        self._logged = Window(1, clock)

    def address(self, scope: Scope) -> str:
        """Returns the client's address.

        Behind trusted proxies it is the one that they name.
        """
        client = scope.get("client")
        peer = str(client[0]) if client else "a local socket"
        # Behind a unix socket there is the proxy of this user alone.
        if client and not (self._proxies and self._is_proxy(peer)):
            return counted_address(peer)
        named = ",".join(Headers(scope=scope).getlist("x-forwarded-for")).split(",")
        steps = [step.strip() for step in named if step.strip()]
        # From the right: what stands left of the first unknown address was written by the client.
        strangers = [step for step in steps if not self._is_proxy(step)]
        return counted_address(strangers[-1] if strangers else steps[0] if steps else peer)

    def count_handshake(self, address: str) -> None:
        """Counts a handshake of an address; TooManyError over the limit."""
        self._take(self._of_address, address, "handshakes of an address")

    def count_wrong_token(self, address: str) -> None:
        """Counts an address's wrong token; TooManyError over the limit."""
        self._take(self._wrong, address, "wrong tokens of an address")

    def count_read(self, caller: Caller, path: str) -> None:
        """Counts a view link's request; TooManyError over the limit."""
        if caller.kind == "view":
            self._take(self._read, caller.kid, "requests of a link")
            if path.startswith("/api/download-petition-pdf/"):
                self._take(self._pdf, caller.kid, "PDFs of a link")

    @contextlib.contextmanager
    def reserve_socket(self, address: str, caller: Caller) -> Iterator[None]:
        """Counts an open socket until the end of the block.

        Raises:
            TooManyError: The link, the address or the process has too many.
        """
        link = caller.kid if caller.kind == "view" else None
        if link is not None:
            # By address as well: one holder of the link must not lock out the others.
            self._take(self._of_link, (link, address), "handshakes of a link")
        places: list[tuple[Hashable, int, str]] = [
            ("all", self._settings.max_viewers, "sockets of this server"),
            (("address", address), self._settings.max_viewers_per_address, "sockets of an address"),
        ]
        if link is not None:
            places.append((("link", link), self._settings.max_viewers_per_link, "sockets of a link"))
        for key, limit, reason in places:
            if self._open[key] >= limit:
                raise TooManyError(reason, MINUTE_S / 4)
        keys = [key for key, _, _ in places]
        # Counted only after every limit was checked, so that a refusal leaves nothing behind.
        self._open.update(keys)
        try:
            yield
        finally:
            self._open.subtract(keys)
            # A Counter keeps zeros, and every address would stay.
            for key in keys:
                if not self._open[key]:
                    del self._open[key]

    def note_refusal(self, reason: str, address: str) -> None:
        """Counts a refusal, and logs it where it is new.

        It is logged once for each reason, address and minute.
        """
        self._on_refusal(reason)
        # `take` returns 0 for the first refusal of a minute.
        if not self._logged.take((reason, address)):
            logger.warning("refused: %s (%s)", reason, printable(address)[:64])

    def _take(self, window: Window, key: Hashable, reason: str) -> None:
        wait_s = window.take(key)
        if wait_s:
            raise TooManyError(reason, wait_s)

    def _is_proxy(self, address: str) -> bool:
        try:
            parsed = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(parsed in network for network in self._proxies)


def _parse_networks(text: str) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
    try:
        return tuple(ipaddress.ip_network(part.strip(), strict=False) for part in text.split(",") if part.strip())
    except ValueError:
        raise InputError(
            Problem(
                what=f"{text!r} names no addresses",
                remedy="give addresses or networks separated by commas, as in 127.0.0.1,10.0.0.0/8",
                field="WORKBENCH_TRUSTED_PROXIES",
            )
        ) from None


def counted_address(address: str) -> str:
    """Returns the address or network that is counted."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if isinstance(parsed, ipaddress.IPv6Address):
        # A socket for both families shows IPv4 clients as ::ffff:192.0.2.1.
        mapped = parsed.ipv4_mapped
        return str(mapped) if mapped else str(ipaddress.ip_network((parsed, _IPV6_SITE_BITS), strict=False))
    return str(parsed)
