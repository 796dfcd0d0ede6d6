"""WebSocket route of a run: ``/api/ws/document/{thread_id}``."""

from __future__ import annotations

import asyncio
import logging
import re

from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from workbench.case.citation import ID_PATTERN
from workbench.errors import StoreError, StoreUnavailableError, UnknownThreadError, printable
from workbench.server.auth import Access, Caller
from workbench.server.connection_manager import ConnectionManager
from workbench.server.frames import FAILED, THREAD_UNKNOWN, TOKEN_REFUSED, TRY_LATER, get_socket, message_frame
from workbench.server.run_channel import Viewer

logger = logging.getLogger("workbench")

PATH = "/api/ws/document/{thread_id}"

BETWEEN_MESSAGES_S = 0.05
"""Pause after each message of a viewer; faster ones wait in the viewer's machine."""

_PONG = message_frame({"type": "pong"})


async def serve_viewer(websocket: WebSocket) -> None:
    """Serves one viewer of one run until either ends.

    The middleware has identified the caller.
    """
    manager: ConnectionManager = websocket.app.state.manager
    thread_id: str = websocket.path_params["thread_id"]
    # Accepted before anything is refused: a page cannot see the status of a refused handshake.
    await websocket.accept()
    wire = get_socket(websocket)
    caller: Caller = websocket.state.caller
    if not caller.reads(thread_id):
        wire.end(TOKEN_REFUSED, "this token opens another run")
    # The path is any text here; only an id may become part of a Redis key.
    elif not re.fullmatch(ID_PATTERN, thread_id):
        wire.end(THREAD_UNKNOWN, "there is no such run")
    else:
        try:
            viewer = await manager.connect(websocket, thread_id)
            if viewer is not None:
                await _record_opening(websocket, viewer)
                await _receive_messages(websocket, viewer)
        except UnknownThreadError:
            wire.end(THREAD_UNKNOWN, "there is no such run")
        except StoreUnavailableError:
            wire.end(TRY_LATER, "the store cannot be reached; try again")
        except StoreError as error:
            logger.warning("run %s cannot be shown: %s", thread_id, printable(str(error)))
            wire.end(FAILED, "this run cannot be read; the server's log says more")
        finally:
            manager.disconnect(websocket, thread_id)
    # uvicorn closes the connection when this function returns.
    await wire.flush()


async def _record_opening(websocket: WebSocket, viewer: Viewer) -> None:
    """Records for the author that a link was opened."""
    access: Access = websocket.app.state.access
    agent = websocket.headers.get("user-agent", "")
    await access.record_opening(viewer.caller, websocket.state.address, agent, "socket")
    shown = {"thread_id": websocket.path_params["thread_id"], "kid": viewer.caller.kid}
    logger.info("a viewer came", extra={**shown, "address": websocket.state.address})


async def _receive_messages(websocket: WebSocket, viewer: Viewer) -> None:
    """Answers ``ping``; ignores every other message."""
    while (message := await websocket.receive())["type"] != "websocket.disconnect":
        if message.get("text") == "ping":
            viewer.push(_PONG)
        await asyncio.sleep(BETWEEN_MESSAGES_S)


ROUTE = WebSocketRoute(PATH, serve_viewer)
