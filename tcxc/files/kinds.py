"""What a file is, by its first bytes: never by its name or by what the sender says of it."""

from enum import StrEnum


class Kind(StrEnum):
    """The media types that are taken in."""

    PDF = "application/pdf"
    JPEG = "image/jpeg"
    PNG = "image/png"

    @property
    def suffix(self) -> str:
        """The end of a name that people's programs know it by."""
        return {Kind.PDF: "pdf", Kind.JPEG: "jpg", Kind.PNG: "png"}[self]


_SIGNATURES = {b"%PDF-": Kind.PDF, b"\xff\xd8\xff": Kind.JPEG, b"\x89PNG\r\n\x1a\n": Kind.PNG}


class Unwanted(Exception):  # noqa: N818  (what is said of a file, not a fault of ours)
    """The file can't be taken in; the sentence says why, and what would do."""


def kind_of(content: bytes) -> Kind:
    """The kind of a file. Raises `Unwanted` for every other, and for one that has anything before its first byte."""
    for signature, kind in _SIGNATURES.items():
        if content.startswith(signature):
            return kind
    raise Unwanted("This is neither a PDF nor a JPEG or PNG image, whatever its name says. Send one of those.")
