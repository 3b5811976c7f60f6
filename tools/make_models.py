"""`make models`: renders, trains and freezes what data/models/anime/ holds, from seeds alone. Hours on two cores.

The steps are data/README.md's. Each goes on from where it stopped (runs/), so an interrupted run may be started again.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STEPS = """
render_pairs.py anime --count 1000
train_cartoon.py anime --people runs/pairs/anime_people.npz --scenes runs/pairs/anime_scenes.npz
model_directory.py anime runs/train_anime/weights.npz
train_faces.py pictures --people 1000
train_faces.py keypoints --minutes 40
train_faces.py proposal --minutes 15
train_faces.py mine
train_faces.py refine --minutes 30
train_faces.py freeze --into data/models/anime
"""


def main() -> int:
    for step in STEPS.strip().splitlines():
        print(f"=== data/make/{step}", flush=True)
        script, *arguments = step.split()
        status = subprocess.run([sys.executable, str(ROOT / "data" / "make" / script), *arguments], cwd=ROOT, check=False).returncode
        if status:
            return status
    return 0


if __name__ == "__main__":
    sys.exit(main())
