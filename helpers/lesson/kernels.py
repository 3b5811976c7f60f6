"""The two kernels of the course (内核): `course-cpu` hides every GPU, `course-gpu` asks for one.

`python -m helpers.lesson.kernels` installs both into the environment that runs it, nowhere else.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from helpers.files import write_text

# oneDNN is off by default in TensorFlow 2.7 and nearly doubles its speed.
COMMON = {"TF_ENABLE_ONEDNN_OPTS": "1"}
CPU, GPU = "course-cpu", "course-gpu"
NO_GPU = "This kernel needs a GPU, and TensorFlow sees none. Choose the kernel course-cpu (Kernel > Change Kernel)."


def specifications(python: str) -> dict:
    """Kernel name -> content of its kernel.json. python: the interpreter that will run the cells."""
    start = [python, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    quiet = "--IPKernelApp.exec_lines=import helpers.lesson"  # before the first cell: it keeps log lines out of the page
    ask = "--IPKernelApp.exec_lines=from helpers.lesson.kernels import require_gpu; require_gpu(get_ipython())"
    # `import helpers` also works where the project is not installed (ModelScope Notebook).
    folders = [str(Path(__file__).resolve().parents[2]), os.environ.get("PYTHONPATH", "")]
    common = {**COMMON, "PYTHONPATH": os.pathsep.join(folder for folder in folders if folder)}
    return {
        CPU: {
            "argv": [*start, quiet],
            "display_name": "Course (CPU)",
            "language": "python",
            "env": {**common, "CUDA_VISIBLE_DEVICES": "-1"},
        },
        GPU: {"argv": [*start, ask], "display_name": "Course (GPU)", "language": "python", "env": common},
    }


def install(prefix: str | Path = sys.prefix, python: str = sys.executable) -> list[Path]:
    """Writes both kernelspecs below prefix/share/jupyter/kernels and returns their folders."""
    folders = []
    for name, content in specifications(python).items():
        folder = Path(prefix) / "share" / "jupyter" / "kernels" / name
        folder.mkdir(parents=True, exist_ok=True)
        write_text(folder / "kernel.json", json.dumps(content, indent=1))
        folders.append(folder)
    return folders


def require_gpu(shell) -> None:
    """Lets every cell fail with one sentence if TensorFlow sees no GPU. shell: the kernel's IPython shell."""
    import tensorflow as tf

    if not tf.config.list_physical_devices("GPU"):
        shell.input_transformers_cleanup.append(lambda lines: [f"raise RuntimeError({NO_GPU!r})\n"])


if __name__ == "__main__":
    for written in install():
        print(f"kernel {written.name}: {written}", file=sys.stderr)
