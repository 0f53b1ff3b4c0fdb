"""The review application runs in several processes, and goes when it is told to."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from http.client import HTTPConnection
from pathlib import Path
from threading import Timer

import pytest

ROOT = Path(__file__).resolve().parents[3]


def asked(connection: HTTPConnection) -> tuple[int, int]:
    """The status and the process that answered, as soon as anybody listens."""
    for _ in range(600):
        try:
            connection.request("GET", "/")
        except ConnectionRefusedError:
            connection.close()
            time.sleep(0.1)
        else:
            answer = connection.getresponse()
            return answer.status, int(answer.read())
    raise AssertionError("Nobody listens.")


def test_two_processes_answer_and_both_go_when_told() -> None:
    """One left behind would hold the port and the database against the next start; nor may an open page hold it up."""
    command = [sys.executable, "-m", "tests.reports.desk.two_workers"]
    with subprocess.Popen(command, cwd=ROOT, text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        stuck = Timer(180, process.kill)
        stuck.start()
        workers: list[int] = []
        try:
            port = int(process.stdout.readline())
            for _ in range(2):
                workers.append(int(process.stdout.readline()))
            one, other = (HTTPConnection("127.0.0.1", port, timeout=60) for _ in range(2))
            for status, answered in (asked(one), asked(other), asked(one)):
                assert status == 200
                assert answered in workers
            process.terminate()
            assert process.wait(60) == 0
            one.close()
            other.close()
            for worker in workers:
                with pytest.raises(ProcessLookupError):
                    os.kill(worker, 0)
            workers.clear()
        finally:
            stuck.cancel()
            process.terminate()
            process.wait(60)
            for worker in workers:
                with suppress(ProcessLookupError):
                    os.kill(worker, signal.SIGKILL)
