"""A JupyterLab of this environment on 127.0.0.1, and a Chromium page, for tests. Everything is stored below one folder."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import nbformat

from helpers.lesson import kernels
from helpers.settings import ROOT

START_SECONDS = 240  # a busy machine starts it slowly
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SETTINGS = {  # all cells are kept in the page (else only the visible ones are), and nobody asks for news
    "notebook-extension/tracker": {"windowingMode": "none"},
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
}


def browser_path():
    """The system's Chromium, or None."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


@contextlib.contextmanager
def server(folder: Path, notebook: Path):
    """A running JupyterLab with a copy of the notebook, without its outputs. Yields the address that opens it."""
    served = folder / "served"
    served.mkdir()
    copy_without_outputs(notebook, served / notebook.name)
    kernels.install(folder / "prefix")
    for name, values in SETTINGS.items():
        file = folder / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(values))
    port, token = free_port(), secrets.token_hex(16)
    options = ["--no-browser", "--ip=127.0.0.1", f"--port={port}", f"--ServerApp.root_dir={served}", f"--IdentityProvider.token={token}"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        options.append("--allow-root")
    with (folder / "log.txt").open("w") as log:
        process = subprocess.Popen([sys.executable, "-m", "jupyterlab", *options], env=environment(folder), stdout=log, stderr=log)
    try:
        wait_for(f"http://127.0.0.1:{port}/api/status?token={token}", process, folder / "log.txt")
        yield f"http://127.0.0.1:{port}/lab/tree/{notebook.name}?token={token}"
    finally:
        process.terminate()  # JupyterLab ends its kernels first
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()


@contextlib.contextmanager
def page(width=1200, height=1000):
    """A new page in the system's Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path(), args=["--no-sandbox"])
        try:
            yield browser.new_page(viewport={"width": width, "height": height})
        finally:
            browser.close()


def copy_without_outputs(notebook: Path, target: Path) -> None:
    """So that whatever the page shows was made in it."""
    content = nbformat.read(notebook, as_version=4)
    for cell in content.cells:
        if cell.cell_type == "code":
            cell.update(outputs=[], execution_count=None)
    nbformat.write(content, target)


def environment(folder: Path) -> dict:
    """Jupyter's folders below `folder`; the course as the tests run it: quick, offline, its own runs."""
    own = {
        "JUPYTER_PATH": folder / "prefix" / "share" / "jupyter",
        "JUPYTER_CONFIG_DIR": folder / "config",
        "JUPYTER_DATA_DIR": folder / "data",
        "JUPYTER_RUNTIME_DIR": folder / "runtime",
        "IPYTHONDIR": folder / "ipython",
        "JUPYTERLAB_SETTINGS_DIR": folder / "settings",
        "JUPYTERLAB_WORKSPACES_DIR": folder / "workspaces",
        "COURSE_RUNS": folder / "runs",
        "PYTHONPATH": ROOT,
    }
    course = {"COURSE_MODE": "quick", "COURSE_OFFLINE": "1"}
    return {**os.environ, **course, **{name: str(value) for name, value in own.items()}}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(address: str, process, log: Path) -> None:
    """Return when the address answers; raise with the server's log if it ends or does not answer in time."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # a proxy does not know this machine's 127.0.0.1
    for _ in range(2 * START_SECONDS):
        try:
            opener.open(address, timeout=5).close()
            return
        except (urllib.error.URLError, OSError):
            if process.poll() is not None:
                break
            time.sleep(0.5)
    raise RuntimeError(f"JupyterLab did not start:\n{log.read_text()[-2000:]}")
