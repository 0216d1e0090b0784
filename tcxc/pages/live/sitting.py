"""Who looks at a live page: a session that has not ended, of somebody who still sits in that company."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth import HASH_SESSION_KEY, get_user
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from tcxc.clock import utc_now
from tcxc.models import Membership, User
from tcxc.pages.seats import Side, seats_of


@dataclass(frozen=True, slots=True)
class Sitting:
    """One person's session at one seat. `digest` is of their password: another one ends the session."""

    session_key: str
    user_id: int
    digest: str


def sit(session_key: str, side: Side, company_id: int) -> Sitting | None:
    """The sitting of whoever this session is of; None for nobody, and for somebody who has no such seat."""
    request = HttpRequest()
    session = request.session = SessionStore(session_key)
    person = get_user(request)
    if not isinstance(person, User):
        return None
    if not any(seat.side is side and seat.company.pk == company_id for seat in seats_of(person)):
        return None
    return Sitting(session_key, person.pk, session[HASH_SESSION_KEY])


def still_sitting(sittings: Iterable[Sitting], company_id: int) -> set[Sitting]:
    """Those whose session goes on, and who are still of the company. Two queries, however many they are."""
    sittings = set(sittings)
    sessions = Session.objects.filter(session_key__in=[s.session_key for s in sittings], expire_date__gt=utc_now())
    going_on = set(sessions.values_list("session_key", flat=True))
    members = Membership.objects.filter(
        company_id=company_id, user_id__in={s.user_id for s in sittings}, user__is_active=True
    )
    digests = {member.user_id: _digests(member.user) for member in members.select_related("user")}
    return {
        s
        for s in sittings
        if s.session_key in going_on and any(constant_time_compare(s.digest, d) for d in digests.get(s.user_id, ()))
    }


def _digests(user: User) -> list[str]:
    """What a session of this person may have: by today's secret key, or by one that still counts."""
    return [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
