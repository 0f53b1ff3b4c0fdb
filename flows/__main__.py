"""`python -m flows COMMAND`."""

from flows.cli import main

# Prefect's runner starts child processes, which import this module again.
if __name__ == "__main__":
    main()
