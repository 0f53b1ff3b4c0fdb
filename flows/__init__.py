"""When and where things run: Prefect flows, the command line, settings and wiring."""
