"""The check of uvicorn's protocol class.

A server logs a line where it fails.
"""

from __future__ import annotations

import asyncio

import changed_uvicorn as changed
import pytest

from workbench.server import protocol_check, uvicorn_server
from workbench.server.frames import FrameProtocol
from workbench.server.protocol_check import find_protocol_fault

from .conftest import served_on_loop


async def test_installed_uvicorn_has_no_fault():
    assert await find_protocol_fault(FrameProtocol) is None


@pytest.mark.parametrize(
    ("protocol_class", "fault"),
    [
        (changed.RenamedProtocol, "no attribute 'writable'"),
        (changed.InvertedProtocol, "a full transport does not count as full"),
        (changed.MaskingProtocol, "a frame is not written as it is"),
        (changed.MutePingProtocol, "a ping is not answered"),
        (changed.OtherSignatureProtocol, "unexpected keyword argument"),
        (changed.SilentCloseProtocol, "no attribute 'queue'"),
        (changed.LateScopeProtocol, "the application cannot find the protocol"),
        (object, "TypeError"),
    ],
)
async def test_changed_protocol_is_named(protocol_class, fault):
    before = asyncio.all_tasks()
    assert fault in await find_protocol_fault(protocol_class)
    await asyncio.sleep(0)
    assert asyncio.all_tasks() == before


async def test_hanging_protocol_is_a_fault(monkeypatch):
    class Hanging(FrameProtocol):
        def data_received(self, data):
            """Never answers."""

    monkeypatch.setattr(protocol_check, "CHECK_S", 0.01)
    assert "TimeoutError" in await find_protocol_fault(Hanging)


def test_fallback_is_logged_once(settings, loop, monkeypatch, caplog):
    monkeypatch.setattr(uvicorn_server, "FrameProtocol", changed.RenamedProtocol)
    told, server = served_on_loop(settings)
    assert told.get("/health").status == 200
    loop.call(server.end())
    [record] = [record for record in caplog.records if "ASGI send" in record.getMessage()]
    assert (record.levelname, record.name) == ("WARNING", "workbench")
    assert "no attribute 'writable'" in record.getMessage()
