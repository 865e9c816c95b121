"""A short real clip: the first person of the footage walks through the room. Kept in a folder of the test run."""

from pathlib import Path

import av

SECONDS = 4.5
RATE = 12
FRAMES = 54
# Where the first person's feet cross, in shares of the picture, and when.
LINE = "floor=0,0.81,1,0.81"
CROSSED_AT = 2.83


def cut(source: Path, target: Path, size: tuple[int, int] = (512, 288), frames: int = FRAMES, skip: int = 0) -> Path:
    """Frames of the footage in a small H.264 clip with honest time stamps."""
    with av.open(str(source)) as clip, av.open(str(target), "w") as out:
        stream = out.add_stream("libx264", rate=RATE, options={"crf": "18", "preset": "veryfast", "g": "12"})
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        for number, frame in enumerate(clip.decode(video=0)):
            if number >= skip + frames:
                break
            if number < skip:
                continue
            fresh = av.VideoFrame.from_ndarray(frame.to_ndarray(format="bgr24"), "bgr24").reformat(*size, "yuv420p")
            fresh.pts = number - skip
            out.mux(stream.encode(fresh))
        out.mux(stream.encode(None))
    return target
