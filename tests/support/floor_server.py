"""The floor of a fan-out: ``websockets.broadcast`` of the same frames, without access, snapshots or back-pressure.

Run as a script with the socket and the key of a stream: the simplest bridge there is, one blocking XREAD, and whatever
comes is broadcast. Without: each line on stdin orders frames that are there already, stamped and broadcast on the spot.

Prints its port first; a closed stdin ends it.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
import time
from datetime import UTC, datetime

import redis.asyncio
from websockets.asyncio.server import broadcast, serve


def say(answer):
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


async def bridge(viewers, path, key):
    client = redis.asyncio.Redis(unix_socket_path=path)
    last = "$"
    while True:
        for _, entries in await client.xread({key: last}, block=1000) or ():
            for event_id, fields in entries:
                last = event_id
                broadcast(viewers, fields[b"e"], text=True)


async def obey(viewers, order):
    loop = asyncio.get_running_loop()
    began = loop.time()
    sent = []
    for n in range(order["events"]):
        await asyncio.sleep(max(0.0, began + n / order["per_s"] - loop.time()))
        moment = time.time()
        event_id = f"{int(moment * 1000)}-{n}"
        at = datetime.fromtimestamp(moment, UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
        broadcast(viewers, order["frame"].replace("<id>", event_id).replace("<at>", at))
        sent.append((event_id, moment))
    say(sent)


async def main(stream):
    viewers = set()

    async def view(connection):
        await connection.send('{"type":"connected"}')
        await connection.send('{"type":"initial_state"}')
        viewers.add(connection)
        with contextlib.suppress(Exception):
            await connection.wait_closed()
        viewers.discard(connection)

    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    bridging = loop.create_task(bridge(viewers, *stream)) if stream else None
    async with serve(view, "127.0.0.1", 0, compression=None) as server:
        say(server.sockets[0].getsockname()[1])
        while line := await reader.readline():
            await obey(viewers, json.loads(line))
    if bridging is not None:
        bridging.cancel()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
