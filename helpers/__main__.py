"""Command line: python -m helpers cartoonize | video | demo | train | export | styles | doctor."""

from __future__ import annotations

import os
import sys
import tempfile
import warnings
from pathlib import Path

import typer
import typer.core

# Everything else is imported inside the commands: TensorFlow takes seconds, --help should not.

typer.core.HAS_RICH = False  # typer 0.20 escapes defaults for rich where there is none: "\\[default: anime]"

app = typer.Typer(
    help="Turn portraits into cartoons (人像卡通化).",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
PHOTO = typer.Argument(..., help="Picture file or URL.")
OUTPUT = typer.Argument(..., help="Where the cartoon goes, for example out.png.")
FOLDER = typer.Argument(..., help="A new folder for the space, or with --check one that is there.")
STYLE = typer.Option("anime", help="A style, a hub model ID or a model directory.")
SOURCE = typer.Argument(..., help="A checkpoint, such as exp_localtoon/saved_models/model-0, or a frozen graph (.pb).")
TARGET = typer.Argument(..., help="cartoon_h.pb, or a .tflite or .onnx file, or a folder for a SavedModel; folders are made.")
CLIP = typer.Argument(..., help="Video file.")
MOVIE = typer.Argument(..., help="Where the cartoon goes, for example out.mp4.")
START = typer.Option(None, help="Begin here, in seconds.")
END = typer.Option(None, help="End here, in seconds.")
RESUME = typer.Option(False, "--resume", help="Go on with a result that was interrupted.")
SMOOTHING = typer.Option("both", help="Against trembling faces: none, landmarks, tracker or both.")
SIDE = typer.Option(720, help="Pixels to which the shorter side is reduced while it is painted: more is sharper and slower.")
PRECISION = typer.Option("float32", help="float32, or bfloat16: faster where the CPU has it.")


@app.command()
def cartoonize(
    photo: str = PHOTO,
    output: Path = OUTPUT,
    style: str = STYLE,
    precision: str = PRECISION,
    side: int = SIDE,
):
    """Cartoonize one photo."""
    _check_output(output)
    from helpers import hub
    from helpers.images import read_image, write_image

    image = read_image(photo)  # a wrong photo or style is told before TensorFlow is loaded
    directory = hub.resolve(style)
    from helpers import Cartoonizer

    steps = Cartoonizer(directory, precision, side).steps(image)
    write_image(output, steps.result)
    print(output)
    if steps.faces:  # where there is none, a warning has said so
        print("1 face painted" if len(steps.faces) == 1 else f"{len(steps.faces)} faces painted", file=sys.stderr)


@app.command()
def video(
    source: Path = CLIP,
    output: Path = MOVIE,
    style: str = STYLE,
    start: float = START,
    end: float = END,
    resume: bool = RESUME,
    smoothing: str = SMOOTHING,
    precision: str = PRECISION,
):
    """Cartoonize a video, with its sound. Ctrl-C leaves what is done; --resume goes on from there."""
    from helpers import hub
    from helpers.video.scan import scan
    from helpers.video.write import check_target

    check_target(source, output)  # a mistake is told before the model is loaded
    scan(source, start, end)
    directory = hub.resolve(style)
    from helpers import Cartoonizer, cartoonize_video

    try:
        cartoonize_video(source, output, Cartoonizer(directory, precision), start, end, resume, smoothing=smoothing)
    except KeyboardInterrupt:
        done = f"{output} holds what is done; the same command with --resume goes on" if output.exists() else "no frame was done yet"
        print(f"Stopped: {done}.", file=sys.stderr)
        raise typer.Exit(130) from None  # what shells expect of an interrupted command
    print(output)


@app.command()
def demo():
    """Cartoonize the sample portrait in every embedded style, into runs/demo/."""
    from helpers import hub, settings
    from helpers.errors import ModelError

    names = hub.embedded_names()
    if not names:
        raise ModelError(f"There is no embedded model in {settings.MODELS}: get the course again, with its data.")
    from skimage.data import astronaut

    from helpers import Cartoonizer
    from helpers.images import write_image

    folder = _make_folder(settings.RUNS / "demo", "set COURSE_RUNS to another")
    photo = astronaut()  # public domain (NASA), comes with scikit-image
    pictures = {"photo": photo}
    for name in names:
        pictures[name] = Cartoonizer(hub.STYLES[name].directory)(photo)
    for name, picture in pictures.items():
        write_image(folder / f"{name}.png", picture)
        print(folder / f"{name}.png")


@app.command()
def train(
    model: str = typer.Argument("anime", help="A style, a hub model ID or a model directory."),
    photo: str = typer.Option(None, help="Folder of photos."),
    cartoon: str = typer.Option(None, help="Folder of cartoons; they need not fit the photos."),
    work_dir: str = typer.Option(None, help="Gets saved_models/, images/ and train_log/ (for TensorBoard)."),
    max_steps: int = typer.Option(None, help="Steps in all, those of earlier runs in this work_dir included."),
    patch_size: int = typer.Option(None, help="Side of the squares that pictures become, in pixels."),
    batch_size: int = typer.Option(None, help="Pictures a step, on all devices together."),
    adv_train_lr: float = typer.Option(None, help="Learning rate."),
    logging_interval: int = typer.Option(None, help="Steps between two lines of losses."),
    ckpt_period_interval: int = typer.Option(None, help="Steps between two checkpoints."),
    style_weight: float = typer.Option(None, help="Of the generator's style loss."),
    content_weight: float = typer.Option(None, help="Of its content loss; upstream's is meant for patches of 256 pixels."),
    tv_weight: float = typer.Option(None, help="Of its total variation, the same. The log says what keeps the balance."),
    resume_epoch: int = typer.Option(None, help="Start from tf_ckpts/model-N of the model; 0: from fresh weights."),
    devices: str = typer.Option("one", help="one; gpus: all GPUs of this machine; workers: several processes, see below."),
    seed: int = typer.Option(0, help="Of fresh weights, of the order of the pictures, of the gray weights."),
    on_bad_image: str = typer.Option("skip", help="skip or raise."),
    precision: str = typer.Option("float32", help="float32, bfloat16, or mixed: float16 with loss scaling, for GPUs."),
    feature_cache_mb: int = typer.Option(1024, help="Memory for the photos' features in MB; 0 for none."),
):
    """Fine-tune a model on your own photos and cartoons (微调).

    What is not given is read from the `train` block of the model's configuration.json. Started again, the command goes on from
    the last whole checkpoint in work_dir; Ctrl-C saves one and stops.

    Several machines: start the same command with --devices workers in each, and give each process TF_CONFIG, the addresses
    of all workers and its own index:
    TF_CONFIG='{"cluster": {"worker": ["10.0.0.1:2222", "10.0.0.2:2222"]}, "task": {"type": "worker", "index": 0}}'
    All of them must see the same work_dir. batch_size is shared out, and must be a multiple of the number of devices.
    """
    options = dict(locals())
    from helpers.dctnet.command import strategy_of

    strategy = strategy_of(options.pop("devices"))
    from helpers import CartoonTranslationTrainer
    from helpers.dctnet import checkpoints
    from helpers.dctnet.devices import end_worker

    trainer = CartoonTranslationTrainer(strategy=strategy, **options)
    trainer.train()
    last = checkpoints.steps(trainer.saved_models)[-1]
    print(f"Export the last step with: python -m helpers export {trainer.saved_models}/model-{last} {trainer.model_dir}/cartoon_h.pb")
    if devices == "workers":
        end_worker()


@app.command()
def export(
    source: str = SOURCE,
    target: Path = TARGET,
    precision: str = typer.Option("float16", help="Of TFLite's weights: float32, float16 or dynamic (8 bits)."),
    size: int = typer.Option(288, help="Height and width of TFLite's pictures. The head network is given 288."),
):
    """Write a trained network for use: from a checkpoint to a frozen graph, and on to SavedModel, TFLite or ONNX."""
    kind = target.suffix
    _check_export(source, target)  # a mistake is told before TensorFlow is loaded
    from helpers.export import to_onnx, to_saved_model, to_tflite
    from helpers.stylize.graphs import Exported, difference, sample_pictures

    with tempfile.TemporaryDirectory() as folder:
        graph = source
        if not source.endswith(".pb"):
            from helpers import CartoonTranslationExporter

            graph = str(target) if kind == ".pb" else os.path.join(folder, "graph.pb")
            CartoonTranslationExporter().export_frozen_graph_def(ckpt_path=source, frozen_graph_path=graph)
        if kind == ".tflite":
            to_tflite(graph, target, precision, (size, size))
        elif kind == ".onnx":
            to_onnx(graph, target)
        elif kind != ".pb":
            to_saved_model(graph, target)
        made, reference = Exported(target), Exported(graph)
        print(f"{target}: {made.bytes / 1e6:.2f} MB")
        if kind != ".pb":
            mean, largest = difference(reference, made, sample_pictures(made.size))
            print(f"on three pictures {mean:.3f} levels of 255 from the frozen graph on average, {largest} at most")


@app.command()
def styles():
    """List the styles and where each model is: embedded, cached or on the hub."""
    from helpers import hub

    print(hub.table())


@app.command()
def space(
    folder: Path = FOLDER,
    kind: str = typer.Option("single", help="rotate, single, styles or video."),
    style: str = typer.Option(
        "anime", help="A style, or a model directory of your own; kinds styles and video offer all styles beside it."
    ),
    engine: str = typer.Option("helpers", help="helpers (runs offline) or modelscope (the lecture's own code)."),
    check: bool = typer.Option(False, "--check", help="Only check a folder that is there."),
    serve: bool = typer.Option(False, "--serve", help="Also start the app on 127.0.0.1 and see that it answers."),
):
    """Write a creation space (创空间), a web app ready to upload, and check it."""
    from helpers import space as spaces

    if not check:
        print(spaces.write(folder, kind, style, engine))
    if not all(result.ok for result in spaces.check(folder, serve=serve)):
        raise typer.Exit(1)


@app.command()
def doctor():
    """Check this machine: Python, TensorFlow, hub, disk, fonts."""
    from helpers.lesson.doctor import check

    if not all(result.ok for result in check()):
        raise typer.Exit(1)


def _check_output(path: Path) -> None:
    """Raise ImageError now rather than after minutes of work if `path` cannot be written."""
    from helpers.errors import ImageError

    folder = path.parent
    if path.is_dir():
        raise ImageError(f"{path} is a folder: add a file name, for example {path / 'cartoon.png'}.")
    if path.suffix.lower() not in (".png", ".jpg", ".jpeg", ".webp", ".bmp"):
        raise ImageError(f"{path} does not say which kind of picture to write: end it in .png or .jpg.")
    if not folder.is_dir():
        raise ImageError(f"The folder {folder} does not exist: create it first.")
    try:
        tempfile.TemporaryFile(dir=str(folder)).close()
    except OSError as error:
        raise ImageError(f"The folder {folder} cannot be written to ({error.strerror}): choose another one.") from error


def _check_export(source: str, target: Path) -> None:
    """Raise ModelError if there is nothing to export; make the folder that the target goes to."""
    from helpers.errors import ModelError

    is_graph = source.endswith(".pb")
    if is_graph and target.suffix == ".pb":
        raise ModelError(f"{source} is a frozen graph already: copy it, or name a .tflite or .onnx file or a folder.")
    file = Path(source if is_graph else f"{source}.index")
    if not file.is_file():
        raise ModelError(f"There is no {file}: name a frozen graph, or a checkpoint without its ending, such as saved_models/model-99.")
    _make_folder(target.parent, "choose another one")


def _make_folder(folder: Path, advice: str) -> Path:
    from helpers.errors import CourseError

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CourseError(f"The folder {folder} cannot be made ({error.strerror}): {advice}.") from error
    return folder


def _one_line(message, category, filename, lineno, line=None) -> str:
    return f"Note: {message}\n"


def main() -> None:
    """Run a command; a person's mistake is one sentence on stderr and exit code 1."""
    from helpers.errors import CourseError

    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # TensorFlow's start-up messages
    warnings.formatwarning = _one_line
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # a terminal without Chinese letters shows "?" rather than stopping
    try:
        app(prog_name="python -m helpers")
    except CourseError as error:
        print(error, file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
