"""A real HTTP server that webhooks are sent to, and that answers as a test wants."""

import json
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Request:
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def events(self) -> list[dict]:
        return json.loads(self.body)


class Receiver:
    """Answers 204, or what `answer` says for the nth request (from 0): a status, or (status, headers)."""

    def __init__(self, answer: Callable[[int], int | tuple[int, dict]] = lambda _n: 204, certificate=None) -> None:
        self.requests: list[Request] = []
        lock = threading.Lock()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                with lock:
                    outer.requests.append(Request(self.path, dict(self.headers), body))
                    told = answer(len(outer.requests) - 1)
                status, headers = told if isinstance(told, tuple) else (told, {})
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_words) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.scheme = "http"
        if certificate:
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(certificate.certificate, certificate.key)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
            self.scheme = "https"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    @property
    def port(self) -> int:
        return self._server.server_address[1]

    @property
    def address(self) -> str:
        return f"{self.scheme}://localhost:{self.port}/hook"

    @property
    def events(self) -> list[dict]:
        return [event for request in self.requests for event in request.events]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
