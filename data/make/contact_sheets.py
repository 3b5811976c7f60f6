"""Draw the contact sheets (样张) of the portraits: `python data/make/contact_sheets.py` writes docs/portraits_<style>.jpg.

Each sheet shows the same 24 people, in one style, 256 px each. A file stays below 300 KB, so that the page loads quickly.
"""

from __future__ import annotations

import argparse
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from helpers import portraits
from helpers.files import write_bytes
from helpers.settings import ROOT

import cv2
import numpy as np
from tqdm import tqdm

COLUMNS, ROWS = 6, 4
LARGEST = 300_000  # bytes


def portrait(style, size, seed):
    """One person as on every sheet: RGB uint8 [size, size, 3]. Same person, pose and light in every style."""
    cv2.setNumThreads(1)  # the processes share the cores already
    return portraits.render(portraits.Identity.sample(seed), style, size, **portraits.sample_sitting(seed))


def sheet(pictures):
    """Pictures in rows of six: RGB uint8."""
    rows = [np.hstack(pictures[start : start + COLUMNS]) for start in range(0, len(pictures), COLUMNS)]
    return np.vstack(rows)


def jpeg(image, largest):
    """The bytes of a JPEG at the best quality that keeps it below a size in bytes."""
    for quality in range(92, 20, -3):
        _, data = cv2.imencode(".jpg", image[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality, cv2.IMWRITE_JPEG_OPTIMIZE, 1])
        if data.size < largest:
            break
    return data.tobytes()


def write(path, data):
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_bytes(path, data)


def main(arguments=None):
    """Draw all sheets, or those of the styles that were named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("styles", nargs="*", default=sorted(portraits.STYLES), help="default: all styles")
    parser.add_argument("--first", type=int, default=0, help="seed of the first of the 24 people")
    parser.add_argument("--size", type=int, default=256, help="width of one picture, px")
    parser.add_argument("--folder", type=Path, default=ROOT / "docs")
    chosen = parser.parse_args(arguments)
    seeds = range(chosen.first, chosen.first + COLUMNS * ROWS)
    with ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn")) as pool:
        for style in chosen.styles:
            portraits.find_style(style)
            pictures = list(tqdm(pool.map(partial(portrait, style, chosen.size), seeds), style, len(seeds)))
            path = chosen.folder / f"portraits_{style}.jpg"
            write(path, jpeg(sheet(pictures), LARGEST))
            print(f"{path}: {path.stat().st_size / 1000:.0f} KB")


if __name__ == "__main__":
    main()
