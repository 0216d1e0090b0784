"""Files of long lists: asked for, and deleted before they expire."""

from datetime import timedelta

from celery import current_app
from django.db import transaction

from tcxc import audit
from tcxc.actors import Actor
from tcxc.clock import utc_now
from tcxc.errors import Invalid, NotAllowed, Refused
from tcxc.exports import files
from tcxc.exports.sheets import kind_of
from tcxc.models import Company, Export

TASK = "tcxc.tasks.write_exports"
KEPT_FOR = timedelta(days=7)
MOST_AT_ONCE = 5
LONGEST_QUERY = 2_000


@transaction.atomic
def ask_for_export(*, company: Company, kind: str, format_: str, query: str, by: Actor) -> Export:
    """Have a list written to a file. `query` holds the filters, as the page's address has them.

    Raises `Invalid` for a list, format or query that is not known, `Refused` when five are being written already.
    """
    is_query = len(query) <= LONGEST_QUERY and "\x00" not in query
    if kind_of(kind) is None or format_ not in Export.Format.values or not is_query:
        raise Invalid("There is no such export.")
    if by.user is None:
        raise NotAllowed("Exports are made for people.")
    Company.objects.select_for_update(no_key=True).get(pk=company.pk)  # two at once do not both fit
    if Export.objects.filter(company=company, status=Export.Status.WRITING).count() >= MOST_AT_ONCE:
        raise Refused(f"{MOST_AT_ONCE} exports are being written. Wait for one, or delete one.")
    made = Export.objects.create(
        company=company, made_by=by.user, kind=kind, format=format_, query=query, expires_at=utc_now() + KEPT_FOR
    )
    after = {"kind": kind, "format": format_, "query": query}
    audit.record("export.ask", made, by=by, company=company, after=after)
    transaction.on_commit(lambda: current_app.send_task(TASK, expires=60), robust=True)
    return made


@transaction.atomic
def delete_export(*, export: Export, by: Actor) -> None:
    """Delete an export and its file; a worker that writes it stops."""
    audit.record("export.delete", export, by=by, company=export.company, before={"kind": export.kind})
    name = export.file
    export.delete()
    if name:
        transaction.on_commit(lambda: (files.folder() / name).unlink(missing_ok=True), robust=True)


def note_fetched(*, export: Export, by: Actor) -> None:
    """Write down who took the file."""
    audit.record("export.fetch", export, by=by, company=export.company, after={"rows": export.rows})
