"""What the libraries read from the environment, set before they are imported: offline, quiet, patient.

Every value is a default: what an operator has set stays. Sources of the numbers: docs/operations.md.
"""

import os
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent

DEFAULTS = {
    # Nothing is downloaded and nobody is told that we run.
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_DATASETS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "TOKENIZERS_PARALLELISM": "true",
    "TRANSFORMERS_VERBOSITY": "error",
    # Prefect keeps its history beside our own state, and waits for a slow first start of its own small server.
    "PREFECT_HOME": str(CHECKOUT / "var" / "prefect"),
    "PREFECT_LOGGING_LEVEL": "WARNING",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",
    "PREFECT_CLI_COLORS": "false",
    # One transaction a task state makes SQLite the bottleneck of the next flow; in batches it is not.
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_READ_BATCH_SIZE": "100",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "100",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_READ_BATCH_SIZE": "100",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_BATCH_SIZE": "200",
}


def settle() -> None:
    """Set each default that the environment does not hold yet, and make Prefect's folder, whose parents it does not."""
    for name, value in DEFAULTS.items():
        os.environ.setdefault(name, value)
    Path(os.environ["PREFECT_HOME"]).expanduser().mkdir(parents=True, exist_ok=True)
