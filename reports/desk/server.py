"""Serve the review application on this machine, in as many processes as it has use for."""

import os
import socket
from collections.abc import Callable
from typing import Any

import uvicorn
from fastapi import FastAPI
from uvicorn.supervisors import Multiprocess

#: Processes unless somebody says otherwise: Python answers one request at a time in each.
WORKERS = max(1, min(4, os.cpu_count() or 1))
#: Seconds that a browser's connection is kept while nothing is asked; shorter ones break on a machine that is busy.
KEEP_ALIVE = 75
#: Seconds in which a process must show life before another takes its place: long, as a busy machine is no fault.
SIGN_OF_LIFE = 120


def serve(
    make_app: Callable[[], FastAPI],
    host: str,
    port: int,
    *,
    workers: int = WORKERS,
    listener: socket.socket | None = None,
) -> None:
    """Serve until stopped. `make_app` is called in each process; with several it must be picklable (no closure).

    `listener` is a bound socket in place of host and port. A process that dies is replaced.
    """
    # No access lines: a path may name a customer's case.
    settings: dict[str, Any] = {
        "factory": True, "host": host, "port": port, "access_log": False, "log_level": "warning",
        "proxy_headers": True, "server_header": False, "timeout_graceful_shutdown": 10,
        "timeout_keep_alive": KEEP_ALIVE, "timeout_worker_healthcheck": SIGN_OF_LIFE, "workers": workers,
    }  # fmt: skip
    config = uvicorn.Config(make_app, **settings)
    bound = listener or config.bind_socket()
    if workers == 1:
        uvicorn.Server(config).run(sockets=[bound])
    else:
        Multiprocess(config, sockets=[bound]).run()
