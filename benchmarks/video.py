"""Seconds a clip: cartoonize_video beside upstream's loop (read a frame, ModelScope's pipeline, append), on the same file.

    python benchmarks/video.py [--seconds 3] [--width 1280] [--height 720]

Two model directories, each run by both: one with networks of upstream's shape (random weights, a face graph that always
reports the same face), which shows what the engine gains alone; and the embedded style "anime", whose networks are
smaller. The ratios are to upstream's loop on upstream's shape: what a person had before. The loop's time is without sound,
which it loses, and, like ours, without loading the model. Each run is a process of its own and runs once.

The networks' own limit is measured in the same process: the same frames through the two cartoon networks and nothing
else. Nothing around them can be faster than that.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

RATE = 25
LIMIT_FRAMES = 5  # of each limit: enough for a median
# Name, engine, model directory, oneDNN: None leaves the environment as a person would find it.
RUNS = [
    ("upstream's loop", "upstream", "upstream's shape", None),
    ("upstream's loop, oneDNN on", "upstream", "upstream's shape", "1"),
    ("ours", "float32", "upstream's shape", "1"),
    ("ours, bfloat16", "bfloat16", "upstream's shape", "1"),
    ("upstream's loop", "upstream", "anime (embedded)", None),
    ("ours", "float32", "anime (embedded)", "1"),
]


# What runs in a process of its own.


def run_upstream(directory, clip, target) -> dict:
    """Upstream's way with a video: all frames one after the other, kept in a list, written at the end."""
    import cv2
    import numpy as np
    from upstream_pipeline import make_pipeline

    pipeline = make_pipeline(directory)
    reader = cv2.VideoCapture(str(clip))
    pipeline(reader.read()[1])  # the first call builds things
    reader = cv2.VideoCapture(str(clip))
    start = time.perf_counter()
    painted = []
    while True:
        found, frame = reader.read()
        if not found:
            break
        painted.append(np.uint8(pipeline(frame)["output_img"]))
    height, width = painted[0].shape[:2]
    writer = cv2.VideoWriter(str(target), cv2.VideoWriter_fourcc(*"mp4v"), RATE, (width, height))
    for frame in painted:
        writer.write(frame)
    writer.release()
    return {"seconds": time.perf_counter() - start, "frames": len(painted)}


def run_ours(directory, clip, target, precision) -> dict:
    """cartoonize_video, and the time that the networks alone need for as many frames."""
    import statistics

    from helpers import Cartoonizer, cartoonize_video
    from helpers.stylize.cartoonizer import HEAD_SIZE, reduce
    from helpers.video.read import read_frames
    from helpers.video.scan import scan

    cartoonize = Cartoonizer(directory, precision)
    frames = [image for _, (_, image) in zip(range(LIMIT_FRAMES), read_frames(scan(clip)))]
    cartoonize(frames[0])
    crop = frames[0][:HEAD_SIZE, :HEAD_SIZE]

    def networks(frame):
        start = time.perf_counter()
        cartoonize.background(reduce(frame))
        cartoonize.head(crop)
        return time.perf_counter() - start

    start = time.perf_counter()
    cartoonize_video(clip, target, style=cartoonize, progress=False)
    seconds, count = time.perf_counter() - start, scan(target).count
    return {"seconds": seconds, "frames": count, "limit": count * statistics.median(map(networks, frames))}


def serve(engine, directory, clip, target) -> None:
    """Run once and say how long it took. Engines chat on standard output, too, so the answer is marked."""
    done = run_upstream(directory, clip, target) if engine == "upstream" else run_ours(directory, clip, target, engine)
    print("ANSWER", json.dumps(done), flush=True)


# What the person sees.


def measure(engine, onednn, directory, clip, target) -> dict:
    """One run's answer, or the reason why there is none."""
    environment = {name: value for name, value in os.environ.items() if name != "TF_ENABLE_ONEDNN_OPTS"}
    environment.update({"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"})
    if onednn:
        environment["TF_ENABLE_ONEDNN_OPTS"] = onednn
    command = [sys.executable, __file__, "--serve", engine, str(directory), str(clip), str(target)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    for line in done.stdout.splitlines():
        if line.startswith("ANSWER "):
            return json.loads(line[len("ANSWER ") :])
    return {"reason": (done.stderr.strip().splitlines() or ["no reason given"])[-1]}


def make_clip(path, width, height, count):
    """A pan over scikit-image's astronaut, with a melody; returns her face's box in the middle, for the constant face graph."""
    import numpy as np
    from inference import portrait

    from helpers.lesson.clips import write_clip

    image, box = portrait(width, height)
    write_clip(path, [np.ascontiguousarray(np.roll(image, i - count // 2, axis=1)) for i in range(count)], RATE)
    return box


def report(rows) -> None:
    base = next((row["seconds"] for *_, row in rows if "seconds" in row), None)
    for directory in dict.fromkeys(row[1] for row in rows):
        print(f"\nnetworks: {directory}")
        for name, _, row in (row for row in rows if row[1] == directory):
            if "reason" in row:
                print(f"  {name:30s}cannot run here: {row['reason']}")
                continue
            speed = f"{row['frames'] / row['seconds']:6.2f} frames/s  {base / row['seconds']:5.2f} x"
            limit = f"   networks alone {row['limit']:6.1f} s, {base / row['limit']:.2f} x" if "limit" in row else ""
            print(f"  {name:30s}{row['seconds']:7.1f} s  {speed}{limit}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=3, help="length of the clip (3)")
    parser.add_argument("--width", type=int, default=1280)
    parser.add_argument("--height", type=int, default=720)
    parser.add_argument("--serve", nargs=4, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.serve:
        serve(*arguments.serve)
        return
    import models

    from helpers.settings import MODELS

    with tempfile.TemporaryDirectory() as folder:
        clip, count = Path(folder) / "clip.mp4", max(1, round(arguments.seconds * RATE))
        box = make_clip(clip, arguments.width, arguments.height, count)
        directories = {"upstream's shape": models.build(Path(folder) / "model", [box], channels=32), "anime (embedded)": MODELS / "anime"}
        print(f"{count} frames of {arguments.width}x{arguments.height}, one face; ratios to the first line")
        rows = []
        for place, (name, engine, directory, onednn) in enumerate(RUNS):
            rows.append((name, directory, measure(engine, onednn, directories[directory], clip, Path(folder) / f"out{place}.mp4")))
    report(rows)


if __name__ == "__main__":
    main()
