"""The one family of errors that Earshot raises on purpose."""


class EarshotError(Exception):
    """Something a person can act on: the message says what was found and what would do.

    A customer's words never enter the message; the feedback id does.
    """
