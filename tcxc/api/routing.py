"""Path converters of the API."""

LARGEST = 2**63 - 1


class IdConverter:
    """An id in a path. What can't be one stands for 0, which nothing has: the view then answers 401 or 404 itself."""

    regex = "[^/]+"

    def to_python(self, text: str) -> int:
        """The number, or 0."""
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 20 else 0
        return number if number <= LARGEST else 0

    def to_url(self, number: int) -> str:
        """The number as text."""
        return str(number)
