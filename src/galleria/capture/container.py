"""Opens containers and says in plain words why one cannot be opened. Knows FFmpeg's ways, not what frames are for."""

from __future__ import annotations

import errno
import io
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

import av
from av.container import InputContainer
from av.stream import Disposition
from av.video.stream import VideoStream

from galleria.domain.errors import LoginError, VideoError

NOT_VIDEO = {"tty", "bin", "xbin", "adf", "idf"}  # FFmpeg draws any text file as a film of letters
PIPE_HEAD = 1 << 18


def open_container(
    target: str | BinaryIO | Pipe,
    name: str,
    *,
    format: str | None = None,  # noqa: A002  # PyAV's word
    options: Mapping[str, str] | None = None,
    timeout: float | tuple[float, float] | None = None,
) -> InputContainer:
    """Open a container for reading.

    Args:
        target: address that FFmpeg understands, or an open binary file.
        name: how messages call it.
        format: FFmpeg's name of the format; None: found out.
        options: of the format.
        timeout: seconds to wait for the network, each time.

    Raises:
        VideoError: it is not there, not reachable, not a video.
    """
    try:
        container = av.open(target, "r", format=format, container_options=dict(options or {}), timeout=timeout)
    except (av.FFmpegError, OSError, ValueError) as error:
        raise refusal(name, error) from error
    if container.format.name in NOT_VIDEO:
        container.close()
        problem = f"{name} is not a video"
        raise VideoError(problem, "Give a video file such as .mp4, .avi or .mkv.")
    return container


def open_file(path: Path, options: Mapping[str, str] | None = None) -> InputContainer:
    """Open a container in a file.

    Raises:
        VideoError: the path is missing, a folder, empty, not readable or not a video.
    """
    check_file(path)
    # The prefix keeps FFmpeg from taking `2026-05-01T09:30:00.mp4` for an address with the scheme 2026-05-01T09.
    return open_container(f"file:{path}", str(path), options=options)


def check_file(path: Path) -> None:
    """Raise VideoError when the path cannot be a readable video file."""
    try:
        if path.is_dir():
            problem = f"{path} is a folder"
            raise VideoError(problem, f'Give a file, or "{path}/*.mp4" for all of its videos.')
        with path.open("rb") as file:
            if not file.read(1):
                problem = f"{path} is empty"
                raise VideoError(problem, "Copy the video again from where it was recorded.")
    except (OSError, ValueError) as error:
        raise refusal(str(path), error) from error


def refusal(name: str, error: Exception) -> VideoError:
    """The error for people of an error that FFmpeg or the system gave."""
    code = getattr(error, "errno", None)
    network = "://" in name
    unreachable = (av.error.TimeoutError, av.error.ExitError, TimeoutError, ConnectionError)
    if isinstance(error, (av.error.HTTPUnauthorizedError, av.error.HTTPForbiddenError)):
        return LoginError(f"{name} asks for a user and password", "Write them as scheme://user:password@host/path.")
    if isinstance(error, (av.error.HTTPClientError, av.error.HTTPServerError)):
        return VideoError(f"{name} answers: {_reason(error)}", "Check the address in the camera's settings.")
    if isinstance(error, unreachable) or (network and isinstance(error, OSError)):
        return VideoError(
            f"{name} cannot be reached: {_reason(error)}",
            "Check that the camera is on, the address and port are right and the network lets it through.",
        )
    if isinstance(error, FileNotFoundError) or code == errno.ENOENT:
        return VideoError(f"{name} does not exist", "Check the path; patterns with * go in quotes.")
    if isinstance(error, PermissionError) or code in {errno.EACCES, errno.EPERM}:
        return VideoError(f"{name} may not be read", "Ask its owner for the right to read it.")
    if network and isinstance(error, (av.error.InvalidDataError, av.error.EOFError)):
        return VideoError(
            f"{name} sent no video in time",
            "Check the path after the host in the camera's settings, and that no other program takes all its streams.",
        )
    if isinstance(error, (av.error.InvalidDataError, av.error.EOFError)):
        return VideoError(
            f"{name} is not a video, or its beginning or index is missing",
            "Try to play it; a recording that was cut off may need repair, or copying again.",
        )
    return VideoError(f"{name} cannot be opened: {_reason(error)}", "Try to play it with another program.")


def _reason(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or error).lower()


def video_stream(container: InputContainer, name: str) -> VideoStream:
    """The stream of pictures.

    Raises:
        VideoError: there is none, or none that can be decoded.
    """
    for stream in container.streams.video:
        if Disposition.attached_pic in stream.disposition:
            continue  # the cover of a piece of music
        # PyAV has no context for a codec that this FFmpeg does not know.
        if getattr(stream, "codec_context", None) is None:
            problem = f"{name} holds pictures in a codec that is not known here"
            raise VideoError(
                problem,
                "Convert it to H.264; if it is protected by a password, export it without.",
            )
        return stream
    if container.streams.audio:
        problem = f"{name} holds sound but no pictures"
        raise VideoError(problem, "Give the video instead.")
    problem = f"{name} holds no pictures"
    raise VideoError(problem, "Give a video file such as .mp4, .avi or .mkv.")


class Pipe(io.RawIOBase):
    """A stream of bytes that cannot be sought, whose head has been read already (to tell it from others)."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.head: bytes = stream.read(PIPE_HEAD)
        self._sent = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return False

    def close(self) -> None:
        self._stream.close()
        super().close()

    def read(self, size: int = -1) -> bytes:
        if self._sent < len(self.head):
            end = len(self.head) if size < 0 else self._sent + size
            part = self.head[self._sent : end]
            self._sent += len(part)
            return part
        rest: bytes = self._stream.read(size)
        return rest
