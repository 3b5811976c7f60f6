"""A ModelScope hub on 127.0.0.1 for tests: the addresses that modelscope 1.3.2 and 1.40.2 ask, and faults on demand."""

from __future__ import annotations

import hashlib
import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


class StandinHub:
    """Serves models from memory; use it in a `with` statement.

    Faults, by file name: `cut` (bytes to send before the connection breaks, one number a request), `wrong_hash`,
    `gone` (listed, then 404), `silent` (accepts the request and never answers; also "/revisions"), `ignores_range`.
    `asked` lists what was asked: (path, file, range).
    """

    def __init__(self):
        self.models = {}
        self.cut, self.wrong_hash, self.gone, self.silent, self.ignores_range = {}, set(), set(), set(), set()
        self.asked = []
        self.closing = threading.Event()

    def __enter__(self):
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_for(self))
        self.server.daemon_threads = True
        self.domain = f"127.0.0.1:{self.server.server_address[1]}"
        self.url = f"http://{self.domain}"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *error):
        self.closing.set()
        self.server.shutdown()
        self.server.server_close()

    def add(self, model_id, files, revision="v1.0.0"):
        """Publish a model: {file name: bytes} under one tag."""
        self.models[model_id] = (dict(files), revision)

    def downloads(self, name=None):
        """Range headers of the requests for a file's bytes (all files: no name)."""
        return [span for path, file, span in self.asked if path.endswith("/repo") and name in (None, file)]

    def listed(self, model_id):
        """What the hub says about the files of a model."""
        return [self._entry(name, content) for name, content in self.models[model_id][0].items()]

    def _entry(self, name, content):
        digest = hashlib.sha256(content + (b"!" if name in self.wrong_hash else b"")).hexdigest()
        commit = hashlib.sha1(content).hexdigest()
        return {"Name": name, "Path": name, "Type": "blob", "Size": len(content), "Sha256": digest, "Revision": commit}


def _handler_for(hub):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            parts = urlsplit(self.path)
            query = {key: values[0] for key, values in parse_qs(parts.query).items()}
            name = query.get("FilePath")
            hub.asked.append((parts.path, name, self.headers.get("Range")))
            found = re.fullmatch(r"/(?:api|openapi)/v1/models/([^/]+/[^/]+)(/.*)?", parts.path)
            if found is None or found.group(1) not in hub.models:
                return self.error(f"no {parts.path}")
            files, revision = hub.models[found.group(1)]
            if (found.group(2) or "") in hub.silent:
                return self.say_nothing()
            if query.get("Revision", revision) not in (revision, "master"):
                return self.error("no such revision")
            if found.group(2) == "/revisions":
                mark = {"Revision": revision, "CreatedAt": 1660000000}
                master = {"Revision": "master", "CreatedAt": 1660000000}
                return self.data({"RevisionMap": {"Branches": [master], "Tags": [mark]}})
            if found.group(2) == "/repo/files":
                return self.data({"Files": hub.listed(found.group(1)), "IsVisual": 1})
            if found.group(2) == "/repo":
                if name not in files or name in hub.gone:
                    return self.error(f"no file {name}")
                return self.file(name, files[name])
            if found.group(2) is None:
                owner, short = found.group(1).split("/")
                return self.data({"Name": short, "Path": owner, "id": found.group(1)})
            return self.error("unknown address")

        def do_HEAD(self):
            self.do_GET()

        def file(self, name, content):
            if name in hub.silent:
                return self.say_nothing()
            span = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range") or "")
            start, end = 0, len(content)
            if span and name not in hub.ignores_range:
                start, end = int(span.group(1)), int(span.group(2) or len(content) - 1) + 1
                if start >= len(content):
                    return self.error("range", status=416)
                self.send_response(206)
                self.send_header("Content-Range", f"bytes {start}-{end - 1}/{len(content)}")
            else:
                self.send_response(200)
            self.send_header("Content-Length", str(end - start))
            self.send_header("Content-Type", "application/octet-stream")
            self.end_headers()
            if self.command == "HEAD":
                return
            cuts = hub.cut.get(name)
            if cuts:
                self.wfile.write(content[start : start + cuts.pop(0)])
                self.close_connection = True
                return
            self.wfile.write(content[start:end])

        def say_nothing(self):
            hub.closing.wait(30)
            self.close_connection = True

        def data(self, data):
            # Both spellings: /api/ writes "Data", /openapi/ writes "data".
            self.answer(200, {"Code": 200, "Success": True, "success": True, "Data": data, "data": data})

        def error(self, message, status=404):
            code = 10010205001 if status == 404 else status
            self.answer(status, {"Code": code, "Success": False, "Message": message, "Data": None})

        def answer(self, status, content):
            body = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def log_message(self, *arguments):
            pass

    return Handler
