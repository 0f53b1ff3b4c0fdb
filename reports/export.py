"""Write the week's tables for spreadsheets and BI tools."""

import os
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from reports.week import SCHEMAS, WeekTables

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # openings that a spreadsheet may run (OWASP, "CSV injection")


def write_tables(tables: WeekTables, folder: Path) -> list[Path]:
    """Write every table as `<name>.parquet` and `<name>.csv` (UTF-8 with byte order mark, for Excel); return the paths.

    Each file is replaced whole; the same tables give the same bytes. In CSV a text that a spreadsheet would run as a
    formula begins with an apostrophe; Parquet holds it as it is. `cases` and `case_reasons` are for managers only.
    """
    return write_frames({name: tables.table(name) for name in SCHEMAS}, folder)


def write_frames(frames: Mapping[str, pd.DataFrame], folder: Path) -> list[Path]:
    """Write frames as `write_tables` does, each under its name; return the paths."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, frame in frames.items():
        for path in (folder / f"{name}.parquet", folder / f"{name}.csv"):
            draft = path.with_name(f".{path.name}.{os.getpid()}")
            try:
                if path.suffix == ".parquet":
                    frame.to_parquet(draft, engine="pyarrow", compression="zstd", index=False)
                else:
                    _harmless(frame).to_csv(draft, index=False, encoding="utf-8-sig", lineterminator="\n")
                _settle(draft, path)
            finally:
                draft.unlink(missing_ok=True)
            written.append(path)
    return written


def run_facts(tables: WeekTables) -> dict[str, object]:
    """Return what run.json says about the report: the one row of `coverage`, and the changes by verdict."""
    facts = {str(name): value for name, value in tables.coverage.astype(object).iloc[0].items()}
    verdicts = tables.changes["verdict"].value_counts()
    facts["changes"] = {verdict: int(verdicts.get(verdict, 0)) for verdict in ("up", "down", "none", "too_few")}
    facts["cases"] = len(tables.cases)
    return {name: None if isinstance(value, float) and pd.isna(value) else value for name, value in facts.items()}


def _harmless(frame: pd.DataFrame) -> pd.DataFrame:
    texts = {name: frame[name] for name, dtype in frame.dtypes.items() if dtype == "str"}
    return frame.assign(
        **{
            str(name): text.where(~text.str.startswith(FORMULA).fillna(False).astype(bool), "'" + text)
            for name, text in texts.items()
        }
    )


def _settle(draft: Path, path: Path) -> None:
    with draft.open("rb") as file:
        os.fsync(file.fileno())
    draft.replace(path)
