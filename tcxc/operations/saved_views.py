"""Sets of filters that people keep under a name, each for themselves and one page."""

from django.db import transaction

from tcxc.errors import Invalid, Refused
from tcxc.models import Company, SavedView, User

MOST = 30  # of one person on one page
LONGEST_QUERY = 2_000


@transaction.atomic
def save_view(*, user: User, company: Company, page: str, name: str, query: str) -> SavedView:
    """Keep filters under a name; the same name again replaces them. Raises `Invalid` by field, `Refused` at thirty."""
    name = name.strip()
    if not 0 < len(name) <= 60:
        raise Invalid("Give it a name.", errors={"name": ["From 1 to 60 characters."]})
    if not query or len(query) > LONGEST_QUERY or "\x00" in query:
        raise Invalid("Set a filter first: a view keeps filters.")
    mine = SavedView.objects.filter(user=user, company=company, page=page)
    if mine.exclude(name=name).count() >= MOST:
        raise Refused(f"{MOST} views are kept for this page. Delete one first.")
    made, _ = mine.update_or_create(
        name=name, defaults={"query": query, "user": user, "company": company, "page": page}
    )
    return made


def delete_view(*, view: SavedView) -> None:
    """Keep it no longer."""
    view.delete()
