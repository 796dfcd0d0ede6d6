"""Registration of the provider behind `Run.share`.

The provider lies above this room.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:  # ``import workbench`` comes here, and must not pay for pydantic
    from workbench.config import Settings


class SharingProvider(Protocol):
    """Makes, revokes and lists view links; :mod:`workbench.server.sharing` in the product."""

    def share(self, run: Any, *, hours: float, redact: bool, user_id: str | None, settings: Settings | None) -> Any:
        """Makes a view link of a run."""

    def unshare(self, link_id: str, *, user_id: str | None, settings: Settings | None) -> Any:
        """Revokes a link."""

    def links_of(self, run: Any, *, settings: Settings | None) -> list[Any]:
        """Lists a run's links."""


# Registered at run time, since an import from here would point up: docs/decisions.md, "Run.share finds the server
# through a registered provider".
_loaders: list[Callable[[], SharingProvider]] = []


def register_sharing(load: Callable[[], SharingProvider]) -> None:
    """Registers how the provider is imported; called once, by ``workbench/__init__.py``.

    Args:
        load: Imports the provider; called when a run is shared for the first time, since it brings FastAPI.
    """
    _loaders[:] = [load]


def load_sharing() -> SharingProvider:
    """Imports the registered provider."""
    return _loaders[0]()
