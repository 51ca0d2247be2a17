"""A server that takes posts and answers each after 100 ms: `python -m tests.benchmarks.slow_server FILE`.

It prints its address, and writes the moment of every answer, in seconds since 1970, as a line of FILE.
"""

import json
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import IO

LATENCY = 0.1


class Handler(BaseHTTPRequestHandler):
    """Reads the post, waits, answers with an id."""

    file: IO[str]
    guard = threading.Lock()
    count = 0

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        time.sleep(LATENCY)
        with Handler.guard:
            Handler.count += 1
            number = Handler.count
            Handler.file.write(f"{time.time()}\n")
        body = json.dumps({"id": str(number), "url": f"http://127.0.0.1/{number}"}).encode()
        self.send_response(201)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is http.server's
        pass


class Server(ThreadingHTTPServer):
    """Takes as many connections at once as come."""

    request_queue_size = 128
    daemon_threads = True


if __name__ == "__main__":
    with open(sys.argv[1], "w", encoding="utf-8", buffering=1) as Handler.file:
        server = Server(("127.0.0.1", 0), Handler)
        sys.stdout.write(f"http://127.0.0.1:{server.server_port}\n")
        sys.stdout.flush()
        server.serve_forever()
