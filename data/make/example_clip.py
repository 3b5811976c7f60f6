"""Draw the clip that a video space offers to click: `python data/make/example_clip.py`. One person turns the head and talks."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from helpers import portraits  # noqa: E402
from helpers.lesson.clips import write_clip  # noqa: E402

FILE = ROOT / "data" / "clips" / "talking.mp4"
SEED = 11
FRAMES, SIDE = 50, 320  # two seconds: one turn of the head

if __name__ == "__main__":
    room = portraits.Background.sample(SEED)
    print(write_clip(FILE, portraits.perform(portraits.Identity.sample(SEED), FRAMES, SIDE, background=room)[0]))
