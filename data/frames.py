"""Rows of the lake as Arrow and as pandas, always in the columns and types of data/tables.py."""

import pandas as pd
import pyarrow as pa

from data.errors import EarshotError
from data.tables import TABLES

#: Columns that may be empty and would turn into floats or objects: pandas keeps them in its own nullable types.
_NULLABLE = {"clause": "Int32", "resolved": "boolean"}


class UnknownTable(EarshotError):
    """The lake has no such table."""


class BadRows(EarshotError):
    """Rows do not fit their table."""


def schema_of(table: str) -> pa.Schema:
    """The schema of a table of the lake; raises UnknownTable."""
    try:
        return TABLES[table]
    except KeyError:
        raise UnknownTable(f"No table {table!r} in the lake. Tables: {', '.join(sorted(TABLES))}.") from None


def to_arrow(table: str, rows: pd.DataFrame | pa.Table) -> pa.Table:
    """Rows in the columns and types of a table; raises BadRows naming what is missing or does not fit."""
    schema = schema_of(table)
    columns = rows.column_names if isinstance(rows, pa.Table) else list(rows.columns)
    missing = [name for name in schema.names if name not in columns]
    strange = [str(name) for name in columns if name not in schema.names]
    if missing or strange:
        raise BadRows(f"Rows for {table!r} lack the columns {missing} and have the unknown columns {strange}.")
    try:
        if isinstance(rows, pa.Table):
            return rows.select(schema.names).cast(schema).replace_schema_metadata(None)
        return pa.Table.from_pandas(rows, schema=schema, preserve_index=False).replace_schema_metadata(None)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError) as error:
        # Arrow quotes the value that did not fit, which may be a customer's words: leave it out.
        raise BadRows(
            f"Rows for {table!r} do not fit its types ({type(error).__name__}); see data/tables.py."
        ) from None


def completed(rows: pa.Table, schema: pa.Schema) -> pa.Table:
    """Rows in the columns and types of a schema; a column that it gained later than the rows were written is empty."""
    for field in schema:
        if field.name not in rows.column_names:
            rows = rows.append_column(field, pa.nulls(rows.num_rows, field.type))
    return rows.select(schema.names).cast(schema).replace_schema_metadata(None)


def to_pandas(rows: pa.Table) -> pd.DataFrame:
    """An Arrow table as pandas, in the same types whether or not there are rows. Missing text is None or NaN."""
    frame: pd.DataFrame = rows.to_pandas()
    return frame.astype({name: kind for name, kind in _NULLABLE.items() if name in frame.columns})
