"""Steps that run at the same time, each on another frame (流水线并行): one thread a step, short queues between them."""

from __future__ import annotations

import contextvars
import threading
import time
from contextlib import contextmanager
from queue import Queue

QUEUE = 2  # items that may wait before each step; this is all that is in memory, however long the video
END = object()


def run_overlapped(source, steps, sink) -> None:
    """Feed every item of `source` through `steps`, functions of one item, and into `sink`; their order stays.

    The first error stops all and is raised here. KeyboardInterrupt stops all as well: what `sink` has got by then are
    the first items without a gap, and it is not interrupted in the middle of one.
    """
    line = _Line()
    queues = [Queue(QUEUE) for _ in range(len(steps) + 1)]
    threads = [_thread(line.feed, source, queues[0])]
    for step, inlet, outlet in zip(steps, queues, queues[1:]):
        threads.append(_thread(line.work, step, inlet, outlet))
    threads.append(_thread(line.work, sink, queues[-1], None))
    for thread in threads:
        thread.start()
    try:
        line.wait()
    except KeyboardInterrupt:
        line.stop.set()
        line.wait()
        raise
    for thread in threads:
        thread.join()
    if line.error:
        raise line.error


def _thread(work, *arguments):
    """A thread that knows the caller's context variables: a web page's progress bar finds its visitor by them."""
    return threading.Thread(target=contextvars.copy_context().run, args=(work, *arguments), daemon=True)


class _Line:
    def __init__(self):
        self.stop, self.ended = threading.Event(), threading.Event()
        self.error = None

    def feed(self, source, outlet) -> None:
        with self._caught():
            for item in source:
                if self.stop.is_set():
                    break
                outlet.put(item)
        outlet.put(END)

    def work(self, step, inlet, outlet) -> None:
        """Until the end comes; after a stop, items are taken and dropped, so that no step before waits for ever."""
        for item in iter(inlet.get, END):
            if self.stop.is_set():
                continue
            with self._caught():
                result = step(item)
                if outlet:
                    outlet.put(result)
        outlet.put(END) if outlet else self.ended.set()

    def wait(self) -> None:
        """Until the sink has got the end. By looking again and again: an interrupted lock of Python 3.8 may stay locked."""
        while not self.ended.is_set():
            time.sleep(0.02)

    @contextmanager
    def _caught(self):
        try:
            yield
        except BaseException as error:  # whatever it is, it is raised again where run_overlapped was called
            self.error = self.error or error
            self.stop.set()
