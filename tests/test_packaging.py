"""The lock file says the same as everything made from it, and resolves on every supported platform."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from packaging import tags
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).resolve().parent.parent
PROJECT = "portrait-cartoon-course"
# Packages without a wheel: pure Python, or (crcmod) with a fallback in pure Python. pip builds them without a compiler.
SOURCE_ONLY = {"oss2", "crcmod", "aliyun-python-sdk-core", "aliyun-python-sdk-kms"}

LINUX = [f"manylinux_2_{minor}" for minor in range(28, 4, -1)] + ["manylinux2014", "manylinux2010", "manylinux1", "linux"]
PLATFORMS = {
    "linux-x86_64": ("linux", "Linux", "x86_64", [f"{name}_x86_64" for name in LINUX]),
    "linux-arm64": ("linux", "Linux", "aarch64", [f"{name}_aarch64" for name in LINUX]),
    "macos-x86_64": ("darwin", "Darwin", "x86_64", list(tags.mac_platforms((14, 0), "x86_64"))),
    "macos-arm64": ("darwin", "Darwin", "arm64", list(tags.mac_platforms((14, 0), "arm64"))),
    "windows": ("win32", "Windows", "AMD64", ["win_amd64"]),
}
CURRENT = ("3.10.13", "3.11.7", "3.12.1", "3.13.0")
TARGETS = [(platform, "3.8.18") for platform in ("linux-x86_64", "macos-x86_64", "windows")] + [
    (platform, python) for platform in ("linux-x86_64", "linux-arm64", "macos-arm64", "windows") for python in CURRENT
]


@pytest.fixture(scope="module")
def lock() -> dict:
    return tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))


def marker_values(platform: str, python: str) -> dict:
    sys_platform, system, machine, _ = PLATFORMS[platform]
    return {
        "sys_platform": sys_platform,
        "platform_system": system,
        "platform_machine": machine,
        "os_name": "nt" if platform == "windows" else "posix",
        "python_full_version": python,
        "python_version": python.rpartition(".")[0],
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
        "extra": "",
    }


def resolve(lock: dict, platform: str, python: str, extras: tuple = ()) -> dict:
    """Name -> locked package, for everything that an installation on this platform gets."""
    values = marker_values(platform, python)
    packages = {}
    for package in lock["package"]:
        packages.setdefault(package["name"], []).append(package)
    chosen, waiting = {}, [(packages[PROJECT][0], extras)]
    seen = set()
    while waiting:
        package, wanted = waiting.pop()
        groups = [package.get("dependencies", [])] + [package.get("optional-dependencies", {}).get(extra, []) for extra in wanted]
        for dependency in (one for group in groups for one in group):
            if "marker" in dependency and not Marker(dependency["marker"]).evaluate(values):
                continue
            version = dependency.get("version")
            matches = [one for one in packages[dependency["name"]] if version in (None, one["version"])]
            assert len(matches) == 1, (dependency, [one["version"] for one in matches])
            assert chosen.setdefault(dependency["name"], matches[0]) is matches[0], "two versions of " + dependency["name"]
            key = (dependency["name"], tuple(dependency.get("extra", ())))
            if key not in seen:
                seen.add(key)
                waiting.append((matches[0], key[1]))
    return chosen


def has_wheel(package: dict, platform: str, python: str) -> bool:
    version = tuple(map(int, python.split(".")[:2]))
    interpreter = "cp{}{}".format(*version)
    names = PLATFORMS[platform][3]
    fitting = set(tags.cpython_tags(version, platforms=names, abis=[interpreter]))
    fitting |= set(tags.compatible_tags(version, interpreter, names))
    files = [wheel["url"].rpartition("/")[2] for wheel in package.get("wheels", [])]
    return any(fitting & parse_wheel_filename(file.replace("%2B", "+"))[3] for file in files)


@pytest.mark.parametrize("platform, python", TARGETS)
def test_lock_resolves_with_wheels(lock, platform, python):
    chosen = resolve(lock, platform, python)
    without = {name for name, package in chosen.items() if not has_wheel(package, platform, python)}
    assert without <= SOURCE_ONLY
    pinned = python.startswith("3.8")
    assert chosen["tensorflow"]["version"] == "2.7.4" if pinned else chosen["tensorflow"]["version"].startswith("2.21.")
    assert chosen["numpy"]["version"] == "1.18.5" if pinned else chosen["numpy"]["version"].startswith("2.")
    assert "torch" not in chosen


def test_extras_resolve(lock):
    plain = resolve(lock, "linux-x86_64", "3.12.1")
    gpu = resolve(lock, "linux-x86_64", "3.12.1", ("gpu",))
    assert any(name.startswith("nvidia-cudnn") for name in set(gpu) - set(plain))
    for platform, python in TARGETS:
        assert {"tf2onnx", "onnx", "onnxruntime"} <= set(resolve(lock, platform, python, ("onnx",)))


def test_lock_names_the_public_index_only(lock):
    text = (ROOT / "uv.lock").read_text(encoding="utf-8")
    assert set(re.findall(r"https?://([^/\"]+)", text)) == {"pypi.org", "files.pythonhosted.org"}
    assert {key for package in lock["package"] for key in package["source"]} == {"registry", "editable"}
    for name in ("requirements.txt", "requirements-notebook.txt", "environment.yml", "pyproject.toml"):
        assert "://" not in (ROOT / name).read_text(encoding="utf-8"), name


def test_environment_yml_equals_lock(lock):
    """conda's pip section is the lock's answer for Python 3.8, on each platform, no more and no less."""
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    assert "python=3.8" in environment["dependencies"]
    lines = environment["dependencies"][-1]["pip"]
    assert lines[-1] == "--editable ."
    compare(lock, [Requirement(line) for line in lines[:-1]], [target for target in TARGETS if target[1] == "3.8.18"])


def test_requirements_txt_equals_lock(lock):
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    compare(lock, [Requirement(line) for line in lines if not line.startswith("#")], TARGETS)


def compare(lock, requirements, targets):
    for platform, python in targets:
        values = marker_values(platform, python)
        listed = {
            canonicalize_name(one.name): str(one.specifier)[2:] for one in requirements if not one.marker or one.marker.evaluate(values)
        }
        assert listed == {name: package["version"] for name, package in resolve(lock, platform, python).items()}, (platform, python)


def unexplained(text: str) -> list[str]:
    """The pins that follow neither a comment nor another pin, whose comment then covers both."""
    lines = [line.strip() for line in text.splitlines()]
    pins = [bool(re.match(r'"[\w-]+==', line)) for line in lines]
    return [line for k, line in enumerate(lines) if pins[k] and not (lines[k - 1].startswith("#") or pins[k - 1])]


def test_every_pin_says_why():
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert text.count("==") > 20 and unexplained(text) == []
    for decoy in ('    "six==1.16.0",', "    \"six==1.16.0; python_version < '3.9'\","):  # a pin that came without a word
        assert unexplained(text.replace('    "tqdm>=4.66",', '    "tqdm>=4.66",\n' + decoy)) == [decoy.strip()]


def test_kernels_go_into_the_prefix_only(tmp_path):
    from helpers.lesson import kernels

    folders = kernels.install(tmp_path / "prefix", python="/some/python")
    assert [folder.name for folder in folders] == ["course-cpu", "course-gpu"]
    cpu, gpu = (json.loads((folder / "kernel.json").read_text()) for folder in folders)
    assert cpu["env"]["CUDA_VISIBLE_DEVICES"] == "-1" and "CUDA_VISIBLE_DEVICES" not in gpu["env"]
    assert cpu["env"]["TF_ENABLE_ONEDNN_OPTS"] == gpu["env"]["TF_ENABLE_ONEDNN_OPTS"] == "1"
    assert cpu["argv"][0] == gpu["argv"][0] == "/some/python"
    written = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert written == {f"prefix/share/jupyter/kernels/{name}/kernel.json" for name in ("course-cpu", "course-gpu")}


def run_cell(tmp_path, monkeypatch, name: str, code: str) -> list:
    """The messages of one cell, run on a kernel that was installed into a temporary prefix."""
    from jupyter_client.manager import KernelManager

    from helpers.lesson import kernels

    kernels.install(tmp_path)
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "share" / "jupyter"))
    manager = KernelManager(kernel_name=name)
    manager.start_kernel(cwd=str(tmp_path))
    client = manager.client()
    messages = []
    try:
        client.start_channels()
        client.wait_for_ready(timeout=90)
        client.execute_interactive(code, timeout=90, output_hook=messages.append)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    return messages


def test_cpu_kernel_hides_gpus_and_finds_helpers(tmp_path, monkeypatch):
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    code = "import os, helpers; print(os.environ['CUDA_VISIBLE_DEVICES'], os.environ['TF_ENABLE_ONEDNN_OPTS'])"
    messages = run_cell(tmp_path, monkeypatch, "course-cpu", code)
    assert [one["content"]["text"] for one in messages if one["msg_type"] == "stream"] == ["-1 1\n"]


def test_gpu_kernel_says_when_there_is_no_gpu(tmp_path, monkeypatch):
    """GPUs are hidden by conftest, so every cell fails with one sentence that names the other kernel."""
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "-1")
    messages = run_cell(tmp_path, monkeypatch, "course-gpu", "print('computed on the CPU in secret')")
    errors = [one["content"]["evalue"] for one in messages if one["msg_type"] == "error"]
    assert len(errors) == 1 and "course-cpu" in errors[0]
    assert not any(one["msg_type"] == "stream" for one in messages)


@pytest.mark.skipif(sys.platform == "win32", reason="a bash script")
@pytest.mark.parametrize("broken, status", [("nothing", 0), ("pinned", 1), ("current", 1)])
def test_ci_fails_when_one_of_the_stacks_does(tmp_path, broken, status):
    """The script itself, in a folder where `make` does nothing but fail on one stack. Chromium is there already."""
    (tmp_path / ".ci").mkdir()
    (tmp_path / "bin").mkdir()
    shutil.copy(ROOT / ".ci" / "run", tmp_path / ".ci" / "run")
    for name, text in (("make", f'case "$*" in *{broken}*) exit 2 ;; esac'), ("chromium", "")):
        (tmp_path / "bin" / name).write_text(f"#!/bin/sh\n{text}\n")
        (tmp_path / "bin" / name).chmod(0o755)
    environ = {"PATH": f"{tmp_path / 'bin'}:/usr/bin:/bin", "HOME": str(tmp_path), "TMPDIR": str(tmp_path)}
    done = subprocess.run(["bash", str(tmp_path / ".ci" / "run")], env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == status, done.stdout + done.stderr
    assert broken in done.stdout.splitlines()[-1] or status == 0
