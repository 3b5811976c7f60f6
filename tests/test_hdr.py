"""HDR videos: light of a known strength, stored as telephones store it, comes out as the level that a screen needs for it."""

from __future__ import annotations

from fractions import Fraction

import av
import clips
import numpy as np
import pytest
from clips import FakeCartoonizer

from helpers import cartoonize_video
from helpers.video import hdr

BT2020 = 9
GREYS = {0.0: 0, 0.18: 125, 0.5: 191, 0.8: 232, 1.0: 247, 1000 / 203: 255}  # light, 1 for white paper -> level on the screen
FROM_BT709 = np.array([[0.6274, 0.3293, 0.0433], [0.0691, 0.9195, 0.0114], [0.0164, 0.0880, 0.8956]])  # BT.2087


def pq(light):
    """What PQ stores for light, 1 for white paper at 203 cd/m2. float, 0 to 1. (BT.2100)"""
    power = (np.asarray(light) * 203 / 10000) ** 0.1593017578125
    return ((0.8359375 + 18.8515625 * power) / (1 + 18.6875 * power)) ** 78.84375


def hlg(light):
    """What HLG stores for grey light, 1 for white paper, on a screen of 1000 cd/m2. float, 0 to 1. (BT.2100)"""
    scene = (np.asarray(light) * 0.203) ** (1 / 1.2)
    above = 0.17883277 * np.log(np.maximum(12 * scene - 0.28466892, 1e-9)) + 0.55991073
    return np.where(scene <= 1 / 12, np.sqrt(3 * scene), above)


STORE = {hdr.PQ: pq, hdr.HLG: hlg}


def picture(stored):
    """A picture in one colour, RGB uint16 [4, 4, 3]."""
    return np.broadcast_to(np.uint16(np.round(np.asarray(stored) * 65535)), (4, 4, 3))


@pytest.mark.parametrize("transfer", STORE)
@pytest.mark.parametrize("light, level", GREYS.items())
def test_grey_light_gets_its_level(transfer, light, level):
    found = hdr.to_ordinary(picture(STORE[transfer](light)), transfer)
    assert found.shape == (4, 4, 3) and found.dtype == np.uint8
    np.testing.assert_allclose(found, level, atol=1)


def test_stored_like_an_ordinary_picture_it_would_look_grey():
    """Why all this is needed: white paper and a dark coat are stored nearer to each other than a screen shows them."""
    assert 255 * (pq(1.0) - pq(0.02)) < 0.75 * (247 - 50)
    assert hdr.to_ordinary(picture(pq(0.02)), hdr.PQ).mean() == pytest.approx(50, abs=1)


def test_a_colour_of_the_wider_gamut_finds_its_place():
    red = np.array([0.5, 0.0, 0.0])
    found = hdr.to_ordinary(picture(pq(FROM_BT709 @ red)), hdr.PQ)[0, 0]
    np.testing.assert_allclose(found, [191, 0, 0], atol=6)


def test_a_bright_lamp_keeps_its_hue():
    orange = np.array([4.0, 2.0, 0.5])
    found = hdr.to_ordinary(picture(pq(FROM_BT709 @ orange)), hdr.PQ)[0, 0] / 255.0
    shares = found**2.4 / (found**2.4).max()
    np.testing.assert_allclose(shares, orange / orange.max(), atol=0.03)


def test_bright_is_never_darker():
    ramp = np.linspace(0, 1, 500)
    for transfer in STORE:
        levels = hdr.to_ordinary(np.repeat(np.uint16(ramp * 65535)[None, :, None], 3, axis=2), transfer)[0, :, 0]
        assert (np.diff(levels.astype(int)) >= 0).all() and levels[0] == 0 and levels[-1] >= 254


def write_hdr(path, stored, transfer, frames=5):
    """A 10-bit clip whose pictures all have one grey, stored 0 to 1, and which says that it is HDR."""
    with av.open(str(path), "w") as output:
        stream = output.add_stream("libx264", rate=25, options={"crf": "10"})
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p10le"
        codec = stream.codec_context
        codec.colorspace, codec.color_primaries, codec.color_trc = BT2020, BT2020, transfer
        for number in range(frames):
            frame = av.VideoFrame(64, 48, "yuv420p10le")
            for plane, value in zip(frame.planes, (64 + 876 * stored, 512, 512)):  # brightness, and no colour
                plane.update(np.full(plane.buffer_size // 2, round(float(value)), np.uint16).tobytes())
            frame.pts, frame.time_base = number, Fraction(1, 25)
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return path


@pytest.mark.parametrize("transfer", STORE)
def test_an_hdr_clip_becomes_an_ordinary_one(tmp_path, transfer):
    source = write_hdr(tmp_path / "in.mp4", STORE[transfer](0.18), transfer)
    with pytest.warns(UserWarning, match="in.mp4 is HDR"):
        result = cartoonize_video(source, tmp_path / "out.mp4", style=FakeCartoonizer(), progress=False)
    with av.open(str(result)) as container:
        codec = container.streams.video[0].codec_context
        assert (codec.colorspace, codec.color_primaries, codec.color_trc, codec.format.name) == (1, 1, 1, "yuv420p")
    negatives = clips.read(result).pictures
    assert len(negatives) == 5
    np.testing.assert_allclose(255 - negatives[2].astype(int), GREYS[0.18], atol=3)
