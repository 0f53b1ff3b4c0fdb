"""Publish editions: one port, one adapter for each kind of place. A new one is a module and a line in PUBLISHERS."""

from collections.abc import Callable, Mapping

from reports.publishing.email import EmailPublisher
from reports.publishing.folder import FolderPublisher
from reports.publishing.port import Publication, Publisher, PublishError, Receipt

#: Publishers by the name used in the settings; each takes its settings as keyword arguments.
PUBLISHERS: Mapping[str, Callable[..., Publisher]] = {"folder": FolderPublisher, "email": EmailPublisher}

__all__ = ["PUBLISHERS", "Publication", "PublishError", "Publisher", "Receipt"]
