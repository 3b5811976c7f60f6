"""Reading and writing pictures. Whatever the source, a picture is RGB uint8 [H, W, 3] afterwards."""

from __future__ import annotations

import errno
import io
import os
import urllib.error
import urllib.request
import warnings
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from helpers.errors import ImageError
from helpers.files import write_bytes

MAX_PIXELS = 80_000_000  # a small file may claim a huge picture and fill the memory (a decompression bomb)
MAX_DOWNLOAD = 64 * 2**20  # bytes
URL_SECONDS = 20
WORDS = {errno.ENOSPC: "the disk is full", errno.EDQUOT: "your disk quota is used up"}


def read_image(source) -> np.ndarray:
    """Read a picture as RGB uint8 [H, W, 3].

    source: path, http(s) URL, bytes of a file, PIL image, or uint8 array [H, W], [H, W, 1], [H, W, 3] RGB, [H, W, 4] RGBA.
    EXIF orientation is applied, alpha (透明度) is laid on white, CMYK and 16-bit are converted, of an animation the first
    frame is taken. Raises ImageError.
    """
    return read_layers(source)[0]


def read_layers(source):
    """A picture as `read_image` reads it, and its alpha (透明度): uint8 [H, W], 255 where nothing shines through, or None without one."""
    if isinstance(source, np.ndarray):
        return _from_array(source)
    if isinstance(source, Image.Image):
        return _decode(source, "the PIL image")
    if isinstance(source, (bytes, bytearray)):
        return _open(bytes(source), "the bytes given")
    if isinstance(source, str) and source.lower().startswith(("http://", "https://")):
        return _open(_download(source), source)
    if isinstance(source, (str, os.PathLike)):
        return _open(_load(Path(source).expanduser()), str(source))
    raise ImageError(f"A picture is a path, a URL, bytes, a PIL image or an array, not {type(source).__name__}.")


def write_image(path, image) -> Path:
    """Write RGB uint8 [H, W, 3] to `path` (the suffix picks the format) and return the path; never half a file.

    The file appears under its name only when it is complete; what was there before stays until then. Raises ImageError.
    """
    path = Path(path).expanduser()
    data = _encode(_from_array(np.asarray(image))[0], path)
    if not path.parent.is_dir():
        raise ImageError(f"The folder {path.parent} does not exist: create it first.")
    try:
        write_bytes(path, data)
    except OSError as error:
        reason = WORDS.get(error.errno, error.strerror or str(error))
        raise ImageError(f"{path} could not be written ({reason}): choose another folder.") from None
    return path


def _encode(image, path: Path) -> bytes:
    kind = Image.registered_extensions().get(path.suffix.lower())
    if kind not in Image.SAVE:
        raise ImageError(f"Pictures cannot be written as {path.name}: use a name that ends in .png, .jpg or .webp.")
    buffer = io.BytesIO()
    options = {"quality": 95} if kind in ("JPEG", "WEBP") else {}
    Image.fromarray(image).save(buffer, format=kind, **options)
    return buffer.getvalue()


def _from_array(array):
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        raise ImageError("The array holds NaN or infinite values: a picture is uint8, 0 to 255.")
    if array.dtype != np.uint8:
        raise ImageError(f"The array is {array.dtype}: bring it to 0 to 255 and convert it with .astype('uint8').")
    if array.ndim not in (2, 3) or (array.ndim == 3 and array.shape[2] not in (1, 3, 4)):
        raise ImageError(f"The array has shape {list(array.shape)}: a picture is [height, width, 3].")
    if array.size == 0:
        raise ImageError(f"The array of shape {list(array.shape)} holds no pixels.")
    if array.ndim == 3 and array.shape[2] == 3:
        return np.ascontiguousarray(array), None
    if array.ndim == 3 and array.shape[2] == 1:
        array = array[:, :, 0]
    return _decode(Image.fromarray(array), "the array")


def _load(path: Path) -> bytes:
    if path.is_dir():
        raise ImageError(f"{path} is a folder: name a picture in it.")
    if not path.exists():
        raise ImageError(f"There is no file {path}: check the name and the folder.")
    try:
        return path.read_bytes()
    except OSError as error:
        raise ImageError(f"{path} could not be read ({error.strerror}).") from None


def _download(url: str) -> bytes:
    request = urllib.request.Request(url, headers={"User-Agent": "portrait-course"})
    try:
        with urllib.request.urlopen(request, timeout=URL_SECONDS) as answer:
            data = answer.read(MAX_DOWNLOAD + 1)
    except urllib.error.HTTPError as error:
        raise ImageError(f"{url} answered {error.code} ({error.reason}): check the address.") from None
    except (OSError, ValueError, urllib.error.URLError) as error:
        reason = getattr(error, "reason", error)
        raise ImageError(f"{url} cannot be reached ({reason}): check the address and the connection.") from None
    if len(data) > MAX_DOWNLOAD:
        raise ImageError(f"{url} is larger than {MAX_DOWNLOAD // 2**20} MB: use a smaller picture.")
    return data


def _open(data: bytes, name: str):
    if not data:
        raise ImageError(f"{name} is empty: it holds no picture.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own limit is below Pillow's
            picture = Image.open(io.BytesIO(data))
    except Image.DecompressionBombError:
        raise ImageError(f"{name} claims far more than {MAX_PIXELS // 10**6} megapixels: make it smaller.") from None
    except Exception:  # Pillow's readers raise anything on odd files
        raise ImageError(f"{name} is not a picture that can be read: use a JPEG, PNG or WebP file.") from None
    return _decode(picture, name)


def _decode(picture: Image.Image, name: str):
    width, height = picture.size
    if width * height > MAX_PIXELS:
        raise ImageError(f"{name} claims {width}x{height} pixels, above {MAX_PIXELS // 10**6} megapixels: make it smaller.")
    if width * height == 0:
        raise ImageError(f"{name} holds no pixels.")
    try:
        picture.load()
    except Exception as error:  # a cut file: OSError, SyntaxError or struct.error, by format
        raise ImageError(f"{name} is damaged or cut short ({error}): get it again.") from None
    try:
        picture = ImageOps.exif_transpose(picture)
        return np.array(_to_rgb(picture)), _alpha(picture)
    except (OSError, ValueError, KeyError) as error:
        raise ImageError(f"{name} cannot be converted to RGB ({error}): save it as PNG or JPEG.") from None


def _to_rgb(picture: Image.Image) -> Image.Image:
    if picture.mode.startswith("I"):
        return _from_16_bit(picture).convert("RGB")
    if picture.mode == "F":
        raise ValueError("its pixels are floating-point numbers")
    if _is_transparent(picture):
        picture = picture.convert("RGBA")
        white = Image.new("RGBA", picture.size, (255, 255, 255, 255))
        return Image.alpha_composite(white, picture).convert("RGB")
    return picture.convert("RGB")


def _is_transparent(picture: Image.Image) -> bool:
    layers = picture.mode in ("RGBA", "LA", "PA", "RGBa", "La")
    return layers or ("transparency" in picture.info and not picture.mode.startswith("I"))


def _alpha(picture: Image.Image):
    return np.array(picture.convert("RGBA").getchannel("A")) if _is_transparent(picture) else None


def _from_16_bit(picture: Image.Image) -> Image.Image:
    """0..65535 becomes 0..255. Pillow's own conversion would clip instead."""
    values = np.asarray(picture).astype(np.float64)
    return Image.fromarray(np.clip(np.rint(values / 257), 0, 255).astype(np.uint8))
