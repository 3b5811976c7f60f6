"""Draw the clip that a video space offers to click: `python data/make/example_clip.py`. One person turns the head and talks."""

from __future__ import annotations

from helpers import portraits
from helpers.lesson.clips import write_clip
from helpers.settings import ROOT

FILE = ROOT / "data" / "clips" / "talking.mp4"
SEED = 11
FRAMES, SIDE = 50, 320  # two seconds: one turn of the head

if __name__ == "__main__":
    room = portraits.Background.sample(SEED)
    print(write_clip(FILE, portraits.perform(portraits.Identity.sample(SEED), FRAMES, SIDE, background=room)[0]))
