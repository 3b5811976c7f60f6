"""Ctrl-C during long work: the step that is running ends first."""

from __future__ import annotations

import signal
import threading


class Interrupt:
    """A context manager: the first Ctrl-C sets `asked`, the second one interrupts at once. Outside the main thread it does nothing.

    patient: the second one, and all after it, wait as well: for work whose result would be lost.
    """

    asked = False

    def __init__(self, patient=False):
        self._patient = patient

    def __enter__(self):
        self._before = None
        if threading.current_thread() is threading.main_thread():
            self._before = signal.signal(signal.SIGINT, self._ask)
        return self

    def __exit__(self, *error):
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)

    def _ask(self, number, frame):
        self.asked = True
        if not self._patient:
            signal.signal(signal.SIGINT, self._before)
