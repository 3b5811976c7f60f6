"""A space's app in a process of its own: `python app.py`, at a free address of this machine, and what it says."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from helpers.errors import SpaceError

START_SECONDS = 120
END_SECONDS = 20


class Running:
    """An app that runs. address: of its page. seconds: until the page answered."""

    def __init__(self, address, seconds, log):
        self.address = address
        self.seconds = seconds
        self._log = log

    def log(self) -> str:
        """What the app has printed until now."""
        return self._log.read_text(encoding="utf-8", errors="replace")


@contextlib.contextmanager
def run(folder, entry="app.py"):
    """Run `python app.py` in a space's folder, and stop it at the end. Yields a Running once the page answers.

    It listens on 127.0.0.1 alone, imports from its own folder first, as on a host, and writes nothing into it. Raises SpaceError if the
    app ends by itself or does not answer within two minutes.
    """
    with tempfile.TemporaryDirectory() as outside:
        log = Path(outside) / "log.txt"
        port = free_port()
        own = {"GRADIO_SERVER_PORT": str(port), "GRADIO_SERVER_NAME": "127.0.0.1", "GRADIO_TEMP_DIR": str(Path(outside) / "uploads")}
        with log.open("wb") as output:
            app = subprocess.Popen(
                [sys.executable, entry], cwd=folder, env={**environment(folder), **own}, stdout=output, stderr=subprocess.STDOUT
            )
        try:
            address = f"http://127.0.0.1:{port}/"
            yield Running(address, _wait_for(address, app, log), log)
        finally:
            app.terminate()
            try:
                app.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                app.kill()


def environment(folder) -> dict:
    """As the space's host would start it: only its own folder to import from, nothing written into it."""
    return {**os.environ, "PYTHONPATH": str(Path(folder).resolve()), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUNBUFFERED": "1"}


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens at now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_for(address, app, log) -> float:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # a proxy does not know this machine's 127.0.0.1
    start = time.time()
    while time.time() - start < START_SECONDS:
        if app.poll() is not None:
            said = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
            raise SpaceError(f"the app ended{': ' + said[-1] if said else '.'}")
        try:
            opener.open(address, timeout=5).close()
            return time.time() - start
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    raise SpaceError(f"no answer in {START_SECONDS} seconds.")
