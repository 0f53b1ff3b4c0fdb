"""Serve a page that says which process answers, as `review` serves its own: `python -m tests.reports.desk.two_workers`.

Prints the port, then each process as it starts.
"""

import os
import socket
import sys

from fastapi import FastAPI

from reports.desk.server import serve


def who() -> FastAPI:
    """An application that answers with the number of its process."""
    # In one piece: the other process writes to the same line.
    sys.stdout.write(f"{os.getpid()}\n")
    sys.stdout.flush()
    app = FastAPI(openapi_url=None)

    @app.get("/")
    def answer() -> int:
        return os.getpid()

    return app


def main() -> None:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        print(door.getsockname()[1], flush=True)
        serve(who, "127.0.0.1", 0, workers=2, listener=door)


if __name__ == "__main__":
    main()
