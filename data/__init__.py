"""The shared language: records, tables, taxonomy, store, cases and sources. Code, not data files."""
