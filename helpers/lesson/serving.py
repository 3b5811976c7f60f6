"""A folder of this machine under an address, for lessons whose code takes a URL: no internet is needed."""

from __future__ import annotations

import functools
import os
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

HOST = "127.0.0.1"
_servers: dict = {}  # folder -> its server, until the process ends


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        """Not into the reader's page."""


def serve(folder) -> str:
    """The address, such as "http://127.0.0.1:40123", under which the files of a folder are found until this process ends.

    Only this machine can ask. Called again with the same folder, it returns the same address.
    """
    place = os.path.abspath(folder)
    if place not in _servers:
        server = ThreadingHTTPServer((HOST, 0), functools.partial(_Quiet, directory=place))
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        _servers[place] = server
        _without_proxy()
    return f"http://{HOST}:{_servers[place].server_address[1]}"


def _without_proxy():
    """A company's proxy knows nothing of this machine's own address."""
    for name in ("no_proxy", "NO_PROXY"):
        known = [one for one in os.environ.get(name, "").split(",") if one]
        if HOST not in known:
            os.environ[name] = ",".join([*known, HOST])
