"""What can go wrong with an embedded server, in words for the person at the keyboard."""


class EmbeddedError(Exception):
    """An embedded server can't be prepared or started; the message says what to do about it."""
