"""When and where things run: Prefect flows, the command line, settings and wiring."""

from flows.environment import settle

# Prefect, transformers and tokenizers read the environment when they are imported, so this comes first.
settle()
