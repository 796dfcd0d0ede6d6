"""Protocol classes as releases of uvicorn might bring them: each one thing other than `FrameProtocol` expects."""

from __future__ import annotations

from workbench.server.frames import FrameProtocol


class RenamedProtocol(FrameProtocol):
    """The event that says whether the transport takes more has another name."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.can_write = self.writable
        del self.writable

    async def send(self, message):
        self.writable = self.can_write
        try:
            await super().send(message)
        finally:
            del self.writable


class InvertedProtocol(FrameProtocol):
    """The same names, but the event says that the transport is full."""

    def pause_writing(self):
        self.writable.set()

    def resume_writing(self):
        self.writable.clear()


class MaskingProtocol(FrameProtocol):
    """Protocol whose transport changes the bytes that are written."""

    def connection_made(self, transport):
        write = transport.write
        transport.write = lambda data: write(data + b"!")
        super().connection_made(transport)


class MutePingProtocol(FrameProtocol):
    """Pings are answered elsewhere."""

    def handle_ping(self):
        self.conn.data_to_send()


class OtherSignatureProtocol(FrameProtocol):
    """The constructor takes other arguments."""

    def __init__(self, config):
        super().__init__(config, None, {})


class SilentCloseProtocol(FrameProtocol):
    """The application has no queue that a close could be put into."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._queue = self.queue

    def end(self, code, reason=""):
        del self.queue
        super().end(code, reason)


class LateScopeProtocol(FrameProtocol):
    """The scope has no extensions yet when the request comes."""

    def handle_connect(self, event):
        super(FrameProtocol, self).handle_connect(event)
