"""Cost of encryption: one value, and one write with its fsync, encrypted and in clear in turn, in one run."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from measure import TEXT, embedded_home, median, report, rounds, sections
from pydantic import SecretStr

from workbench.config import Settings
from workbench.live import keys
from workbench.live.events import SectionDelta
from workbench.live.open_store import open_store
from workbench.live.rekey import rekey
from workbench.live.snapshot import SectionState, Snapshot
from workbench.text.encryption import SNAPSHOT, Cipher, new_key

SECTIONS = 40
WRITES, QUICK_WRITES = 300, 20
"""The second with ``--rounds 1``."""
PLACE = ("benchmark", keys.EVENTS, "1767323045000-0")


def us_each(act: Callable[[], object], times: int) -> float:
    """Microseconds of one call, the median of five series."""
    series = []
    for _ in range(5):
        began = time.perf_counter()
        for _ in range(times):
            act()
        series.append((time.perf_counter() - began) / times * 1e6)
    return median(series)


def snapshot() -> Snapshot:
    """Of 40 sections of 6 KB."""
    drafted = (
        SectionState(section_id=name, title=spec.title, content=TEXT) for name, spec in sections(SECTIONS).items()
    )
    return Snapshot(thread_id="benchmark", user_id="benchmark", case_id="minimal", sections=tuple(drafted))


def delta(number: int) -> SectionDelta:
    """A sentence of streamed text."""
    return SectionDelta(
        section_id="s00", text=TEXT[:120], id=f"1767323045000-{number}", at="2026-01-02T03:04:05Z", thread_id="t"
    )


async def write_times(settings: Settings, *others: Settings) -> list[list[float]]:
    """Seconds of each write of one event, in the stores of these settings by turns."""
    stores = [await open_store(one) for one in (settings, *others)]
    fences = [await store.acquire(f"t{number}", "benchmark") for number, store in enumerate(stores)]
    whole = snapshot()
    for number, (store, fence) in enumerate(zip(stores, fences, strict=True)):
        await store.write(f"t{number}", fence, (), whole)
    times: list[list[float]] = [[] for _ in stores]
    for at in range(WRITES if rounds(2) > 1 else QUICK_WRITES):
        for number, (store, fence) in enumerate(zip(stores, fences, strict=True)):
            began = time.perf_counter()
            await store.write(f"t{number}", fence, [delta(at)])
            times[number].append(time.perf_counter() - began)
    for number, (store, fence) in enumerate(zip(stores, fences, strict=True)):
        await store.release(f"t{number}", fence)
        await store.aclose()
    return times


async def measure():
    key = SecretStr(new_key())
    cipher = Cipher.of(Settings(encryption_key=key))
    event, whole = delta(0).to_json(), snapshot().to_json()
    sealed_event, sealed_whole = cipher.encrypt(event, PLACE), cipher.encrypt(whole, ("t", SNAPSHOT))
    with embedded_home() as settings:
        sealing = settings.model_copy(update={"encryption_key": key})
        clear_s, sealed_s = (median(times) for times in await write_times(settings, sealing))
        began = time.perf_counter()
        done = await rekey(sealing)
        rekey_s = time.perf_counter() - began
    figures = {
        "bytes of an event": len(event),
        "us to encrypt an event": us_each(lambda: cipher.encrypt(event, PLACE), 2_000),
        "us to open an event": us_each(lambda: cipher.decrypt(sealed_event, PLACE, "here"), 2_000),
        "bytes of a snapshot of 40 sections": len(whole),
        "us to make its JSON": us_each(snapshot().to_json, 20),
        "us to encrypt a snapshot": us_each(lambda: cipher.encrypt(whole, ("t", SNAPSHOT)), 100),
        "us to open a snapshot": us_each(lambda: cipher.decrypt(sealed_whole, ("t", SNAPSHOT), "here"), 100),
        "bytes of an event, sealed / in clear": len(sealed_event) / len(event),
        "bytes of a snapshot, sealed / in clear": len(sealed_whole) / len(whole),
        "us of one write of an event, in clear": clear_s * 1e6,
        "us of one write of an event, sealed": sealed_s * 1e6,
        f"s to encrypt anew {done.values} values of 2 runs": rekey_s,
    }
    return figures, {"a write of an event, sealed / in clear": (sealed_s / clear_s, 1.25)}


if __name__ == "__main__":
    report("encryption", *asyncio.run(measure()))
