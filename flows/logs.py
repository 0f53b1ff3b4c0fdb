"""Write warnings and errors to the terminal, in the same form in every process."""

import logging


def log_to_terminal() -> None:
    """Show warnings and errors with their level and origin, unless this process has settled that already."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
