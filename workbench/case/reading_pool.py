"""Child processes for the exhibits of one case, at most one a core."""

from __future__ import annotations

import os
import threading
import time
from typing import Self

from workbench.case.document_cache import describe_readers
from workbench.case.page_picture import PagePicture
from workbench.case.pages import ReadFile, ReadLimits, UnreadableFileError
from workbench.case.readers import Reader, read_pages
from workbench.case.reading_process import ReadingProcess
from workbench.text.cluster import ClusterExecutor, OtherSoftwareError

CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

# Over all cases that this process reads at a time: each child may take much memory. More than there are cores, so that
# files that compute to their limit do not hold up those of others.
_PLACES = threading.BoundedSemaphore(CORES + 4)


class ReadingPool:
    """Reads files, each in a child process unless its reader is trusted.

    Children are started when needed and used again, for starting one takes a tenth of a second. :meth:`close` when
    done. Safe to use from any thread.

    Args:
        patience_s: Seconds that callers wait, together, for a child that is at work before another is started: small
            files are sooner read by one child than others are started.
    """

    def __init__(self, *, patience_s: float = 0.0) -> None:
        self._guard = threading.Condition()
        self._patience_s = self._left_s = patience_s
        self._idle: list[ReadingProcess] = []
        self._busy: set[ReadingProcess] = set()
        self._starting = 0
        self._is_closed = False

    def read(self, reader: Reader, raw: bytes, limits: ReadLimits) -> ReadFile:
        """Reads a file; blocks until that is done.

        Raises:
            UnreadableFileError: It is damaged or beyond the limits, or ends its process.
        """
        if reader.is_trusted:
            return read_pages(reader.function, raw, limits)
        with _PLACES:
            process = self._take()
            try:
                return process.read(reader, raw, limits)
            finally:
                self._put_back(process)

    def draw(self, reader: Reader, raw: bytes, page: int, limits: ReadLimits) -> PagePicture:
        """Draws a page of a file, counted from 1, always in a child process.

        Raises:
            UnreadableFileError: It has no such page or no pictures at all, or ends its process.
        """
        with _PLACES:
            process = self._take()
            try:
                return process.draw(reader, raw, page, limits)
            finally:
                self._put_back(process)

    def close(self) -> None:
        """Ends the children; files that are being read are given up."""
        with self._guard:
            self._is_closed = True
            processes = [*self._idle, *self._busy]
            self._idle.clear()
            self._guard.notify_all()
        for process in processes:
            process.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _take(self) -> ReadingProcess:
        with self._guard:
            if not self._idle and (self._busy or self._starting) and self._left_s > 0:
                begun = time.monotonic()
                self._guard.wait_for(lambda: self._idle or self._is_closed, self._left_s)
                self._left_s -= time.monotonic() - begun
            if self._idle:
                process = self._idle.pop()
                self._busy.add(process)
                return process
            self._left_s = self._patience_s
            self._starting += 1
        try:
            process = ReadingProcess()
        finally:
            with self._guard:
                self._starting -= 1
        with self._guard:
            if not self._is_closed:
                self._busy.add(process)
                return process
        process.close()
        raise UnreadableFileError("was not read: reading was given up", "try again")

    def _put_back(self, process: ReadingProcess) -> None:
        with self._guard:
            self._busy.discard(process)
            if not (process.is_spent or self._is_closed):
                self._idle.append(process)
                self._guard.notify()
                return
        process.close()


class ClusterReadingPool(ReadingPool):
    """Reads files on a cluster, each in a child process of a worker.

    What needs none is read here.

    Args:
        cluster: Reads them.
    """

    def __init__(self, cluster: ClusterExecutor) -> None:
        super().__init__()
        self._cluster = cluster

    def read(self, reader: Reader, raw: bytes, limits: ReadLimits) -> ReadFile:
        """See :class:`ReadingPool`."""
        if reader.is_trusted:
            return super().read(reader, raw, limits)
        read = self._cluster.submit(_read_apart, reader, raw, limits, describe_readers()).result()
        if isinstance(read, UnreadableFileError):
            raise read
        return read


def _read_apart(
    reader: Reader, raw: bytes, limits: ReadLimits, software: tuple[str, str]
) -> ReadFile | UnreadableFileError:
    """Reads a file in a worker of a cluster.

    A fault of the file is a result, so that nobody reads it again.
    """
    if describe_readers() != software:
        raise OtherSoftwareError("a worker has another version of the workbench, its readers or its OCR")
    with ReadingPool() as pool:
        try:
            return pool.read(reader, raw, limits)
        except UnreadableFileError as error:
            return error
