"""LangGraph's conformance report of the workbench's checkpoint saver, on every store.

    python -m tests.workflow.conformance [--json]

Runs on memory, on the embedded server with every write on disk, and on a cluster of one node. Exits with 1 where a test
of a base or extended capability fails or a capability is missing.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import sys
import tempfile
from collections.abc import AsyncGenerator, Iterator
from pathlib import Path

from langgraph.checkpoint.conformance import checkpointer_test, validate
from langgraph.checkpoint.conformance.capabilities import ALL_CAPABILITIES
from langgraph.checkpoint.conformance.report import CapabilityReport

from workbench.config import Settings
from workbench.live.embedded import stop_server
from workbench.live.opening import open_store
from workbench.workflow.checkpoints import StoreSaver


async def conformance_of(name: str, settings: Settings, kind: type[StoreSaver] = StoreSaver) -> CapabilityReport:
    """The package's whole suite over a saver on the store of these settings."""

    @checkpointer_test(name=f"StoreSaver on {name}")
    async def saver() -> AsyncGenerator[StoreSaver, None]:
        store = await open_store(settings)
        yield kind(store)
        await store.aclose()

    return await validate(saver)


def shortcomings(report: CapabilityReport) -> list[str]:
    """What failed or is missing: nothing, where the saver conforms in full."""
    missing = [
        f"{capability.value}: not there"
        for capability in ALL_CAPABILITIES
        if not (result := report.results.get(capability.value)) or not result.detected or not result.tests_passed
    ]
    return missing + [failure for result in report.results.values() for failure in result.failures]


@contextlib.contextmanager
def _stores() -> Iterator[dict[str, Settings]]:
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
    from one_node_cluster import one_node_cluster

    with tempfile.TemporaryDirectory(prefix="wb-", dir="/tmp") as home, one_node_cluster() as url:
        embedded = Settings(home=Path(home))
        try:
            yield {
                "memory": Settings(use_redis=False),
                "the embedded server": embedded,
                "a cluster": Settings(redis_url=url),
            }
        finally:
            stop_server(embedded)


async def _main(*, as_json: bool) -> int:
    with _stores() as stores:
        reports = [await conformance_of(name, settings) for name, settings in stores.items()]
    failed = [failure for report in reports for failure in shortcomings(report)]
    if as_json:
        print(json.dumps({"reports": [report.to_dict() for report in reports], "ok": not failed}))  # noqa: T201
        return bool(failed)
    for report in reports:
        report.print_report()
        counts = [result.tests_passed for result in report.results.values()]
        print(f"    {sum(counts)} tests passed in {len(counts)} capabilities")  # noqa: T201
    for failure in failed:
        print(f"    FAILED {failure}")  # noqa: T201
    return bool(failed)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="one JSON object")
    sys.exit(asyncio.run(_main(as_json=parser.parse_args().json)))
