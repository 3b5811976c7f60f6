"""Write the card of a model from what was recorded and measured: `python data/make/model_card.py anime sketch 3d`.

Copies the records of train_cartoon.py (runs/train_<style>_<part>/record.json) to data/models/<style>/training.json, so that they stay
with the weights, and writes MODEL_CARD.md from them and from figures.json (measure_models.py). No number is typed by hand.
"""

from __future__ import annotations

import argparse
import json

from helpers.errors import ModelError
from helpers.files import write_text
from helpers.settings import MODELS, ROOT, RUNS

TRAINING, FIGURES, CARD = "training.json", "figures.json", "MODEL_CARD.md"
PARTS = {"background": "cartoon_bg.pb", "head": "cartoon_h.pb"}
IDENTITY = ROOT / "data" / "checkpoints" / "identity.json"
UNET = "data/checkpoints/unet_{}.json"  # what train_unet.py recorded, for the styles that have such a start
FACTS = (  # of a record: the key, what it is called, and what follows the value
    ("network", "network", ""),
    ("people", "drawn people", ""),
    ("scenes", "scenes without people", ""),
    ("first_seed", "seed of the first one", ""),
    ("size", "size of the pictures", " px"),
    ("exaggeration", "exaggeration of the eyes, 0 to 1", ""),
    ("pictures", "pictures painted from these", ""),
    ("start", "started from", ""),
    ("steps", "steps", ""),
    ("batch", "batch", ""),
    ("crop", "windows of the pictures", " px"),
    ("pixels", "weight of L1", ""),
    ("edges", "weight of the gradients", ""),
    ("tones", "weight of the averages", ""),
    ("adversarial", "weight of the discriminator", ""),
    ("peak_rate", "highest learning rate", ""),
    ("seed", "seed of the batches", ""),
    ("minutes", "minutes on a shared CPU core", ""),
    ("stack", "stack", ""),
    ("commit", "commit of the code", ""),
    ("held_out_error", "L1 on held-out pairs while training, levels", ""),
    ("error_of_photo", "the same of the photo itself", ""),
)
JUDGED = (("l1", "painted (L1)", 1), ("finds_other_day", "recognised on another day (percent)", -1), ("faces_found", "found (percent)", -1))
INTRODUCTION = """# {style}: a cartoon model that this course trained

A complete ModelScope model directory. `Cartoonizer("{style}")` and ModelScope's own pipeline (1.3.2) run it.
It is a **stand-in for teaching**: it makes the course run offline. It is far below the official models, and it was not trained the way the
lecture teaches (no unpaired training, no calibration): it learnt from pairs. Their photos are people and scenes drawn by
`helpers/portraits`; their cartoons follow from these photos by classical image processing (`data/make/looks.py`), with drawn parts of the
face over it (`data/make/face_parts.py`). So the network paints what the photo shows, and real photos come out much like drawn ones.
"""
FILES = """## Files

| file | what |
|---|---|
| `cartoon_bg.pb`, `cartoon_h.pb` | the fast U-Net of `data/make/fast_unet.py` for whole pictures and for heads, stored as float16 |
| `detector.pb`, `keypoints.pb` | faces and 68 landmarks, for ModelScope's pipeline; our Cartoonizer asks MediaPipe first |
| `alpha.jpg` | a soft ellipse: where the head network's picture replaces the background's |
| `training.json`, `figures.json` | how the weights were made and what was measured: this card is written from them |
"""
RECIPE = """
Losses: L1, L1 of gradients, L1 of averages, and a light patch discriminator; the weights kept are a moving average. Adam, the
learning rate falls along a cosine. The whole recipe, seeds included, is in these scripts:
"""
COMMANDS = """
    python data/make/render_pairs.py anime sketch 3d --people PEOPLE --scenes SCENES
    python data/make/train_cartoon.py {style} PART --steps STEPS        # for sketch and 3d: --start runs/train_anime_PART/weights.npz
    python data/make/model_directory.py {style} runs/train_{style}_background/weights.npz --head runs/train_{style}_head/weights.npz
"""
MEASURED = """
People from seed {first_seed} on, {size} px, exaggeration {exaggeration}; {stack}; whole pictures through the Cartoonizer.

{against}
{ranks}
The first row of ranks is easy: pose, light, background and clothes are the same. On the other day all of them differ, and so do glasses,
masks and hats. The identity network (`helpers/metrics/identity.py`) was trained here, too. AUC of drawn pictures of {unseen_people} people
that it never saw, looking for a photo of the other day: {auc}.

Stray colours: {stray_colours} % of the pixels. Faces found: {faces_found} %; of the {faces_found_of_large[faces]} that
are at least {faces_found_of_large[from_px]} px wide, {faces_found_of_large[found]} %. Smaller ones are background.
"""
FINE_TUNING = """
## Fine-tuning

A fine-tuning does not start from the networks above: DCT-Net's trainer needs ModelScope's own U-Net. Its weights are in
`data/checkpoints/unet_{style}.npz` (`data/make/train_unet.py`): {steps} steps on heads of {pairs} of the pairs above, started from {start}
(`data/README.md` tells the whole way).
L1 on held-out pairs: {held_out_error_levels} levels, of the photo itself {error_of_the_photo_itself}. `resume_epoch` of
`configuration.json` names it: the trainer writes it as `tf_ckpts/model-{steps}` into its copy of this directory, in `runs/models/`.
"""
FRESH = """
## Fine-tuning

There is no U-Net in this look to start from: `resume_epoch` of `configuration.json` is 0, and a training starts from fresh weights.
"""
LIMITS = """
- Made from drawn people, measured on drawn people. On real portraits it was judged by eye alone: `skimage.data.astronaut()`, and a few
  others that are not in the course. How well it works for real people of different skin tones and ages was **not measured**.
- The pictures it learnt from look like good computer graphics. Profiles, hands, strong side light and heavy shadows are rare in them.
- Small faces stay coarse: below 60 pixels the head network is not used at all.
"""
LICENCE = """## Licence

Apache-2.0. No photograph was used for training.
"""


def collect(style, directory):
    """Copy the records of a style's trainings beside its weights, as far as there are any. Returns them: part -> record."""
    path = directory / TRAINING
    records = json.loads(path.read_text()) if path.is_file() else {}
    for part in PARTS:
        record = RUNS / f"train_{style}_{part}" / "record.json"
        if record.is_file():
            records[part] = json.loads(record.read_text())
    if records:
        write_text(path, json.dumps(records, indent=1, sort_keys=True) + "\n")
    return records


def card(style, figures, records, unseen):
    """The text of the card. figures: of measure_models.py. records: part -> record. unseen: what the identity network was worth."""
    sections = [INTRODUCTION.format(style=style), FILES, "## Training\n", training(records), RECIPE + COMMANDS.format(style=style)]
    sections += [f"## Measured on {figures['pairs']} held-out pairs\n", measured(figures, unseen)]
    sections += [fine_tuning(style), "## Limits\n", fairness(figures["groups"]), LIMITS, LICENCE]
    return "\n".join(section.strip("\n") + "\n" for section in sections)


def training(records):
    """The records as a table, one column a network."""
    parts = [part for part in PARTS if part in records]
    rows = [["", *(f"{part} (`{PARTS[part]}`)" for part in parts)], ["---"] * (len(parts) + 1)]
    for key, title, unit in FACTS:
        if any(key in records[part] for part in parts):
            rows.append([title, *(f"{records[part].get(key, '?')}{unit}" for part in parts)])
    return _table(rows)


def measured(figures, unseen):
    """The figures as tables."""
    l1, ssim, who = figures["l1"], figures["ssim"], figures["identity"]
    sides = ("cartoon", "photo_itself", "plain_filter")
    rows = [["against the drawn target", "cartoon", "photo itself", "bilateral filter and edges"], ["---"] * 4]
    rows += [[title, *(str(values[side]) for side in sides)] for title, values in (("L1, levels", l1), ("SSIM", ssim))]
    found = [[f"rank 1 among {figures['pairs']}", "cartoon", "drawn target", "AUC of the cartoon"], ["---"] * 4]
    for key, title in (("its_photo", "finds the photo it was made of"), ("other_day", "finds a photo of the person's other day")):
        found.append([title, f"{who[key]['rank_one']} %", f"{who[key]['rank_one_of_the_target']} %", str(who[key]["auc"])])
    auc = ", ".join(f"{look} {value:.3f}" for look, value in unseen["auc"].items())
    return MEASURED.format(
        **{**figures, "unseen_people": unseen["unseen_people"], "against": _table(rows), "ranks": _table(found), "auc": auc}
    )


def fine_tuning(style):
    """What a fine-tuning of the style starts from."""
    record = ROOT / UNET.format(style)
    return FINE_TUNING.format(style=style, **json.loads(record.read_text())) if record.is_file() else FRESH


def fairness(groups):
    """Who it works less well for: a table of the groups, and in words the worst of each kind."""
    rows = [["group", "people", "L1 (of the photo itself)", "SSIM", "finds its photo", "finds the other day", "faces found"], ["---"] * 7]
    words = []
    for kind, parts in groups.items():
        for name, part in parts.items():
            shares = [f"{part[key]} %" for key in ("finds_its_photo", "finds_other_day", "faces_found")]
            rows.append([f"{kind}: {name}", str(part["people"]), f"{part['l1']} ({part['l1_of_the_photo']})", str(part["ssim"]), *shares])
        words += [f"- By {kind}, {_worst(parts, *judged)}" for judged in JUDGED]
    fewest = min(part["people"] for parts in groups.values() for part in parts.values())
    words.append(f"- One person is up to {100 / fewest:.1f} % of a group: differences of a few percent are chance.")
    return _table(rows) + "\n" + "\n".join(words) + "\n"


def _worst(parts, key, what, factor):
    """In words, which group has the largest value of factor * key."""
    values = {name: factor * part[key] for name, part in parts.items()}
    worst, best = max(values.values()), min(values.values())
    if worst == best:
        return f"all groups are {what} equally well."
    return f'the group "{max(values, key=values.get)}" is {what} least well ({abs(worst)} against {abs(best)}).'


def _table(rows):
    return "".join("| " + " | ".join(row) + " |\n" for row in rows)


def write(style, directory):
    """Write the card of the model in a directory and return its path. Raises ModelError where it was not measured or not recorded."""
    records = collect(style, directory)
    if not records:
        raise ModelError(f"There is no record of how {style} was trained: run data/make/train_cartoon.py {style} first.")
    if not (directory / FIGURES).is_file():
        raise ModelError(f"The model {style} was not measured: run data/make/measure_models.py {style} first.")
    figures, unseen = (json.loads(path.read_text()) for path in (directory / FIGURES, IDENTITY))
    write_text(directory / CARD, card(style, figures, records, unseen))
    return directory / CARD


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("styles", nargs="+")
    for each in arguments.parse_args().styles:
        print(write(each, MODELS / each))
