"""A container's packets into decoded frames, whatever is broken in between."""

from __future__ import annotations

from collections.abc import Iterator

import av
from av import VideoFrame
from av.container import InputContainer
from av.packet import Packet
from av.video.stream import VideoStream

# Frames are left out of decoding only when the source has so many times the frames asked for: what remains is uneven,
# and with fewer to choose from people who run would be looked at too seldom.
WORTH_SKIPPING = 3.0


class Decoder:
    """Decodes one stream from where its container stands.

    Packets that cannot be decoded are left out and counted; when the container itself cannot be read on, the
    frames end.

    Attributes:
        bad_packets: how many packets could not be decoded.
        first_bad: byte of the first of them in the file; None when not known.
        byte: where the last packet began; None when not known.
        broke: why reading stopped before the end; empty when it did not.
        cut: whether the last packet is not whole.
        locked: whether it is protected by a key, from some place on.
    """

    def __init__(self, container: InputContainer, stream: VideoStream, threads: int) -> None:
        self._container = container
        self._stream = stream
        self.bad_packets = 0
        self.first_bad: int | None = None
        self.byte: int | None = None
        self.broke = ""
        self.cut = self.locked = False
        stream.codec_context.thread_count = threads
        if threads != 1:
            stream.thread_type = "AUTO"

    def __iter__(self) -> Iterator[VideoFrame]:
        packets = self._container.demux(self._stream)
        while True:
            try:
                packet = next(packets)
            except StopIteration:
                return
            except (av.FFmpegError, OSError, ValueError) as error:
                self.broke = str(getattr(error, "strerror", None) or error)
                yield from self._decoded(None)
                return
            if packet.pos is not None:
                self.byte, self.cut = packet.pos, packet.is_corrupt
            if packet.has_sidedata("encryption_info"):
                # One in twenty happens to decode, to noise.
                self.locked, self.broke = True, "it is protected by a key"
                yield from self._decoded(None)
                return
            yield from self._decoded(packet)

    def skip_unreferenced(self, skip: bool) -> None:  # noqa: FBT001
        """Leave out, or no longer, the frames that no other frame is predicted from; the others stay exact."""
        self._stream.codec_context.skip_frame = "NONREF" if skip else "DEFAULT"

    def _decoded(self, packet: Packet[VideoStream] | None) -> list[VideoFrame]:
        try:
            return self._stream.decode(packet)
        except av.error.EOFError:
            return []
        except (av.FFmpegError, ValueError):
            self.bad_packets += 1
            if self.bad_packets == 1 and packet is not None:
                self.first_bad = packet.pos
            return []
