"""Makes a PDF anew from its pages, and refuses one that would do something by itself.

What is written is what was looked at: another reader can't find a second meaning in it, such as objects of an older
revision, a table of its own, or bytes behind the end.
"""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from tcxc.files.kinds import Unwanted

MOST_OBJECTS = 100_000
_CALM = "Print it to a plain PDF, or send a picture of it as JPEG or PNG."

# PDF 1.7 (ISO 32000-1): 12.6.4 has the kinds of actions, 12.5.6 of annotations.
_ACTIVE_ACTIONS = {
    "/JavaScript": "a script",
    "/Launch": "a command to start a program",
    "/SubmitForm": "a form that sends itself",
    "/ImportData": "a command that reads other files",
    "/GoToR": "a link to another file",
    "/GoToE": "a link into an attached file",
    "/Rendition": "a film or sound",
    "/Movie": "a film",
    "/Sound": "a sound",
    "/RichMediaExecute": "rich media",
    "/GoTo3DView": "a three-dimensional scene",
}
_ACTIVE_KEYS = {
    "/JS": "a script",
    "/JavaScript": "a script",
    "/AA": "commands that run by themselves",
    "/EmbeddedFiles": "attached files",
    "/EF": "an attached file",
    "/XFA": "an XFA form",
    "/RichMediaContent": "rich media",
}
_ACTIVE_ANNOTATIONS = {
    "/FileAttachment": "an attached file",
    "/RichMedia": "rich media",
    "/Movie": "a film",
    "/Sound": "a sound",
    "/Screen": "a film or sound",
    "/3D": "a three-dimensional scene",
}


def bound_anew(content: bytes, *, most_pages: int) -> bytes:
    """A fresh PDF of the same pages. Links to web pages stay; form fields are what they look like.

    Raises `Unwanted` for one that is encrypted, active, empty or too long, and whatever pypdf does for a damaged one.
    """
    reader = PdfReader(BytesIO(content))
    if reader.is_encrypted:
        raise Unwanted("The PDF is protected by a password: save it without one.")
    _refuse_what_is_active(reader)
    pages = len(reader.pages)
    if not 0 < pages <= most_pages:
        raise Unwanted(f"The PDF has {pages} pages; send from 1 to {most_pages}.")
    writer = PdfWriter()
    for page in reader.pages:
        writer.add_page(page)
    writer.metadata = None
    file = BytesIO()
    writer.write(file)
    return file.getvalue()


def _refuse_what_is_active(reader: PdfReader) -> None:
    for found in _dictionaries(reader.trailer["/Root"]):
        what = (
            _ACTIVE_ACTIONS.get(_name(found, "/S"))
            or _ACTIVE_ANNOTATIONS.get(_name(found, "/Subtype"))
            or next((_ACTIVE_KEYS[key] for key in found if key in _ACTIVE_KEYS), None)
        )
        if what:
            raise Unwanted(f"The PDF holds {what}. {_CALM}")
        opening = found.get("/OpenAction")
        if opening is not None and not _only_opens_a_page(opening.get_object()):
            raise Unwanted(f"The PDF holds a command that runs when it is opened. {_CALM}")


def _name(found: DictionaryObject, key: str) -> str:
    value = found.get(key)
    return str(value.get_object()) if value is not None else ""


def _only_opens_a_page(opening: Any) -> bool:
    return not isinstance(opening, DictionaryObject) or _name(opening, "/S") == "/GoTo"


def _dictionaries(root: Any) -> Iterator[DictionaryObject]:
    """Every dictionary that can be reached, each object once."""
    waiting, seen = [root], set()
    while waiting:
        found = waiting.pop()
        if isinstance(found, IndirectObject):
            if found.idnum in seen:
                continue
            seen.add(found.idnum)
            found = found.get_object()
        if len(seen) > MOST_OBJECTS or len(waiting) > MOST_OBJECTS:
            raise Unwanted(f"The PDF is made of too many parts. {_CALM}")
        if isinstance(found, DictionaryObject):
            yield found
            waiting.extend(found.values())
        elif isinstance(found, ArrayObject):
            waiting.extend(found)
