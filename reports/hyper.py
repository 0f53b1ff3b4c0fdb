"""Put the tables of a week into one Tableau file."""

import os
from pathlib import Path

import pandas as pd

from data.errors import EarshotError
from reports.week import SCHEMAS

#: Tables with customer keys, which only managers may have.
MANAGERS_ONLY = ("cases", "case_reasons")


class NoHyper(EarshotError):
    """A .hyper file was asked for, and what writes it is not installed."""


class NoTables(EarshotError):
    """There are no tables in the folder of that week."""


def write_hyper(tables: Path, target: Path, managers: bool = False) -> Path:
    """Write the Parquet tables of a folder into one .hyper file, replaced whole, and return its path.

    Tables with customer keys are left out unless `managers`. Raises NoHyper without the extra `tableau`, NoTables.
    """
    try:
        import pantab
    except ImportError:
        raise NoHyper(
            "No pantab here. Install it with `pip install -e .[tableau]`, or read the Parquet files."
        ) from None
    chosen = [name for name in SCHEMAS if managers or name not in MANAGERS_ONLY]
    frames = {name: pd.read_parquet(path) for name in chosen if (path := tables / f"{name}.parquet").is_file()}
    if not frames:
        raise NoTables(f"No tables in {tables}. Run `python -m flows weekly --week ...` first.")
    draft = target.with_name(f".{os.getpid()}.{target.name}")
    try:
        # Hyper would leave its log in the working directory.
        pantab.frames_to_hyper(frames, draft, table_mode="w", process_params={"log_config": ""})
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    return target
