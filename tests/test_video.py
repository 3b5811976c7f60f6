"""A video keeps all but its look: size, times, rotation, duration, sound; it can be stopped and gone on with."""

from __future__ import annotations

import _thread
import contextvars
import dataclasses
import os
import subprocess
import sys
import threading
import time
import types

import av
import clips
import cv2
import models
import numpy as np
import pytest
from clips import FakeCartoonizer
from skimage import data

import helpers
from helpers import VideoError, cartoonize_video, files
from helpers.video import cartoonize, read, scan, write

TIMES = [0, 40, 100, 300, 320, 900, 1000]  # milliseconds: a variable frame rate


@pytest.fixture
def clip(tmp_path):
    return clips.write_clip(tmp_path / "in.mp4")


def negative(source, target, **options):
    return cartoonize_video(source, target, style=FakeCartoonizer(), progress=False, **options)


def apart(first, second) -> float:
    """Mean difference of two lists of pictures, in levels; 255 where their sizes differ."""
    if len(first) != len(second) or first[0].shape != second[0].shape:
        return 255.0
    return max(float(np.abs(a.astype(int) - b).mean()) for a, b in zip(first, second))


def negatives(pictures):
    return [255 - picture for picture in pictures]


def leftovers(folder):
    return [path.name for path in folder.iterdir() if path.name.startswith(".writing")]


def interrupted_after(count, **options):
    """cartoonize_video that gets a Ctrl-C once `count` frames are written. The fake waits there, so that it comes in time."""
    caught = threading.Event()

    def progress(done, total):
        if done >= count and not caught.is_set():
            caught.set()
            _thread.interrupt_main()

    def run(source, target):
        with pytest.raises(KeyboardInterrupt):
            cartoonize_video(source, target, style=FakeCartoonizer(), progress=progress, **options)

    return run


# What stays.


@pytest.mark.parametrize(
    "name, kind, target",
    [
        ("in.mp4", {}, "out.mp4"),
        ("in.mp4", {}, "out.mov"),
        ("in.mkv", {"times": TIMES}, "out.mp4"),
        ("in.mkv", {"times": TIMES}, "out.mkv"),
        ("in.webm", {"video": "libvpx-vp9", "sound": "libopus", "options": {}}, "out.webm"),
        ("in.webm", {"video": "libvpx-vp9", "sound": "libopus", "options": {}}, "out.mp4"),
        ("in.mp4", {"size": (63, 47)}, "out.mp4"),
        ("in.mp4", {"size": (63, 47)}, "out.webm"),
    ],
)
def test_frames_times_duration_and_sound_packets_stay(tmp_path, name, kind, target):
    frames = len(kind["times"]) if "times" in kind else 12
    source = clips.write_clip(tmp_path / name, frames=frames, **kind)
    before, after = clips.read(source), clips.read(negative(source, tmp_path / target))
    assert len(before.times) == frames
    np.testing.assert_allclose(after.times, before.times, atol=0.002)
    assert after.end == pytest.approx(before.end, abs=0.06)
    assert apart(after.pictures, negatives(before.pictures)) < 5
    if before.sound_codec == "opus" or not target.endswith("webm"):
        assert after.sound == before.sound and len(after.sound) > 10
    assert leftovers(tmp_path) == []


@pytest.mark.parametrize("target, codec", [("out.mp4", "aac"), ("out.webm", "opus")])
def test_sound_that_the_container_does_not_take_is_coded_anew(tmp_path, target, codec):
    source = clips.write_clip(tmp_path / "in.avi", video="mpeg4", sound="pcm_s16le", options={}, frames=25)
    result = negative(source, tmp_path / target)
    assert clips.read(result).sound_codec.endswith(codec)
    wave, rate = clips.sound_wave(result)
    assert len(wave) / rate == pytest.approx(1, abs=0.1)
    spectrum = np.abs(np.fft.rfft(wave))
    assert np.argmax(spectrum) * rate / len(wave) == pytest.approx(clips.TONE, abs=5)


def test_video_without_sound(tmp_path):
    source = clips.write_clip(tmp_path / "in.mp4", sound=None)
    assert clips.read(negative(source, tmp_path / "out.mp4")).sound == []


@pytest.mark.parametrize("turn", [[[0, 1], [-1, 0]], [[-1, 0], [0, -1]], [[0, -1], [1, 0]], [[-1, 0], [0, 1]]])
def test_rotation_goes_into_the_pixels(tmp_path, turn):
    """The bright quarter, upper left in the file, is where a player would show it."""
    source = clips.write_clip(tmp_path / "in.mp4", size=(64, 48))
    clips.set_display_matrix(source, turn)
    after = clips.read(negative(source, tmp_path / "out.mp4"))
    (x, y), upright = np.array([-1, -1]) @ np.array(turn), 255 - after.pictures[0].astype(int)
    assert upright.shape[:2] == ((64, 48) if turn[0][0] == 0 else (48, 64))
    halves = [slice(None, upright.shape[0] // 2 - 4) if y < 0 else slice(upright.shape[0] // 2 + 4, None)]
    halves.append(slice(None, upright.shape[1] // 2 - 4) if x < 0 else slice(upright.shape[1] // 2 + 4, None))
    assert upright[tuple(halves)][..., 1].min() > 200
    assert (upright[..., 1] > 200).mean() == pytest.approx(0.25, abs=0.05)


@pytest.mark.parametrize("colourspace", [None, 1])
def test_colours_are_those_of_the_file(tmp_path, colourspace):
    """HD videos compute brightness in another way (BT.709) than older ones; whoever mixes them up gets other reds."""
    source = clips.write_clip(tmp_path / "in.mp4", colourspace=colourspace)
    after = clips.read(negative(source, tmp_path / "out.mp4"))
    np.testing.assert_allclose(255 - after.pictures[3][40, 50].astype(int), clips.plain(3)[40, 50], atol=6)


def test_one_frame(tmp_path):
    source = clips.write_clip(tmp_path / "in.mp4", frames=1, sound=None)
    assert len(clips.read(negative(source, tmp_path / "out.mp4")).pictures) == 1


def test_a_part(tmp_path):
    source = clips.write_clip(tmp_path / "in.mp4", frames=40, rate=20)
    before, after = clips.read(source), clips.read(negative(source, tmp_path / "out.mp4", start=0.5, end=1.0))
    assert len(after.times) == 10 and after.times[0] == 0
    assert apart(after.pictures, negatives(before.pictures[10:20])) < 5
    middle = len(after.sound) // 2
    assert after.sound[middle] in before.sound, "packets are copied"
    assert len(after.sound) * 1024 / clips.RATE == pytest.approx(0.5, abs=0.06)


def test_progress_is_told(tmp_path, clip):
    told = []
    cartoonize_video(clip, tmp_path / "out.mp4", style=FakeCartoonizer(), progress=lambda done, total: told.append((done, total)))
    assert told == [(i + 1, 12) for i in range(12)]


def test_the_bar_says_the_time_left(tmp_path, clip, capsys):
    cartoonize_video(clip, tmp_path / "out.mp4", style=FakeCartoonizer())
    assert "12/12" in capsys.readouterr().err


def test_each_frame_is_painted_as_a_picture_is(tmp_path):
    """A real model, a face in each frame, no smoothing: the frames are what the Cartoonizer makes of them, but for compression."""
    face = (0.2, 0.1, 0.75, 0.7)
    cartoonizer = helpers.Cartoonizer(models.build(tmp_path / "model", [face], channels=4))
    photo = cv2.resize(data.astronaut()[20:220, 110:330], (220, 200))
    source = clips.write_clip(tmp_path / "in.mp4", frames=[np.roll(photo, i, axis=1) for i in range(3)], options={"crf": "1"})
    target = cartoonize_video(source, tmp_path / "out.mp4", cartoonizer, progress=False, smoothing="none")
    frames = clips.read(source).pictures
    assert len(cartoonizer.faces(frames[0])) == 1
    painted = [cartoonizer(frame) for frame in frames]
    assert apart(clips.read(target).pictures, painted) < 6
    assert apart([cartoonizer.background(frame) for frame in frames], painted) > 2 * apart(clips.read(target).pictures, painted)


# Stop and go on.


def test_interruption_leaves_what_is_done(tmp_path):
    source = clips.write_clip(tmp_path / "in.mp4", frames=60)
    interrupted_after(5)(source, tmp_path / "out.mp4")
    before, after = clips.read(source), clips.read(tmp_path / "out.mp4")
    count = len(after.pictures)
    assert 5 <= count < 60
    assert apart(after.pictures, negatives(before.pictures[:count])) < 5
    assert 0 < len(after.sound) * 1024 / clips.RATE < count / 25 + 0.1
    assert leftovers(tmp_path) == []


def test_interruption_while_the_file_is_finished_waits(tmp_path, clip, monkeypatch):
    finish = write.Movie.finish

    def slow_finish(movie, complete):
        for _ in range(3):  # an impatient person
            _thread.interrupt_main()
            time.sleep(0.1)
        finish(movie, complete)

    monkeypatch.setattr(write.Movie, "finish", slow_finish)
    with pytest.raises(KeyboardInterrupt):
        negative(clip, tmp_path / "out.mp4")
    assert len(clips.read(tmp_path / "out.mp4").pictures) == 12


@pytest.mark.parametrize("suffix, kind", [("mp4", {}), ("mkv", {}), ("webm", {"video": "libvpx-vp9", "sound": "libopus", "options": {}})])
def test_resume_gives_what_one_run_gives(tmp_path, suffix, kind):
    source = clips.write_clip(tmp_path / f"in.{suffix}", frames=60, **kind)
    target = tmp_path / f"out.{suffix}"
    interrupted_after(5)(source, target)
    part = clips.read(target)
    whole = clips.read(negative(source, tmp_path / f"whole.{suffix}"))
    after = clips.read(negative(source, target, resume=True))
    assert len(part.pictures) < len(after.pictures) == 60
    np.testing.assert_allclose(after.times, whole.times, atol=0.002)
    assert apart(after.pictures, whole.pictures) < 5
    assert apart(after.pictures[: len(part.pictures)], part.pictures) == 0, "what was done is not coded again"
    assert after.sound == whole.sound


def test_resume_of_a_whole_result_does_nothing(tmp_path, clip):
    target = negative(clip, tmp_path / "out.mp4")
    before = target.stat().st_mtime_ns
    cartoonize_video(clip, target, style=FakeCartoonizer(before=lambda: pytest.fail("painted again")), progress=False, resume=True)
    assert target.stat().st_mtime_ns == before


def test_resume_without_a_result_starts(tmp_path, clip):
    assert len(clips.read(negative(clip, tmp_path / "out.mp4", resume=True)).pictures) == 12


def test_resume_of_another_videos_result(tmp_path, clip):
    target = negative(clip, tmp_path / "out.mp4")
    other = clips.write_clip(tmp_path / "other.mp4", frames=20)
    with pytest.raises(VideoError, match="was not made from this video"):
        negative(other, target, resume=True)
    assert len(clips.read(target).pictures) == 12


# One frame at a time.


def test_memory_is_constant(tmp_path):
    """No frame is read before the one before it is painted."""
    ahead = []

    class Watching(FakeCartoonizer):
        def background(self, image):
            ahead.append(count)
            return 255 - image

    count = 0
    frames = cartoonize.read_frames

    def counted(*arguments):
        nonlocal count
        for frame in frames(*arguments):
            count += 1
            yield frame

    source = clips.write_clip(tmp_path / "in.mp4", frames=30)
    with pytest.MonkeyPatch().context() as patch:
        patch.setattr(cartoonize, "read_frames", counted)
        cartoonize_video(source, tmp_path / "out.mp4", style=Watching(), progress=False)
    assert ahead == list(range(1, 31))


def test_progress_knows_the_callers_context(tmp_path, clip):
    """gradio's progress bar finds its visitor by a context variable."""
    visitor = contextvars.ContextVar("visitor", default="nobody")
    seen = set()

    def run():
        visitor.set("me")
        cartoonize_video(clip, tmp_path / "out.mp4", style=FakeCartoonizer(), progress=lambda done, total: seen.add(visitor.get()))

    thread = threading.Thread(target=contextvars.copy_context().run, args=(run,))
    thread.start()
    thread.join()
    assert seen == {"me"} and len(clips.read(tmp_path / "out.mp4").pictures) == 12


@pytest.mark.parametrize("place", ["read", "paint", "write"])
def test_an_error_anywhere_is_raised_and_leaves_nothing(tmp_path, clip, monkeypatch, place):
    def fail(*arguments):
        raise RuntimeError(place)

    owner, name = {"read": (read, "_upright"), "paint": (FakeCartoonizer, "background"), "write": (write.Movie, "add")}[place]
    monkeypatch.setattr(owner, name, fail)
    before = threading.active_count()
    with pytest.raises(RuntimeError, match=place):
        negative(clip, tmp_path / "out.mp4")
    assert [path.name for path in tmp_path.iterdir()] == ["in.mp4"] and threading.active_count() == before


# Frames read are compared with frames promised.


SEEKS_LATE = [("ts", "libx264"), ("m2ts", "libx264"), ("mpg", "mpeg2video"), ("vob", "mpeg2video"), ("avi", "mpeg4"), ("h264", "libx264")]


@pytest.mark.parametrize("suffix, codec", SEEKS_LATE)
def test_no_frame_is_lost_where_a_seek_comes_late(tmp_path, suffix, codec):
    sound = None if suffix == "h264" else "mp2"
    source = clips.write_clip(tmp_path / f"in.{suffix}", frames=60, video=codec, sound=sound, options={"g": "12", "bf": "2"})
    before = clips.read(source).pictures
    assert apart(clips.read(negative(source, tmp_path / "out.mp4")).pictures, negatives(before)) < 8
    part = clips.read(negative(source, tmp_path / "part.mp4", start=1.0, end=1.8)).pictures
    assert len(part) == 20
    assert min(range(15, 40), key=lambda at: apart(part, negatives(before[at : at + 20]))) in (24, 25, 26)


@pytest.mark.parametrize("suffix", ["ts", "avi"])
def test_resume_where_a_seek_comes_late(tmp_path, suffix):
    source = clips.write_clip(tmp_path / f"in.{suffix}", frames=60, sound="mp2", options={"g": "12", "bf": "2"})
    interrupted_after(20)(source, tmp_path / "out.mp4")
    after = clips.read(negative(source, tmp_path / "out.mp4", resume=True))
    assert apart(after.pictures, negatives(clips.read(source).pictures)) < 8


def test_a_recording_that_begins_before_its_first_key_frame(tmp_path):
    """What comes before it cannot be shown by anybody, so it is not missed."""
    whole = clips.write_clip(tmp_path / "whole.ts", frames=60, sound=None, options={"g": "12", "bf": "2"})
    source = tmp_path / "in.ts"
    with av.open(str(whole)) as given, av.open(str(source), "w") as cut:
        stream = helpers.video.sound.add_copy(cut, given.streams.video[0])
        for number, packet in enumerate(packet for packet in given.demux() if packet.size):
            if number >= 5:
                packet.stream = stream
                cut.mux(packet)
    assert len(clips.read(negative(source, tmp_path / "out.mp4")).pictures) == 48


def damage(source, numbers):
    """Overwrite the packets of these numbers, of the picture stream, with noise."""
    with av.open(str(source)) as container:
        packets = [packet for packet in container.demux(video=0) if packet.size]
        places = [(packets[number].pos, packets[number].size) for number in numbers]
    content = bytearray(source.read_bytes())
    for place, size in places:
        content[place : place + size] = b"\xff" * size
    source.write_bytes(bytes(content))


def test_frames_that_cannot_be_read_are_counted_and_the_others_kept(tmp_path):
    source = clips.write_clip(tmp_path / "in.mp4", video="mjpeg", options={}, frames=20)
    damage(source, [7, 8, 9])
    with pytest.raises(VideoError, match="3 of the 20 frames .*out.mp4 holds the others"):
        negative(source, tmp_path / "out.mp4")
    assert len(clips.read(tmp_path / "out.mp4").pictures) == 17 and leftovers(tmp_path) == []
    with pytest.raises(VideoError, match="3 of the 20 frames"):
        negative(source, tmp_path / "out.mp4", resume=True)
    assert len(clips.read(tmp_path / "out.mp4").pictures) == 17


def test_fields_of_an_interlaced_frame_may_be_counted_as_two(tmp_path, clip):
    known = scan.scan(clip)
    assert not known.interlaced and known.count == 12
    assert [known.missing(frames) for frames in (12, 13, 11, 6)] == [0, 0, 1, 6]
    interlaced = dataclasses.replace(known, interlaced=True)
    assert [interlaced.missing(frames) for frames in (12, 6, 5)] == [0, 0, 7]


def test_a_hidden_packet_of_vp8_is_no_frame(tmp_path):
    """An encoder's reference picture is decoded and not shown."""
    source = clips.write_clip(tmp_path / "in.webm", video="libvpx", sound=None, options={})
    assert scan.scan(source).count == 12
    with av.open(str(source)) as container:
        packet = [packet for packet in container.demux(video=0) if packet.size][5]
    content, data = bytearray(source.read_bytes()), bytes(packet)
    content[content.find(data)] &= 0xEF  # the bit that says that it is shown
    source.write_bytes(bytes(content))
    assert scan.scan(source).count == 11
    assert len(clips.read(negative(source, tmp_path / "out.mp4")).pictures) == 11


# Mistakes: one sentence, nothing written.


def fails(source, target, words, **options):
    before = sorted(target.parent.iterdir()) if target.parent.is_dir() else None
    with pytest.raises(VideoError, match=words) as raised:
        negative(source, target, **options)
    text = str(raised.value)
    assert text.endswith(".") and "\n" not in text and "Errno" not in text
    assert before is None or sorted(target.parent.iterdir()) == before


def test_only_sound(tmp_path):
    source = clips.write_clip(tmp_path / "in.m4a", frames=20, video=None)
    fails(source, tmp_path / "out.mp4", "only sound")


def test_a_cover_is_no_video(tmp_path):
    source = clips.write_clip(tmp_path / "in.mp3", frames=1, video="mjpeg", sound="libmp3lame", options={})
    with av.open(str(source)) as container:
        assert len(container.streams.video) == 1
    fails(source, tmp_path / "out.mp4", "only sound")


def test_no_stream_at_all(tmp_path):
    source = tmp_path / "in.srt"
    source.write_text("1\n00:00:01,000 --> 00:00:02,000\nHello\n\n")
    fails(source, tmp_path / "out.mp4", "no video")


@pytest.mark.parametrize("content", [b"", b"no video at all " * 100])
def test_not_a_video(tmp_path, content):
    source = tmp_path / "in.mp4"
    source.write_bytes(content)
    fails(source, tmp_path / "out.mp4", "not a video or is cut short")


def test_cut_before_the_index(tmp_path, clip):
    clip.write_bytes(clip.read_bytes()[:1500])
    fails(clip, tmp_path / "out.mp4", "cut short")


@pytest.mark.parametrize("suffix, index", [("mkv", None), ("mp4", "in front")])
def test_cut_in_the_middle(tmp_path, suffix, index):
    """The beginning could be decoded; it is told before hours of work."""
    random = np.random.RandomState(0)
    pictures = [random.randint(0, 256, (48, 64, 3)).astype(np.uint8) for _ in range(50)]
    source = clips.write_clip(tmp_path / f"in.{suffix}", frames=pictures)
    if index:
        with av.open(str(source)) as given, av.open(str(tmp_path / "front.mp4"), "w", options={"movflags": "faststart"}) as front:
            copies = {stream.index: helpers.video.sound.add_copy(front, stream) for stream in given.streams}
            for packet in given.demux():
                if packet.dts is not None:
                    packet.stream = copies[packet.stream_index]
                    front.mux(packet)
        source = tmp_path / "front.mp4"
    source.write_bytes(source.read_bytes()[: source.stat().st_size // 2])
    fails(source, tmp_path / "out.mp4", "cut short")


def test_zero_frames(tmp_path):
    source = clips.write_clip(tmp_path / "in.mkv", frames=[])
    fails(source, tmp_path / "out.mp4", "no picture")


def test_unknown_codec(tmp_path, clip):
    clip.write_bytes(clip.read_bytes().replace(b"avc1", b"zzz1"))
    fails(clip, tmp_path / "out.mp4", "ffmpeg does not know")


def test_too_small(tmp_path):
    source = clips.write_clip(tmp_path / "in.mp4", size=(10, 20))
    fails(source, tmp_path / "out.mp4", "10x20 pixels")


def test_output_equals_input(tmp_path, clip):
    before = clip.read_bytes()
    link = tmp_path / "link.mp4"
    link.symlink_to(clip)
    for target in (clip, link, tmp_path / "." / "in.mp4"):
        fails(clip, target, "another name")
    assert clip.read_bytes() == before


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no device that is always full")
def test_disk_full(tmp_path, clip, monkeypatch):
    kept = tmp_path / "out.mp4"
    kept.write_bytes(b"what was there before")
    full = tmp_path / ".writing-full"

    def name_of_full():
        full.symlink_to("/dev/full")
        return types.SimpleNamespace(hex="full")

    monkeypatch.setattr(files.uuid, "uuid4", name_of_full)
    fails(clip, kept, "disk is full")
    assert kept.read_bytes() == b"what was there before" and not full.is_symlink()


def test_an_error_while_opening_leaves_nothing(tmp_path, clip, monkeypatch):
    def fail(*arguments):
        raise RuntimeError("sound")

    monkeypatch.setattr(write, "Sound", fail)
    with pytest.raises(RuntimeError, match="sound"):
        negative(clip, tmp_path / "out.mp4")
    assert [path.name for path in tmp_path.iterdir()] == ["in.mp4"]


def test_places_and_names(tmp_path, clip):
    fails(tmp_path / "nowhere.mp4", tmp_path / "out.mp4", "no file")
    fails(tmp_path, tmp_path / "out.mp4", "is a folder")
    fails(clip, tmp_path, "is a folder")
    fails(clip, tmp_path / "out.txt", "cannot be written as out.txt")
    fails(clip, tmp_path / "no" / "out.mp4", "does not exist")


def test_times_that_make_no_sense(tmp_path, clip):
    for start, end, words in (
        (-1, None, "no sense"),
        (0.3, 0.2, "not after"),
        (50, None, "choose other times"),
        (0, float("nan"), "no sense"),
    ):
        fails(clip, tmp_path / "out.mp4", words, start=start, end=end)


def test_a_mistake_is_told_without_starting_tensorflow():
    code = "import sys; from helpers.video import read, scan, sound, write; assert 'tensorflow' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_unknown_smoothing(tmp_path, clip):
    fails(clip, tmp_path / "out.mp4", "no smoothing 'much'", smoothing="much")


# The command.


def test_command(tmp_path, clip, monkeypatch, capsys):
    from helpers import __main__ as cli
    from helpers import hub

    assert cli.SMOOTHING.default == cartoonize.SMOOTHING
    monkeypatch.setattr(hub, "resolve", lambda style: style)
    monkeypatch.setitem(vars(helpers), "Cartoonizer", lambda directory, precision: FakeCartoonizer())
    for stream in (sys.stdout, sys.stderr):
        monkeypatch.setattr(stream, "reconfigure", lambda **options: None, raising=False)
    words = ["helpers", "video", str(clip), str(tmp_path / "out.mp4"), "--style", "anime", "--start", "0.2", "--end", "0.4", "--resume"]
    monkeypatch.setattr(sys, "argv", words)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 0 and capsys.readouterr().out.strip() == str(tmp_path / "out.mp4")
    assert len(clips.read(tmp_path / "out.mp4").pictures) == 5
