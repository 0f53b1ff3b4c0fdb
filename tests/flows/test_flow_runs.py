"""The scheduler is asked only where one is set, and its silence is an answer too."""

import socket

import pytest
from prefect.settings import PREFECT_API_URL, temporary_settings

from flows.flow_runs import latest_runs
from reports.desk.flow_runs import NoScheduler, SilentScheduler


def test_without_a_server_none_is_started() -> None:
    """Prefect would start one of its own for a page that somebody merely looks at."""
    with temporary_settings(restore_defaults={PREFECT_API_URL}), pytest.raises(NoScheduler, match="PREFECT_API_URL"):
        latest_runs()


def test_a_server_that_does_not_answer_is_named_so() -> None:
    """At once: the page must not wait for many tries."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{door.getsockname()[1]}/api"
    with temporary_settings({PREFECT_API_URL: address}), pytest.raises(SilentScheduler, match="does not answer"):
        latest_runs()
