"""`make models`: renders, trains, freezes and measures what data/models/ holds, from seeds alone. Hours on two cores.

The steps are data/README.md's. Each goes on from where it stopped, so an interrupted run may be started again. What they keep is in runs/,
or where COURSE_RUNS says.
"""

from __future__ import annotations

import os
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
"""
PAIRS = """
render_pairs.py {styles} --people 700 --scenes 200
train_cartoon.py anime background --steps 6000
train_cartoon.py anime head --steps 6000
"""
# The other styles start from anime: what is an edge and what is a tone is the same for all.
OTHERS = """
train_cartoon.py {style} background --steps 4500 --start {runs}/train_anime_background/weights.npz
train_cartoon.py {style} head --steps 4200 --start {runs}/train_anime_head/weights.npz
"""
FREEZE = """
model_directory.py {style} {runs}/train_{style}_background/weights.npz --head {runs}/train_{style}_head/weights.npz
train_faces.py freeze --into data/models/{style}
"""
MEASURE = """
train_embedding.py pictures
train_embedding.py train
train_embedding.py store
measure_models.py {styles}
model_card.py {styles}
model_sheets.py
"""
STYLES = ("anime", "sketch", "3d")
NAMES = " ".join(STYLES)
RUNS = os.environ.get("COURSE_RUNS") or "runs"
STEPS = FACES + PAIRS.format(styles=NAMES)
STEPS += "".join(OTHERS.format(style=style, runs=RUNS) for style in STYLES[1:])
STEPS += "".join(FREEZE.format(style=style, runs=RUNS) for style in STYLES) + MEASURE.format(styles=NAMES)


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
