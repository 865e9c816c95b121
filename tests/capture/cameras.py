"""Cameras for tests: real servers on 127.0.0.1 that send numbered pictures."""

import io
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from fractions import Fraction
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import av
from videos import numbered


def encoded(count: int, codec: str, pixels: str, rate: int, options: dict[str, str] | None = None) -> list[bytes]:
    """Encode numbered pictures to one packet each."""
    encoder = av.CodecContext.create(codec, "w")
    encoder.width, encoder.height, encoder.pix_fmt = 160, 96, pixels
    encoder.time_base, encoder.framerate = Fraction(1, rate), Fraction(rate)
    encoder.options = options or {}
    packets = []
    for n in range(count):
        frame = av.VideoFrame.from_ndarray(numbered(n), "bgr24").reformat(format=pixels)
        frame.pts, frame.pict_type = n, 0
        packets += encoder.encode(frame)
    return [bytes(packet) for packet in packets + encoder.encode(None)]


@contextmanager
def mjpeg_server(count: int = 40, rate: int = 20, stall: float = 0.0) -> Iterator[str]:
    """An HTTP camera: multipart JPEG pictures at a rate, then silence for `stall` seconds, then the end."""
    pictures = encoded(count, "mjpeg", "yuvj420p", rate)

    class Camera(BaseHTTPRequestHandler):
        def do_GET(self):
            if self.path == "/secret" and not self.headers.get("Authorization"):
                self.send_response(401)
                self.send_header("WWW-Authenticate", 'Basic realm="camera"')
                self.end_headers()
                return
            if self.path not in {"/video", "/secret"}:
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
            self.end_headers()
            try:
                for picture in pictures:
                    head = f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {len(picture)}\r\n\r\n"
                    self.wfile.write(head.encode() + picture + b"\r\n")
                    time.sleep(1 / rate)
                time.sleep(stall)
            except OSError:
                pass  # the reader has left

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Camera)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/video"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def rtsp_server(count: int = 60, rate: int = 20) -> Iterator[str]:
    """An RTSP camera: H.264 in RTP, interleaved in the same TCP connection (RFC 2326, RFC 6184)."""
    options = {"tune": "zerolatency", "g": "10", "preset": "ultrafast", "bf": "0"}
    pictures = encoded(count, "libx264", "yuv420p", rate, options)
    listener = socket.create_server(("127.0.0.1", 0))
    address = f"rtsp://127.0.0.1:{listener.getsockname()[1]}/door"

    def serve() -> None:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        with connection, suppress(OSError):  # the reader has left
            _talk(connection, address, pictures, rate)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield address
    finally:
        listener.close()
        thread.join(5)


def _talk(connection: socket.socket, address: str, pictures: list[bytes], rate: int) -> None:
    sdp = (
        "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=door\r\nt=0 0\r\nm=video 0 RTP/AVP 96\r\n"
        "a=rtpmap:96 H264/90000\r\na=fmtp:96 packetization-mode=1\r\na=control:track0\r\n"
    )
    answers = {
        "OPTIONS": "Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN\r\n\r\n",
        "DESCRIBE": f"Content-Base: {address}/\r\nContent-Type: application/sdp\r\n"
        f"Content-Length: {len(sdp)}\r\n\r\n{sdp}",
        "SETUP": "Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\nSession: 1\r\n\r\n",
        "PLAY": "Session: 1\r\n\r\n",
    }
    requests = connection.makefile("rb")
    verb = ""
    while verb != "PLAY":
        head = b"".join(iter(requests.readline, b"\r\n")).decode()
        if not head:
            return
        verb = head.split()[0]
        number = next(line.split(":")[1].strip() for line in head.splitlines() if line.lower().startswith("cseq"))
        connection.sendall(f"RTSP/1.0 200 OK\r\nCSeq: {number}\r\n{answers[verb]}".encode())
    sequence = 0
    for n, picture in enumerate(pictures):
        for payload, last in _payloads(picture):
            rtp = struct.pack(">BBHII", 0x80, 96 | (last << 7), sequence & 0xFFFF, n * 90_000 // rate, 7) + payload
            connection.sendall(struct.pack(">BBH", 0x24, 0, len(rtp)) + rtp)
            sequence += 1
        time.sleep(1 / rate)


def _payloads(picture: bytes, most: int = 1200) -> Iterator[tuple[bytes, bool]]:
    """Split an Annex B picture into RTP payloads; True with the last one."""
    units = [unit.rstrip(b"\0") for unit in picture.replace(b"\0\0\0\1", b"\0\0\1").split(b"\0\0\1") if unit]
    for place, unit in enumerate(units):
        final = place == len(units) - 1
        if len(unit) <= most:
            yield unit, final
            continue
        kind, rest = unit[0], io.BytesIO(unit[1:])
        start = 0x80
        while chunk := rest.read(most):
            end = 0x40 if rest.tell() == len(unit) - 1 else 0
            yield bytes([(kind & 0xE0) | 28, start | end | (kind & 0x1F)]) + chunk, final and bool(end)
            start = 0
