"""What strangers send is made anew or refused with a reason; what is kept is encrypted."""

import threading
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.core.files.storage import storages
from PIL import Image
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, NameObject

from tcxc.clock import utc_now
from tcxc.errors import Invalid
from tcxc.files import intake, vault
from tcxc.files.cleaning import cleaned
from tcxc.files.intake import take_in
from tcxc.files.kinds import Kind, Unwanted
from tests.papers import (
    a_claimed_size,
    a_pdf,
    a_photo_taken_on_its_side,
    a_text_bomb,
    action,
    an_image,
    entry,
)

SCRIPT = b"<script>alert(1)</script>"


def clean(content):
    """The kind and the fresh file, made in this process."""
    return cleaned(content, most_pixels=1_000_000, most_pages=3)


def sent(content):
    """As it comes from a stranger: through the process of its own."""
    return take_in(BytesIO(content))


def test_a_photo_keeps_its_pixels_upright_and_nothing_else():
    kind, content = clean(a_photo_taken_on_its_side())

    image = Image.open(BytesIO(content))
    assert (kind, image.size, image.format) == (Kind.JPEG, (200, 300), "JPEG")
    assert not image.getexif()
    assert b"Secret Camera" not in content


@pytest.mark.parametrize("content", [an_image("PNG"), an_image("JPEG")])
def test_what_hides_behind_or_within_an_image_is_gone(content):
    _, fresh = clean(content + SCRIPT + b"PK\x03\x04")

    assert SCRIPT not in fresh
    assert Image.open(BytesIO(fresh)).size == (300, 200)


def test_a_transparent_image_lies_on_white():
    file = BytesIO()
    Image.new("RGBA", (60, 60), (0, 0, 0, 0)).save(file, "PNG")

    _, fresh = clean(file.getvalue())

    assert Image.open(BytesIO(fresh)).getpixel((5, 5)) == (255, 255, 255)


def test_a_pdf_is_bound_anew_from_its_pages():
    link = DictionaryObject(
        entry("Subtype", NameObject("/Link")) | entry("A", action("URI", URI="https://example.com/"))
    )
    opening = entry("OpenAction", action("GoTo"))

    kind, fresh = clean(a_pdf(2, page=entry("Annots", ArrayObject([link])), catalog=opening) + SCRIPT)

    reader = PdfReader(BytesIO(fresh))
    assert (kind, len(reader.pages)) == (Kind.PDF, 2)
    assert SCRIPT not in fresh
    assert "/OpenAction" not in str(reader.trailer["/Root"])


ACTIVE = {
    "a script that runs when it is opened": a_pdf(catalog=entry("OpenAction", action("JavaScript", JS="app.alert(1)"))),
    "a program that is started": a_pdf(catalog=entry("OpenAction", action("Launch", F="cmd.exe"))),
    "an unknown command at the start": a_pdf(catalog=entry("OpenAction", action("Named", N="/Print"))),
    "a script of a page": a_pdf(page=entry("AA", DictionaryObject(entry("O", action("JavaScript", JS="x"))))),
    "a form that sends itself": a_pdf(
        page=entry("Annots", ArrayObject([DictionaryObject(entry("A", action("SubmitForm", F="https://evil")))]))
    ),
    "an attached file": a_pdf(
        catalog=entry(
            "Names", DictionaryObject(entry("EmbeddedFiles", DictionaryObject(entry("Names", ArrayObject()))))
        )
    ),
    "an XFA form": a_pdf(catalog=entry("AcroForm", DictionaryObject(entry("XFA", ArrayObject())))),
    "rich media": a_pdf(
        page=entry("Annots", ArrayObject([DictionaryObject(entry("Subtype", NameObject("/RichMedia")))]))
    ),
    "a password": a_pdf(password="secret"),
    "too many pages": a_pdf(4),
    "no page": a_pdf(0),
}


@pytest.mark.parametrize("content", ACTIVE.values(), ids=ACTIVE.keys())
def test_a_pdf_that_would_do_something_is_refused(content):
    with pytest.raises(Unwanted, match=r"^The PDF (holds|is protected|has) .+"):
        clean(content)


@pytest.mark.parametrize(
    "content",
    [SCRIPT, b"MZ\x90\x00", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", b"GIF89a", b"\n%PDF-1.7"],
)
def test_a_file_is_what_its_first_bytes_say(content):
    with pytest.raises(Unwanted, match="neither a PDF nor"):
        clean(content)


@pytest.mark.parametrize("size", [(2_000, 2_000), (100_000, 100_000), (20, 900)])
def test_an_image_of_an_impossible_size_is_not_even_decoded(size):
    with pytest.raises(Unwanted, match=rf"The image (has {size[0]} by {size[1]}|claims far too many) pixels"):
        clean(a_claimed_size(*size))


def test_a_good_file_comes_back_from_its_own_process():
    found = sent(an_image("JPEG"))

    assert found.kind is Kind.JPEG
    assert Image.open(BytesIO(found.content)).size == (300, 200)


@pytest.mark.parametrize(
    "content",
    [an_image("JPEG")[:400], an_image()[:120], a_pdf()[:60], b"%PDF-1.7\n" + b"\xff" * 2_000, a_text_bomb()],
    ids=["cut JPEG", "cut PNG", "cut PDF", "noise", "bomb"],
)
def test_what_can_not_be_read_is_refused_and_harms_nobody(content):
    with pytest.raises(Invalid, match=r"(damaged, cut off|The PDF has 0 pages)") as refused:
        sent(content)

    assert refused.value.type == "file_unusable"
    assert list(refused.value.errors) == ["file"]


def test_an_empty_file_and_one_that_is_too_large_are_refused(settings):
    settings.DOCUMENT_MAX_BYTES = 1024 * 1024

    with pytest.raises(Invalid, match="empty"):
        sent(b"")
    with pytest.raises(Invalid, match="at most 1 MB"):
        sent(an_image() + b"\0" * 1024 * 1024)


def test_more_files_than_can_be_looked_at_are_asked_to_come_again(monkeypatch):
    monkeypatch.setattr(intake, "WAIT", 0.01)
    monkeypatch.setattr(intake, "_turns", threading.BoundedSemaphore(1))

    with intake._turns, pytest.raises(intake.Busy):
        sent(an_image())
    assert sent(an_image()).kind is Kind.PNG


# --- what is kept -----------------------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def a_vault_of_its_own(settings, tmp_path):
    """Files of tests lie in a folder that goes away."""
    kept = settings.KEPT_DOCUMENTS
    here = kept["OPTIONS"] | {"location": str(tmp_path / "documents")}
    settings.STORAGES = settings.STORAGES | {"documents": kept | {"OPTIONS": here}}


def path_of(name) -> Path:
    """Where a kept file lies."""
    return Path(storages["documents"].path(name))


def test_a_kept_file_is_encrypted_and_only_we_may_read_it():
    kept = vault.put(SCRIPT)

    assert SCRIPT not in path_of(kept.name).read_bytes()
    assert path_of(kept.name).stat().st_mode & 0o777 == 0o600
    assert vault.read(kept.name, kept.key) == SCRIPT


def test_a_changed_or_exchanged_file_is_not_given_out():
    kept, other = vault.put(b"passport of Ann"), vault.put(b"passport of Bob")
    path_of(kept.name).chmod(0o600)

    with pytest.raises(vault.SealBrokenError):
        vault.read(kept.name, other.key)
    path_of(kept.name).write_bytes(path_of(kept.name).read_bytes()[:-1] + b"?")
    with pytest.raises(vault.SealBrokenError):
        vault.read(kept.name, kept.key)


def test_a_new_setting_takes_over_the_keys_and_leaves_the_files_alone(settings):
    kept, old = vault.put(b"passport"), settings.DOCUMENT_ENCRYPTION_KEYS
    settings.DOCUMENT_ENCRYPTION_KEYS = [Fernet.generate_key().decode(), *old]
    key = vault.sealed_anew(kept.key)

    settings.DOCUMENT_ENCRYPTION_KEYS = settings.DOCUMENT_ENCRYPTION_KEYS[:1]

    assert vault.read(kept.name, key) == b"passport"
    with pytest.raises(vault.SealBrokenError):
        vault.read(kept.name, kept.key)


def test_kept_files_are_found_by_age_and_removed():
    kept = vault.put(b"passport")

    assert list(vault.names_before(utc_now() - timedelta(hours=1))) == [[]]
    assert list(vault.names_before(utc_now() + timedelta(hours=1))) == [[kept.name]]
    vault.remove(kept.name)
    assert list(vault.names_before(utc_now() + timedelta(hours=1))) == [[]]
