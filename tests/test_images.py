"""Pictures in and out: every kind that is read, and every mistake as one sentence with nothing written."""

from __future__ import annotations

import errno
import http.server
import io
import os
import struct
import sys
import tempfile
import threading
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from helpers import ImageError, read_image, write_image


@pytest.fixture
def photo():
    """A soft gradient, RGB uint8 [40, 60, 3], with a red corner at the top left."""
    y, x = np.mgrid[:40, :60]
    image = np.stack([x * 4, y * 6, x + y], axis=2).astype(np.uint8)
    image[:8, :8] = 255, 0, 0
    return image


def saved(picture, kind, **options) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, format=kind, **options)
    return buffer.getvalue()


def one_sentence(raised) -> str:
    """The message, after checking that it is one line, one sentence, and not chained to somebody else's traceback."""
    message = str(raised.value)
    assert "\n" not in message and message.endswith(".") and len(message) < 300
    assert raised.value.__cause__ is None
    assert raised.value.__context__ is None or raised.value.__suppress_context__
    return message


# Every kind of source.


def test_path_bytes_pil_and_array_agree(photo, tmp_path):
    path = tmp_path / "photo.png"
    path.write_bytes(saved(Image.fromarray(photo), "PNG"))
    for source in (path, str(path), path.read_bytes(), Image.open(str(path)), photo):
        result = read_image(source)
        assert result.dtype == np.uint8
        np.testing.assert_array_equal(result, photo)


def test_result_can_be_changed_without_touching_the_source(photo):
    picture = Image.fromarray(photo)
    read_image(picture)[:] = 0
    np.testing.assert_array_equal(np.asarray(picture), photo)


def test_exif_orientation_is_applied(photo):
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held upright: turn by 90 degrees
    data = saved(Image.fromarray(photo), "PNG", exif=exif.tobytes())
    np.testing.assert_array_equal(read_image(data), np.rot90(photo, -1))


@pytest.mark.parametrize("alpha, expected", [(0, 255), (255, 40), (128, 147)])
def test_alpha_is_laid_on_white(alpha, expected):
    image = np.full((20, 20, 4), 40, np.uint8)
    image[..., 3] = alpha
    for source in (image, Image.fromarray(image), saved(Image.fromarray(image), "PNG")):
        np.testing.assert_allclose(read_image(source), expected, atol=1)


def test_palette_with_a_transparent_colour():
    picture = Image.new("P", (20, 20), 0)
    picture.putpalette([0, 0, 0, 10, 20, 30] + [0] * 762)
    picture.paste(1, (0, 0, 10, 20))
    result = read_image(saved(picture, "PNG", transparency=0))
    assert tuple(result[5, 15]) == (255, 255, 255) and tuple(result[5, 5]) == (10, 20, 30)


def test_cmyk():
    result = read_image(saved(Image.new("CMYK", (20, 20), (0, 255, 255, 0)), "JPEG", quality=100))
    np.testing.assert_allclose(result[10, 10], (255, 0, 0), atol=3)


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_16_bit_gray_is_scaled_not_clipped(kind):
    values = np.linspace(0, 65535, 400).reshape(20, 20).astype(np.uint16)
    result = read_image(saved(Image.fromarray(values), kind))
    np.testing.assert_allclose(result, np.repeat(values[..., None] / 257, 3, axis=2), atol=0.6)


def test_16_bit_colour():
    values = np.zeros((20, 20, 3), np.uint16)
    values[..., 0], values[..., 1] = 65535, 32768
    np.testing.assert_allclose(read_image(png(20, 20, values.astype(">u2").tobytes(), depth=16))[3, 3], (255, 128, 0), atol=1)


@pytest.mark.parametrize("shape", [(20, 30), (20, 30, 1)])
def test_gray(shape):
    gray = np.arange(600, dtype=np.uint16).astype(np.uint8).reshape(shape)
    result = read_image(gray)
    assert result.shape == (20, 30, 3)
    np.testing.assert_array_equal(result[..., 2], gray.reshape(20, 30))


@pytest.mark.parametrize("kind", ["GIF", "WEBP"])
def test_animation_gives_its_first_frame(kind):
    frames = [Image.new("RGB", (20, 20), colour) for colour in ((255, 0, 0), (0, 0, 255))]
    data = saved(frames[0], kind, save_all=True, append_images=frames[1:], duration=50)
    np.testing.assert_allclose(read_image(data)[10, 10], (255, 0, 0), atol=4)


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers /photo.png with a picture and anything else with 404."""

    picture = b""

    def do_GET(self):
        self.send_response(200 if self.path == "/photo.png" else 404)
        self.end_headers()
        if self.path == "/photo.png":
            self.wfile.write(self.picture)

    def log_message(self, *_):
        pass


@pytest.fixture
def address(photo):
    Handler.picture = saved(Image.fromarray(photo), "PNG")
    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_url(address, photo):
    np.testing.assert_array_equal(read_image(f"{address}/photo.png"), photo)


# Every mistake.


def png(width, height, pixels=b"", depth=8) -> bytes:
    """A PNG file that claims width x height RGB pixels, whatever it holds."""

    def chunk(name, content):
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    header = struct.pack(">IIBBBBB", width, height, depth, 2, 0, 0, 0)
    row = width * 3 * depth // 8
    lines = b"".join(b"\0" + pixels[i : i + row] for i in range(0, len(pixels), row))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b"")


def truncated_jpeg() -> bytes:
    noise = np.random.RandomState(0).randint(0, 255, (200, 200, 3), dtype=np.uint8)
    data = saved(Image.fromarray(noise), "JPEG")
    return data[: len(data) // 2]


FILES = {
    "empty.jpg": (b"", "is empty"),
    "text.jpg": (b"this is no picture", "not a picture"),
    "cut.jpg": (truncated_jpeg(), "cut short"),
    "bomb.png": (png(20000, 20000), "megapixels"),
    "large_bomb.png": (png(10000, 9000), "megapixels"),
}


@pytest.mark.parametrize("name", FILES)
def test_bad_files(name, tmp_path):
    content, words = FILES[name]
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ImageError, match=words) as raised:
        read_image(path)
    assert name in one_sentence(raised)
    assert os.listdir(str(tmp_path)) == [name]


def test_missing_file(tmp_path):
    with pytest.raises(ImageError, match="There is no file .*nobody.jpg") as raised:
        read_image(tmp_path / "nobody.jpg")
    one_sentence(raised)


def test_folder(tmp_path):
    with pytest.raises(ImageError, match="is a folder") as raised:
        read_image(tmp_path)
    one_sentence(raised)


ARRAYS = {
    "nan": (np.full((20, 20, 3), np.nan), "NaN"),
    "dtype": (np.zeros((20, 20, 3)), "float64"),
    "signed": (np.zeros((20, 20, 3), np.int32), "int32"),
    "batch": (np.zeros((1, 20, 20, 3), np.uint8), "shape"),
    "row": (np.zeros(20, np.uint8), "shape"),
    "five channels": (np.zeros((20, 20, 5), np.uint8), "shape"),
    "no pixels": (np.zeros((0, 20, 3), np.uint8), "no pixels"),
}


@pytest.mark.parametrize("name", ARRAYS)
def test_bad_arrays(name, tmp_path):
    array, words = ARRAYS[name]
    with pytest.raises(ImageError, match=words) as raised:
        read_image(array)
    one_sentence(raised)
    with pytest.raises(ImageError, match=words):
        write_image(tmp_path / "result.png", array)
    assert not os.listdir(str(tmp_path))


def test_other_objects():
    with pytest.raises(ImageError, match="not NoneType") as raised:
        read_image(None)
    one_sentence(raised)


def test_url_not_found(address):
    with pytest.raises(ImageError, match="404") as raised:
        read_image(f"{address}/nobody.png")
    one_sentence(raised)


def test_unreachable_url(address):
    port = int(address.rsplit(":", 1)[1])
    free = port + 1 if port < 65535 else port - 1
    with pytest.raises(ImageError, match="cannot be reached") as raised:
        read_image(f"http://127.0.0.1:{free}/photo.png")
    one_sentence(raised)


# Writing.


@pytest.mark.parametrize("suffix", [".png", ".webp", ".jpg", ".JPEG"])
def test_written_pictures_can_be_read(photo, tmp_path, suffix):
    path = write_image(tmp_path / f"result{suffix}", photo)
    assert np.abs(read_image(path).astype(float) - photo).mean() < (0.01 if suffix == ".png" else 6)
    assert os.listdir(str(tmp_path)) == [path.name]


def test_other_people_may_read_the_result(photo, tmp_path):
    """A temporary file is private; the result has the same rights as any other new file."""
    (tmp_path / "other").touch()
    assert write_image(tmp_path / "result.png", photo).stat().st_mode == (tmp_path / "other").stat().st_mode


def test_output_in_a_missing_folder(photo, tmp_path):
    with pytest.raises(ImageError, match="does not exist: create it") as raised:
        write_image(tmp_path / "nowhere" / "result.png", photo)
    one_sentence(raised)
    assert not os.listdir(str(tmp_path))


def test_output_of_unknown_kind(photo, tmp_path):
    with pytest.raises(ImageError, match=".png, .jpg") as raised:
        write_image(tmp_path / "result.docx", photo)
    one_sentence(raised)
    assert not os.listdir(str(tmp_path))


def test_output_over_a_folder(photo, tmp_path):
    (tmp_path / "result.png").mkdir()
    with pytest.raises(ImageError, match="could not be written") as raised:
        write_image(tmp_path / "result.png", photo)
    one_sentence(raised)
    assert os.listdir(str(tmp_path)) == ["result.png"]


@pytest.mark.parametrize("before", [None, b"an older result"])
def test_disk_full(photo, tmp_path, monkeypatch, before):
    def full(path, data):
        with open(path, "wb") as file:
            file.write(data[:100])
        raise OSError(errno.ENOSPC, "No space left on device")

    path = tmp_path / "result.png"
    if before:
        path.write_bytes(before)
    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(ImageError, match="the disk is full") as raised:
        write_image(path, photo)
    one_sentence(raised)
    assert os.listdir(str(tmp_path)) == (["result.png"] if before else [])
    assert not before or path.read_bytes() == before


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no read-only folders")
def test_read_only_folder(photo):
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o555)
    try:
        assert _message_as_ordinary_user(lambda: write_image(folder / "result.png", photo)).count("could not be written") == 1
        assert not os.listdir(str(folder))
    finally:
        folder.chmod(0o755)
        folder.rmdir()


def _message_as_ordinary_user(action) -> str:
    """Run action and return its ImageError's message. Root may write anywhere, so a child process stops being root."""
    if os.getuid() != 0:
        with pytest.raises(ImageError) as raised:
            action()
        return one_sentence(raised)
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setuid(65534)
            action()
            message = "nothing was raised"
        except ImageError as error:
            message = str(error)
        except BaseException as error:
            message = repr(error)
        os.write(writer, message.encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        message = pipe.read()
    os.waitpid(child, 0)
    return message
