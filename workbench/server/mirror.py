"""The link that opens a dashboard."""

from __future__ import annotations

from workbench.config import Settings
from workbench.server.links import make_link
from workbench.workflow.bench import Bench


def dashboard_token(settings: Settings, thread_id: str | None, *, hours: float, user_id: str) -> str:
    """The token of a new view link: for one run, or, which nothing but a dashboard makes, for every run.

    Args:
        settings: Whose store and keys.
        thread_id: The run; None: every run.
        hours: Until it ends.
        user_id: Who makes it; asserted.

    Raises:
        InputError: The hours or a key cannot be used.
        StoreUnavailableError: The store cannot be reached.
    """
    bench = Bench.current()
    store = bench.call(bench.store(settings))
    return bench.call(make_link(store, settings, thread_id, hours=hours, user_id=user_id))[1]
