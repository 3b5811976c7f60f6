"""A picture becomes a cartoon: background, faces, heads, blend. Any ModelScope portrait cartoon model directory will do."""

from __future__ import annotations

import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
import tensorflow as tf

from helpers import hub
from helpers.errors import ImageError, ModelError
from helpers.images import read_layers
from helpers.stylize import bfloat16
from helpers.stylize.alignment import align
from helpers.stylize.finders import course_options, face_finder
from helpers.stylize.graphs import HEAD_SIZE, INPUT, OUTPUT, load_graph

WORKING_SIDE = 720  # pixels: the shorter side is reduced to it
MULTIPLE = 16  # of the background's height and width
MIN_SIDE = 16


class Steps(NamedTuple):
    """All that happens between a picture and its cartoon. Images: RGB uint8, at the working size unless said otherwise.

    photo, background: [h, w, 3]. faces: list of Face. crops, heads: lists of [288, 288, 3]. mask: float32 [h, w], 0 to 1,
    where heads replace the background. result: [H, W, 3], at the input's size.
    """

    photo: np.ndarray
    background: np.ndarray
    faces: list
    crops: list
    heads: list
    mask: np.ndarray
    result: np.ndarray


class Cartoonizer:
    """Turns portraits into cartoons: `Cartoonizer("anime")("photo.jpg")` is RGB uint8 [H, W, 3] of the photo's size.

    style: a style's name, a hub model ID or a model directory. precision: "float32", or "bfloat16" for faster networks on
    processors that have it (most pixels stay equal, the mean difference is below 1 level). side: pixels to which the shorter
    side of a picture is reduced while it is painted; 720 is upstream's, more is sharper and slower. Threads may share one
    Cartoonizer. Raises ModelError.

    With the same directory and picture the float32 result is that of ModelScope 1.3.2's own pipeline, but for these
    differences:
    - Where configuration.json asks for it (the embedded models' does), MediaPipe's networks look for faces before the graphs do;
      pictures are padded by their mirror image: upstream pads with white, whose edge a network takes for a line of the picture;
      and results are enlarged by cubic interpolation: upstream's way of enlarging repeats pixels.
    - What is transparent stays white: it is laid on white before, as upstream does it, and after.
    - It keeps no state: upstream's face tracker writes every picture's boxes into the pipeline.
    - The result is uint8, rounded; upstream's is float32 where a face was found.
    - Where no face is found, the result has the input's size and a warning is given; upstream returns the reduced size.
    """

    def __init__(self, style, precision="float32", side=WORKING_SIDE):
        if precision not in ("float32", "bfloat16"):
            raise ModelError(f'There is no precision {precision!r}: use "float32" or "bfloat16".')
        if side < MIN_SIDE:
            raise ModelError(f"The side is {side} pixels: at least {MIN_SIDE} are needed.")
        if precision == "bfloat16":
            bfloat16.check_processor()
        rewrite = bfloat16.use_bfloat16 if precision == "bfloat16" else None
        self.directory = Path(hub.resolve(style))
        self.precision, self.side = precision, side
        self._background = _load_network(self.directory / "cartoon_bg.pb", rewrite)
        self._head = _load_network(self.directory / "cartoon_h.pb", rewrite)
        self.finder = face_finder(self.directory)
        options = course_options(self.directory)
        self._border = cv2.BORDER_REFLECT if options.get("border") == "mirror" else cv2.BORDER_CONSTANT
        self._enlarging = cv2.INTER_CUBIC if options.get("enlarge") == "cubic" else cv2.INTER_AREA
        self._mask = _read_mask(self.directory / "alpha.jpg")

    def __call__(self, image) -> np.ndarray:
        """Cartoonize a picture: anything read_image takes -> RGB uint8 [H, W, 3] of the same size. Raises ImageError."""
        return self.steps(image).result

    def steps(self, image) -> Steps:
        """Cartoonize a picture and return every intermediate. Raises ImageError. Warns where no face is found."""
        original, alpha = _checked(image)
        photo = self.reduce(original)
        with ThreadPoolExecutor(1) as beside:  # much of the search runs on one core: the network fills the others
            search = beside.submit(self.finder.find, photo)
            background = self.background(photo)
            faces = search.result()
        if not faces:
            least = f"faces below {self.finder.smallest} of its {photo.shape[1]}x{photo.shape[0]} pixels are overlooked"
            warnings.warn(f"No face found ({least}): only the background network was used.", stacklevel=3)
        canvas, mask, crops, heads = self.add_heads(photo, background, faces)
        result = _on_white(self.enlarge(canvas, original.shape), alpha)
        return Steps(photo, background, faces, crops, heads, mask, result)

    def reduce(self, image) -> np.ndarray:
        """A picture, RGB uint8 [H, W, 3], at the size at which this Cartoonizer works."""
        return reduce(image, self.side)

    def enlarge(self, canvas, shape) -> np.ndarray:
        """A canvas, RGB [h, w, 3], brought back to the input's shape: RGB uint8 [H, W, 3]."""
        return enlarge(canvas, shape, self._enlarging)

    def add_heads(self, photo, background, faces):
        """Paint the head of each face and lay it over the background.

        photo, background: RGB uint8 [h, w, 3]. faces: list of Face, in their pixels. Returns the canvas, RGB [h, w, 3], float32
        where there is a face, the mask, float32 [h, w], 0 to 1, and the lists of crops and heads, uint8 [288, 288, 3].
        """
        canvas, mask, crops, heads = background, np.zeros(photo.shape[:2], np.float32), [], []
        for face in faces:
            crop, matrix = align(photo, face.points5, HEAD_SIZE)
            crops.append(crop)
            heads.append(self.head(crop))
            canvas, alpha = self.blend(canvas, heads[-1], matrix)
            mask = np.maximum(mask, alpha)
        return canvas, mask, crops, heads

    def background(self, image) -> np.ndarray:
        """The background network on a whole picture: RGB uint8 [h, w, 3] to the same. Any size; it is padded inside."""
        height, width = image.shape[:2]
        padded = _pad(image, self._border)
        return _run_rgb(self._background, padded)[:height, :width]

    def faces(self, image) -> list:
        """Faces in a picture, in its own pixels, largest first: a list of Face. Raises ImageError."""
        original, _ = _checked(image)
        photo = self.reduce(original)
        x, y = original.shape[1] / photo.shape[1], original.shape[0] / photo.shape[0]
        return [face.scaled(x, y) for face in self.finder.find(photo)]

    def head(self, crop) -> np.ndarray:
        """The head network on an aligned crop: RGB uint8 [288, 288, 3] to the same."""
        return _run_rgb(self._head, crop)

    def blend(self, canvas, head, matrix):
        """Lay one head over the canvas, through the model's mask.

        canvas: RGB [h, w, 3], uint8 or float32. head: RGB uint8 [288, 288, 3]. matrix: 2x3, crop to picture (from align).
        Returns the new canvas, float32 [h, w, 3], and the mask in the picture, float32 [h, w], 0 to 1.
        """
        size = canvas.shape[1], canvas.shape[0]
        mask = cv2.warpAffine(self._mask, matrix, size, borderValue=0)
        warped = cv2.warpAffine(head, matrix, size, borderValue=(0, 0, 0))
        blended = canvas.astype(np.float32)
        x, y, width, height = cv2.boundingRect(np.uint8(mask > 0))
        area = slice(y, y + height), slice(x, x + width)
        alpha = mask[area][..., None]
        blended[area] = alpha * warped[area] + (1 - alpha) * blended[area]
        return blended, mask


def reduce(image, side=WORKING_SIDE) -> np.ndarray:
    """Shrink RGB uint8 [H, W, 3] until its shorter side is at most `side`; the longer side is rounded down."""
    height, width = image.shape[:2]
    if min(height, width) <= side:
        return image
    height, width = (int(side * height / width), side) if height > width else (side, int(side * width / height))
    return cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA)


def enlarge(canvas, shape, interpolation=cv2.INTER_AREA) -> np.ndarray:
    """Bring a canvas, RGB [h, w, 3], back to the input's shape: RGB uint8 [H, W, 3], rounded."""
    height, width = shape[:2]
    if canvas.shape[:2] != (height, width):
        canvas = np.maximum(cv2.resize(canvas, (width, height), interpolation=interpolation), 0)  # cubic overshoots
    return cv2.convertScaleAbs(canvas)  # rounds and cuts off, in a tenth of numpy's time


def _on_white(picture, alpha) -> np.ndarray:
    """RGB uint8 [H, W, 3], white where alpha, uint8 [H, W], is 0; the picture itself where alpha is None."""
    if alpha is None:
        return picture
    share = alpha[..., None] / np.float32(255)
    return cv2.convertScaleAbs(share * picture + (1 - share) * 255)


def _checked(image):
    """A picture and its alpha, as read_layers returns them."""
    image, alpha = read_layers(image)
    height, width = image.shape[:2]
    if min(height, width) < MIN_SIDE:
        raise ImageError(f"The picture has {width}x{height} pixels: at least {MIN_SIDE} a side are needed.")
    return image, alpha


def _load_network(path: Path, rewrite):
    """A cartoon network as a function from BGR to BGR, tried once, so that what it cannot do is known before the first picture."""
    network = load_graph(path, [f"{INPUT}:0"], [f"{OUTPUT}:0"], rewrite)
    try:
        network(np.zeros((HEAD_SIZE, HEAD_SIZE, 3), np.float32))
    except tf.errors.OpError:
        advice = 'use precision="float32" or a newer TensorFlow' if rewrite else "use another model"
        raise ModelError(f"{path} cannot be run by this TensorFlow on this processor: {advice}.") from None
    return network


def _pad(image, border) -> np.ndarray:
    """White, or a mirror image, below and on the right, to multiples of 16. If either side needs it, both get some: upstream's way."""
    height, width = image.shape[:2]
    if height % MULTIPLE == 0 and width % MULTIPLE == 0:
        return image
    below, right = MULTIPLE - height % MULTIPLE, MULTIPLE - width % MULTIPLE
    return cv2.copyMakeBorder(image, 0, below, 0, right, border, value=(255, 255, 255))


def _run_rgb(graph, image) -> np.ndarray:
    """Run a graph that takes and returns BGR on an RGB image."""
    return graph(image[:, :, ::-1].astype(np.float32))[0][:, :, ::-1]


def _read_mask(path: Path) -> np.ndarray:
    """alpha.jpg as float32 [288, 288], 0 to 1."""
    image = cv2.imread(str(path))
    if image is None:
        raise ModelError(f"{path} is missing or is no picture: download the model again.")
    image = cv2.resize(image, (HEAD_SIZE, HEAD_SIZE), interpolation=cv2.INTER_AREA)
    return cv2.cvtColor(image, cv2.COLOR_BGR2GRAY).astype(np.float32) / np.float32(255)
