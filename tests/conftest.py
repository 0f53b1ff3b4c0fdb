"""Every test runs offline and in a Prefect home of its own, so that no run sees another one's cache."""

import os
import tempfile

os.environ["PREFECT_HOME"] = tempfile.mkdtemp(prefix="earshot-prefect-")
os.environ["PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS"] = "180"
for name in [name for name in os.environ if name.startswith("EARSHOT_")]:
    del os.environ[name]

import flows  # noqa: E402, F401 - sets the rest of the environment before any library reads it
