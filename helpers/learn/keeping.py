"""What a training leaves behind while it runs: its state, a record of the losses, pictures, a progress bar."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
from tqdm import tqdm

from helpers.errors import CourseError
from helpers.files import write_text
from helpers.images import write_image

STATE, RECORD, SAMPLES = "state.npz", "record.jsonl", "samples"


class Keeping:
    """The files of one training. `record`: dict name -> list of numbers. `sheet`: the last samples, RGB uint8 [H, W, 3], or None."""

    def __init__(self, folder, state, samples, on_save):
        self.folder, self.state, self.samples, self.on_save = folder and Path(folder), state, samples, on_save
        self.record, self.sheet = {}, None
        if self.folder:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._resume()
        self.saved, self.skipped, self.sampled = int(state.done), int(state.skipped), None

    def _resume(self):
        if (self.folder / STATE).is_file():
            self.state.load(self.folder / STATE)
        path, done = self.folder / RECORD, int(self.state.done)
        if path.is_file():  # a killed process may have written lines after its last state
            lines = [line for line in path.read_text().splitlines() if json.loads(line)["step"] <= done]
            write_text(path, "".join(line + "\n" for line in lines))
            self.record = read_record(path)

    def read(self, losses, broken):
        """Add the mean of the losses since the last reading. broken: so many steps without one finite gradient end the training."""
        skipped, self.skipped = int(self.state.skipped) - self.skipped, int(self.state.skipped)
        done = int(self.state.done)
        if skipped >= len(losses) >= broken:
            raise CourseError(f"No gradient is finite any more at step {done}: lower the learning rate, or clip the gradients.")
        means = {name: float(np.mean([float(values[name]) for values in losses])) for name in losses[0]}
        line = {"step": done, "minutes": round(self.state.seconds / 60, 3), "rate": float(self.state.rate), "skipped": skipped, **means}
        line = {name: value if np.isfinite(value) else None for name, value in line.items()}
        for name, value in line.items():
            self.record.setdefault(name, []).append(np.nan if value is None else value)
        if self.folder:
            with open(self.folder / RECORD, "a", encoding="utf-8") as file:
                file.write(json.dumps(line) + "\n")

    def sample(self):
        """Make samples, and keep them as samples/<step>.jpg. Returns whether there are any."""
        if not self.samples:
            return False
        self.sheet, self.sampled = self.samples(self.state), int(self.state.done)
        if self.folder:
            (self.folder / SAMPLES).mkdir(exist_ok=True)
            write_image(self.folder / SAMPLES / f"{self.sampled:06d}.jpg", self.sheet)
        return True

    def save(self):
        """Write the state."""
        self.saved = int(self.state.done)
        if self.folder:
            self.state.save(self.folder / STATE)
        if self.on_save:
            self.on_save(self.state)

    def finish(self, losses):
        """Keep what has not been kept yet."""
        if int(self.state.done) > self.saved:
            if losses:
                self.read(losses, broken=len(losses) + 1)
            self.save()
        if int(self.state.done) > 0 and self.sampled != int(self.state.done):
            self.sample()


class Bar:
    """A progress bar with losses and the time that is left, in steps or in seconds."""

    def __init__(self, steps, minutes, done, seconds):
        self.in_steps = bool(steps)
        total, begun, unit = (steps, done, "step") if steps else (round(60 * minutes), round(seconds), "s")
        self.bar = tqdm(total=total, initial=min(begun, total), unit=unit, mininterval=0.5 if sys.stderr.isatty() else 30)

    def __call__(self, record, sheet):
        if record:
            losses = {name: values[-1] for name, values in record.items() if name not in ("step", "minutes", "rate", "skipped")}
            self.bar.set_postfix_str(", ".join(f"{name} {value:.4g}" for name, value in losses.items()), refresh=False)
            now = record["step"][-1] if self.in_steps else round(60 * record["minutes"][-1])
            self.bar.update(max(0, min(now, self.bar.total) - self.bar.n))

    def close(self):
        self.bar.close()


def read_record(path) -> dict:
    """The record of a training, record.jsonl: dict name -> list of numbers, nan where a loss was not finite."""
    lines = [json.loads(line) for line in Path(path).read_text(encoding="utf-8").splitlines()]
    return {name: [np.nan if line.get(name) is None else line[name] for line in lines] for name in (lines[0] if lines else ())}
