"""`manage.py rotate_document_keys`: after a new first key in DOCUMENT_ENCRYPTION_KEYS."""

from typing import Any

from django.core.management.base import BaseCommand

from numbers.operations.retention import rotate_keys


class Command(BaseCommand):
    """Encrypts the keys of all kept documents with the first of DOCUMENT_ENCRYPTION_KEYS; files stay as they are."""

    help = "Encrypt the keys of all kept documents with the first of DOCUMENT_ENCRYPTION_KEYS; then drop the old ones."

    def handle(self, *args: Any, **options: Any) -> None:
        """Say how many there were."""
        self.stdout.write(f"{rotate_keys()} documents are under the first key now. The others may go.")
