"""Ask the Prefect server, where one is reachable, for its latest runs."""

import logging
from collections.abc import Sequence

from reports.desk.flow_runs import FlowRun, NoScheduler, SilentScheduler

LOG = logging.getLogger(__name__)
#: A page does not wait longer than this for another program.
PATIENCE = 3.0
#: Runs of each flow that are shown, beside the next one: what runs every few minutes must not hide the weekly run.
LIMIT = 8


def latest_runs() -> Sequence[FlowRun]:
    """The latest runs of each flow and its next one, newest first.

    Raises NoScheduler when no server is set, SilentScheduler when it does not answer.
    Only a server named by PREFECT_API_URL is asked: Prefect would start one of its own otherwise.
    """
    # Imported here: Prefect takes seconds to import, and the application should start without it.
    import httpx
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import (
        FlowFilter,
        FlowFilterId,
        FlowRunFilter,
        FlowRunFilterState,
        FlowRunFilterStateType,
    )
    from prefect.client.schemas.objects import StateType
    from prefect.client.schemas.sorting import FlowRunSort
    from prefect.exceptions import PrefectException
    from prefect.settings import PREFECT_API_URL, PREFECT_CLIENT_MAX_RETRIES, PREFECT_UI_URL, temporary_settings

    if not PREFECT_API_URL.value():
        raise NoScheduler("No Prefect server is set. Set PREFECT_API_URL to see its runs here.")
    pages = str(PREFECT_UI_URL.value() or "").rstrip("/")
    try:
        with (
            temporary_settings({PREFECT_CLIENT_MAX_RETRIES: 0}),
            get_client(sync_client=True, httpx_settings={"timeout": PATIENCE}) as client,
        ):
            # The scheduler plans dozens of runs ahead, which would stand before all that has happened.
            planned = FlowRunFilterStateType(any_=[StateType.SCHEDULED])
            begun = FlowRunFilterStateType(not_any_=[StateType.SCHEDULED])
            runs, names = [], {flow.id: flow.name for flow in client.read_flows(limit=10)}
            for flow in names:
                for states, sort, limit in (
                    (planned, FlowRunSort.EXPECTED_START_TIME_ASC, 1),
                    (begun, FlowRunSort.EXPECTED_START_TIME_DESC, LIMIT),
                ):
                    runs += client.read_flow_runs(
                        flow_filter=FlowFilter(id=FlowFilterId(any_=[flow])),
                        flow_run_filter=FlowRunFilter(state=FlowRunFilterState(type=states)),
                        sort=sort, limit=limit,
                    )  # fmt: skip
    except (httpx.HTTPError, PrefectException, OSError, RuntimeError) as error:
        LOG.warning("The Prefect server does not answer: %s", type(error).__name__)
        raise SilentScheduler(f"The Prefect server does not answer ({type(error).__name__}).") from None
    return [
        FlowRun(
            name=run.name,
            flow=names[run.flow_id],
            state=run.state_name or "?",
            expected=run.expected_start_time,
            started=run.start_time,
            seconds=run.total_run_time.total_seconds(),
            address=f"{pages}/runs/flow-run/{run.id}" if pages else None,
        )
        for run in sorted(runs, key=lambda run: str(run.expected_start_time or ""), reverse=True)
    ]
