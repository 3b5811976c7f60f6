"""TensorBoard on a training of this machine, for this machine alone."""

from __future__ import annotations

import atexit
import os
import socket
import subprocess
import sys
import time

import requests

from helpers.errors import CourseError
from helpers.space.process import free_port

HOST = "127.0.0.1"
SECONDS = 120  # it loads TensorFlow first


class Board:
    """A TensorBoard process that watches a folder of event files, until `close`. `address`: of its page.

    There is one at a time, and none that outlives this process: a cell that is run twice closes what it had opened.
    """

    _open = None

    def __init__(self, folder):
        if Board._open:
            Board._open.close()
        Board._open = self
        self.address = f"http://{HOST}:{free_port()}"
        port = self.address.rsplit(":", 1)[1]
        command = [sys.executable, "-m", "tensorboard.main", "--logdir", os.path.relpath(folder), "--host", HOST, "--port", port]
        # The fast loader is a program of its own that would outlive ours when it is ended.
        command += ["--load_fast", "false", "--reload_interval", "5"]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        atexit.register(self.close)

    def wait(self):
        """Return the address as soon as the page is there. Raises CourseError if it does not come."""
        end = time.monotonic() + SECONDS
        while time.monotonic() < end and self._process.poll() is None:
            try:
                requests.get(self.address, timeout=5)
                return self.address
            except requests.RequestException:
                time.sleep(0.2)
        self.close()
        raise CourseError("TensorBoard did not start: run `python -m tensorboard.main --logdir runs` in a terminal to see why.")

    def is_open(self) -> bool:
        """Whether somebody listens at the address."""
        with socket.socket() as probe:
            return probe.connect_ex((HOST, int(self.address.rsplit(":", 1)[1]))) == 0

    def close(self):
        """End the process, and with it the page."""
        self._process.terminate()
        self._process.wait()
