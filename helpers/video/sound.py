"""The sound of a video: packets copied as they are where the container takes them, else coded anew."""

from __future__ import annotations

import warnings

import av

from helpers.video.read import open_input

SAMPLE_RATES = (48000, 44100, 32000, 24000, 16000, 12000, 8000)


class Sound:
    """Copies all sound streams of a clip into an output, as far in time as the pictures have come.

    It reads the file by itself: so nothing has to be kept in memory when pictures and sound are far apart in the file.
    """

    def __init__(self, clip, output, encoder):
        self._clip = clip
        self._container = open_input(clip.path)
        lanes = [_lane(stream, output, encoder) for stream in self._container.streams.audio]
        self._lanes = {lane.stream.index: lane for lane in lanes if lane}
        self._packets = self._container.demux([lane.stream for lane in self._lanes.values()]) if self._lanes else iter(())
        self._next = next(self._packets, None)

    def until(self, seconds) -> None:
        """Write what sounds before a time of the result; None writes all there is."""
        while self._next is not None:
            packet = self._next
            if packet.size:  # the last packets are empty and for no stream
                shift = round(self._clip.shift / packet.time_base)
                time = ((packet.pts if packet.pts is not None else packet.dts) - shift) * packet.time_base
                if seconds is not None and time >= seconds:
                    return
                if time >= 0 or not self._clip.trimmed:  # before a start that was asked for nothing sounds
                    self._lanes[packet.stream_index].write(packet, shift)
            self._next = next(self._packets, None)

    def finish(self, seconds) -> None:
        """The same, and what the encoders still hold: nothing comes after it."""
        self.until(seconds)
        for lane in self._lanes.values():
            lane.finish()

    def close(self) -> None:
        """Close the file that is read."""
        self._next = None
        self._container.close()


def add_copy(output, stream):
    """A stream of `output`, an av container, that takes the packets of `stream`, an input's, as they are."""
    if hasattr(output, "add_stream_from_template"):
        return output.add_stream_from_template(stream)
    return output.add_stream(template=stream)  # PyAV 12


def _lane(stream, output, encoder):
    """The way of one sound stream into the output, or None where there is none."""
    codec = stream.codec_context
    if codec is not None and _is_taken(codec.name, output):
        return Copied(stream, output)
    if codec is not None:
        return Recoded(stream, output, encoder)
    warnings.warn("One sound stream is coded in a way that ffmpeg does not know: it is left out.", stacklevel=2)
    return None


def _is_taken(name, output) -> bool:
    """Whether the container takes packets of this codec. MP4 may hold PCM by its newest rules, but players do not know."""
    return name in output.supported_codecs and not (name.startswith("pcm_") and output.format.name in ("mp4", "ipod"))


class Copied:
    """Packets go through unchanged; only their times are shifted."""

    def __init__(self, stream, output):
        self.stream, self._output = stream, output
        self._target = add_copy(output, stream)

    def write(self, packet, shift) -> None:
        """Write one packet. shift: ticks of the packet's own time base."""
        packet.dts -= shift
        packet.pts = packet.dts if packet.pts is None else packet.pts - shift
        packet.stream = self._target
        self._output.mux(packet)

    def finish(self) -> None:
        """Nothing is held back."""


class Recoded:
    """Packets are decoded and coded by the encoder of the container."""

    def __init__(self, stream, output, encoder):
        self.stream, self._output = stream, output
        rate = stream.codec_context.sample_rate
        rate = rate if rate in SAMPLE_RATES and (encoder != "libopus" or rate != 44100) else 48000
        self._target = output.add_stream(encoder, rate=rate)
        layout = stream.codec_context.layout
        self._target.codec_context.layout = {1: "mono", 2: "stereo"}.get(len(layout.channels), layout.name)

    def write(self, packet, shift) -> None:
        """Decode and encode one packet; a damaged one is left out."""
        try:
            frames = packet.decode()
        except av.error.InvalidDataError:
            return
        for frame in frames:
            if frame.pts is not None:
                frame.pts -= round(shift * packet.time_base / frame.time_base)
            self._output.mux(self._target.encode(frame))

    def finish(self) -> None:
        """Write the rest that the encoder holds."""
        self._output.mux(self._target.encode(None))
