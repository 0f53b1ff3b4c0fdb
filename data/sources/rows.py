"""Rows of any file that people export: CSV, TSV, XLSX, JSON lines, Parquet. Streams, so size does not matter."""

import csv
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from data.errors import EarshotError
from data.sources.encoding import SAMPLE, encoding_of
from data.sources.mapping import BadRow

SUFFIXES = (".csv", ".tsv", ".xlsx", ".jsonl", ".parquet")
#: One cell of a CSV may be a long transcript.
csv.field_size_limit(16_000_000)

Row = Mapping[str, Any]


class BadFile(EarshotError):
    """A whole file cannot be read."""


def read_rows(path: Path) -> Iterator[tuple[int, Row | BadRow]]:
    """Yield (row number, row) for every row of a file; a row that cannot be read comes as a BadRow.

    Row numbers are 1-based and count the header, as spreadsheets show them (JSON lines and Parquet have no header).
    Raises BadFile when the file as a whole cannot be read.
    """
    reader = {".csv": _delimited, ".tsv": _delimited, ".xlsx": _sheet, ".jsonl": _lines, ".parquet": _parquet}
    suffix = path.suffix.lower()
    if suffix not in reader:
        raise BadFile(f"{path.name} ends in {suffix!r}. Kinds of file: {', '.join(SUFFIXES)}.")
    if path.stat().st_size == 0:
        raise BadFile(f"{path.name} is empty.")
    try:
        yield from reader[suffix](path)
    except (InvalidFileException, zipfile.BadZipFile, pa.ArrowInvalid, csv.Error, KeyError, OSError) as error:
        raise BadFile(f"{path.name} cannot be read as {suffix}: {type(error).__name__}.") from error


def _delimited(path: Path) -> Iterator[tuple[int, Row | BadRow]]:
    with path.open("rb") as file:
        sample = file.read(SAMPLE)
    codec = encoding_of(sample)
    # Bytes that do not decode become lone surrogates, so that only their own row is rejected.
    with path.open(encoding=codec, errors="surrogateescape", newline="") as file:
        reader = csv.reader((line.replace("\0", "") for line in file), delimiter=_delimiter(path, sample, codec))
        header = next(reader, None)
        if not header or not any(cell.strip() for cell in header):
            raise BadFile(f"{path.name} has no header row.")
        names = [name.strip() for name in header]
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if any("\ud800" <= character <= "\udfff" for cell in cells for character in cell):
                yield reader.line_num, BadRow("encoding", f"bytes that are not {codec}")
            elif any(cells[len(names) :]) or len(cells) <= len(names) // 2:
                yield reader.line_num, BadRow("columns", f"{len(cells)} cells under {len(names)} column names")
            else:
                yield reader.line_num, dict(zip(names, cells, strict=False))


def _delimiter(path: Path, sample: bytes, codec: str) -> str:
    if path.suffix.lower() == ".tsv":
        return "\t"
    first = io.StringIO(sample.decode(codec, "replace")).readline()
    return max(",;\t|", key=first.count)


def _sheet(path: Path) -> Iterator[tuple[int, Row | BadRow]]:
    book = load_workbook(path, read_only=True, data_only=True)
    try:
        rows = book.worksheets[0].iter_rows(values_only=True)
        header = next(rows, None)
        if not header or not any(header):
            raise BadFile(f"{path.name} has no header row.")
        names = [str(name).strip() if name is not None else "" for name in header]
        for number, cells in enumerate(rows, start=2):
            if any(cell is not None and str(cell).strip() for cell in cells):
                yield number, dict(zip(names, cells, strict=False))
    finally:
        book.close()


def _lines(path: Path) -> Iterator[tuple[int, Row | BadRow]]:
    with path.open("rb") as file:
        codec = encoding_of(file.read(SAMPLE))
    with path.open(encoding=codec, errors="surrogateescape") as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except (json.JSONDecodeError, RecursionError):
                yield number, BadRow("json", "the line is not JSON")
                continue
            if not isinstance(row, dict):
                yield number, BadRow("json", "the line is not a JSON object")
            elif any("\ud800" <= character <= "\udfff" for character in line):
                yield number, BadRow("encoding", f"bytes that are not {codec}")
            else:
                yield number, row


def _parquet(path: Path) -> Iterator[tuple[int, Row | BadRow]]:
    number = 0
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=4096):
            for row in batch.to_pylist():
                number += 1
                yield number, row
