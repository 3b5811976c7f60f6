"""`make models`: renders, trains, freezes and measures what data/models/ holds, from seeds alone. Hours on two cores.

The steps are data/README.md's. Each goes on from where it stopped (runs/), so an interrupted run may be started again.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FACES = """
train_faces.py pictures --people 1000
train_faces.py keypoints --minutes 40
train_faces.py proposal --minutes 15
train_faces.py mine
train_faces.py refine --minutes 30
train_faces.py freeze --into data/models/anime
"""
STYLE = """
train_cartoon.py {0} background --steps 12000
train_cartoon.py {0} head --steps 6000 --start runs/train_{0}_background/weights.npz
model_directory.py {0} runs/train_{0}_background/weights.npz --head runs/train_{0}_head/weights.npz
"""
STYLES = ("anime", "sketch", "3d")
STEPS = f"render_pairs.py {' '.join(STYLES)}" + "".join(STYLE.format(style) for style in STYLES) + FACES


def main() -> int:
    for step in filter(None, STEPS.splitlines()):
        print(f"=== data/make/{step}", flush=True)
        script, *arguments = step.split()
        status = subprocess.run([sys.executable, str(ROOT / "data" / "make" / script), *arguments], cwd=ROOT, check=False).returncode
        if status:
            return status
    return 0


if __name__ == "__main__":
    sys.exit(main())
