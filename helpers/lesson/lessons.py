"""The map of the course: its notebooks in reading order, drawn as a figure and listed with links.

A lesson whose notebook is not in the folder yet is marked as coming.
"""

from __future__ import annotations

from dataclasses import dataclass

from IPython.display import Markdown, display
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from helpers.lesson.plots import INK, PAPER, QUIET, display_figure
from helpers.settings import ROOT

NOTEBOOKS = ROOT / "notebooks"


@dataclass(frozen=True)
class Lesson:
    """One notebook: its file name without suffix, its chapter, its short title, what one sees in it."""

    file: str
    chapter: str
    title: str
    sees: str

    @property
    def number(self) -> str:
        """The two digits that the file name starts with."""
        return self.file[:2]

    @property
    def ready(self) -> bool:
        """Whether the notebook is there."""
        return (NOTEBOOKS / f"{self.file}.ipynb").is_file()


CHAPTERS = {"start": "#2a9d8f", "before DCT-Net": "#6a7fdb", "DCT-Net": "#d1495b", "practice": "#e09f3e", "appendix": "#7a6c5d"}

LESSONS = (
    Lesson("00_start_here", "start", "Start here", "a real portrait becomes a cartoon; the map"),
    Lesson("01_texture_synthesis", "before DCT-Net", "Texture synthesis", "patches and seams; where they break"),
    Lesson("02_neural_style_transfer", "before DCT-Net", "Style transfer", "content and style; why geometry stays"),
    Lesson("03_gan", "before DCT-Net", "GAN", "the game of two networks, live"),
    Lesson("04_image_translation", "before DCT-Net", "Image translation", "pix2pix on pairs"),
    Lesson("05_cyclegan", "before DCT-Net", "CycleGAN", "no pairs: losses on and off"),
    Lesson("06_stylegan", "before DCT-Net", "StyleGAN", "transfer, blending, inversion"),
    Lesson("07_diffusion", "before DCT-Net", "Diffusion", "noise, conditions, SDEdit"),
    Lesson("08_dctnet", "DCT-Net", "DCT-Net", "calibration first, translation later"),
    Lesson("09_comparison", "DCT-Net", "Comparison", "all methods, the same faces, one table"),
    Lesson("10_inference", "practice", "Inference", "what the pipeline does inside"),
    Lesson("11_video", "practice", "Video", "frames, sound, flicker"),
    Lesson("12_fine_tune", "practice", "Fine-tuning", "train on the mini dataset"),
    Lesson("13_export", "practice", "Export", "from checkpoint to frozen graph"),
    Lesson("14_your_own_style", "practice", "Your own style", "collect, align, calibrate, train"),
    Lesson("15_gradio_space", "practice", "A creation space", "five small apps, one published"),
    Lesson("16_portrait_world", "appendix", "The portrait world", "people who never existed, and all about them"),
)


def draw_map(columns: int = 4) -> None:
    """Display the course as boxes in reading order; a lesson that is still coming is an empty box."""
    rows = -(-len(LESSONS) // columns)
    figure = Figure(figsize=(11, 1.25 * rows + 0.5), facecolor=PAPER)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(-0.1, columns), ylim=(rows + 0.1, -0.45))
    axes.set_axis_off()
    for place, lesson in enumerate(LESSONS):
        _draw_box(axes, lesson, place % columns, place // columns)
    x = 0.0
    for chapter, colour in CHAPTERS.items():  # a legend in one line; the boxes stay in reading order
        axes.text(x, -0.22, f"\u25a0 {chapter}", color=colour, fontsize=11, fontweight="bold")
        x += 0.2 + 0.045 * len(chapter)
    display_figure(figure)


def list_lessons() -> None:
    """Display the lessons as a table, with a link to each notebook that is there."""
    rows = ["| lesson | what one sees | |", "|---|---|---|"]
    for lesson in LESSONS:
        name = f"[{lesson.number} {lesson.title}]({lesson.file}.ipynb)" if lesson.ready else f"{lesson.number} {lesson.title}"
        rows.append(f"| {name} | {lesson.sees} | {'ready' if lesson.ready else 'coming'} |")
    display(Markdown("\n".join(rows)))


def _draw_box(axes, lesson, x, y):
    colour = CHAPTERS[lesson.chapter]
    face, text, line = (colour, PAPER, "-") if lesson.ready else (PAPER, INK, (0, (3, 3)))
    outline = "round,pad=0,rounding_size=0.06"
    axes.add_patch(FancyBboxPatch((x, y), 0.9, 0.82, boxstyle=outline, facecolor=face, edgecolor=colour, linestyle=line, linewidth=1.6))
    axes.text(x + 0.06, y + 0.22, f"{lesson.number}  {lesson.title}", color=text, fontsize=12, fontweight="bold", va="center")
    half = len(lesson.sees) // 2
    cut = lesson.sees.find(" ", half - 4)
    words = lesson.sees if len(lesson.sees) < 30 or cut < 0 else lesson.sees[:cut] + "\n" + lesson.sees[cut + 1 :]
    axes.text(x + 0.06, y + 0.5, words, color=text, fontsize=9.5, va="center")
    if not lesson.ready:
        axes.text(x + 0.84, y + 0.7, "coming", color=QUIET, fontsize=8.5, ha="right", va="center", style="italic")
