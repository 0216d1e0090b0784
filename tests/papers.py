"""Papers to send: honest ones, and hostile ones of every sort."""

import struct
import zlib
from io import BytesIO

from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject


def an_image(kind: str = "PNG", size: tuple[int, int] = (300, 200), **options) -> bytes:
    """A picture with a red and a blue half."""
    image = Image.new("RGB", size, "red")
    image.paste("blue", (size[0] // 2, 0, *size))
    file = BytesIO()
    image.save(file, format=kind, **options)
    return file.getvalue()


def a_photo_taken_on_its_side() -> bytes:
    """A JPEG whose EXIF tells where it was taken and that it has to be turned."""
    exif = Image.Exif()
    exif[0x0112] = 6  # Orientation: turn by 90 degrees
    exif[0x010F] = "Secret Camera"
    return an_image("JPEG", exif=exif)


def a_pdf(pages: int = 1, **options) -> bytes:
    """A PDF of blank pages; `catalog` are more entries of its root, `page` of its first page."""
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(200, 200)
    writer._root_object.update(options.get("catalog", {}))
    if "page" in options:
        writer.pages[0].update(options["page"])
    if "password" in options:
        writer.encrypt(options["password"])
    file = BytesIO()
    writer.write(file)
    return file.getvalue()


def action(kind: str, **entries: str) -> DictionaryObject:
    """An action of a PDF."""
    found = DictionaryObject({NameObject("/S"): NameObject(f"/{kind}")})
    for name, value in entries.items():
        found[NameObject(f"/{name}")] = TextStringObject(value)
    return found


def entry(name: str, value: object) -> dict[NameObject, object]:
    """One entry of a dictionary of a PDF."""
    return {NameObject(f"/{name}"): value}


def a_claimed_size(width: int, height: int) -> bytes:
    """A PNG of a few bytes that claims to be very large."""
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) + (
        _chunk(b"IDAT", zlib.compress(b"\0" * 64)) + _chunk(b"IEND", b"")
    )  # fmt: skip


def a_text_bomb() -> bytes:
    """A PNG with a comment that unpacks to 200 MB."""
    start, end = an_image()[:33], an_image()[33:]
    bomb = zlib.compress(b"\0" * 200_000_000, 9)
    return start + _chunk(b"zTXt", b"Comment\0\0" + bomb) + end


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
