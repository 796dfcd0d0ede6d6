"""The floor of a fan-out: ``websockets.broadcast`` of frames that are there already, without Redis and without access.

Run as a script: prints its port; then each line on stdin is a frame to be sent, stamped and passed on at once, as the
event that it is. A closed stdin ends it.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
import time
from datetime import UTC, datetime

from websockets.asyncio.server import broadcast, serve


async def main() -> None:
    viewers = set()

    async def view(connection):
        await connection.send('{"type":"connected"}')
        await connection.send('{"type":"initial_state"}')
        viewers.add(connection)
        with contextlib.suppress(Exception):
            await connection.wait_closed()
        viewers.discard(connection)

    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader, loop=loop), sys.stdin)
    async with serve(view, "127.0.0.1", 0, compression=None) as server:
        print(server.sockets[0].getsockname()[1], flush=True)
        while line := await reader.readline():
            order = json.loads(line)
            began = loop.time()
            sent = []
            for n in range(order["events"]):
                await asyncio.sleep(max(0.0, began + n / order["per_s"] - loop.time()))
                moment = time.time()
                event_id = f"{int(moment * 1000)}-{n}"
                at = datetime.fromtimestamp(moment, UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
                frame = order["frame"].replace("<id>", event_id).replace("<at>", at)
                broadcast(viewers, frame)
                sent.append((event_id, moment))
            print(json.dumps(sent), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
