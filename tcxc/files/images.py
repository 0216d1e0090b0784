"""Makes an image anew from its pixels, so that nothing else of the file is left.

Positions of the camera, comments, second images, programs hidden behind the last pixel: all of it is gone.
"""

from io import BytesIO

from PIL import Image, ImageOps

from tcxc.files.kinds import Kind, Unwanted

LONGEST_SIDE = 5_000  # pixels: a page of A4 at 400 dots an inch
SMALLEST_SIDE = 50


def drawn_anew(content: bytes, kind: Kind, *, most_pixels: int) -> bytes:
    """The same picture, upright, at most `LONGEST_SIDE` on a side, as a fresh file of its kind.

    Raises `Unwanted` for one that is too large or too small to read, and whatever Pillow does for a damaged one.
    """
    try:
        opened = Image.open(BytesIO(content), formats=[kind.name])
    except Image.DecompressionBombError:
        raise Unwanted(f"The image claims far too many pixels; {_at_most(most_pixels)}") from None
    with opened as image:
        _check_size(*image.size, most_pixels)
        image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a large JPEG is decoded at half its size or less
        image.load()
        upright = _on_white(ImageOps.exif_transpose(image))
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    return _written(upright, kind)


def _check_size(width: int, height: int, most_pixels: int) -> None:
    """Before anything is decoded: a few bytes may claim a picture that fills the memory."""
    if width * height > most_pixels:
        raise Unwanted(f"The image has {width} by {height} pixels; {_at_most(most_pixels)}")
    if min(width, height) < SMALLEST_SIDE:
        raise Unwanted(f"The image has {width} by {height} pixels: nobody could read it. Send a larger one.")


def _at_most(most_pixels: int) -> str:
    return f"send one of at most {most_pixels // 1_000_000} million."


def _on_white(image: Image.Image) -> Image.Image:
    """The pixels alone, in colour, on white where they are transparent."""
    if "A" not in image.getbands() and "transparency" not in image.info:
        return _pixels_of(image.convert("RGB"))
    layer = image.convert("RGBA")
    page = Image.new("RGB", layer.size, "white")
    page.paste(layer, mask=layer.getchannel("A"))
    return page


def _pixels_of(image: Image.Image) -> Image.Image:
    """A copy that knows nothing of the file it was read from."""
    page = Image.new("RGB", image.size)
    page.paste(image)
    return page


def _written(image: Image.Image, kind: Kind) -> bytes:
    file = BytesIO()
    options = {"quality": 88} if kind is Kind.JPEG else {}
    image.save(file, format=kind.name, optimize=kind is Kind.JPEG, **options)
    return file.getvalue()
