"""The team: who is in the company, with which role, and who is invited."""

from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from tcxc.clock import utc_now
from tcxc.operations.invitations import invite, resend_invitation, revoke_invitation
from tcxc.operations.members import change_role, remove_member
from tcxc.pages.asking import Done, Question, Words, ask, posted
from tcxc.pages.gate import PageRequest
from tcxc.pages.seats import actor_of
from tcxc.pages.settings import reads, settings_page
from tcxc.queries.people import members_of, open_invitations_of
from tcxc.roles import Permission, Role

MAY: dict[Role, Words] = {
    Role.OWNER: gettext_lazy("everything, and the team, the keys and the audit log"),
    Role.FINANCE: gettext_lazy("look, money and prices"),
    Role.TRAFFIC: gettext_lazy("look, accounts, routes and prices"),
    Role.READ_ONLY: gettext_lazy("look"),
}


def _roles() -> list[tuple[str, str]]:
    return [(role.value, f"{role.label}: {MAY[role]}") for role in Role]


class RoleForm(forms.Form):
    """What somebody is there for."""

    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=_roles, widget=forms.RadioSelect)


class InvitationForm(RoleForm):
    """Who is asked to join, and as what."""

    email = forms.EmailField(label=gettext_lazy("Their e-mail address"), widget=forms.EmailInput)
    field_order = ("email", "role")


def _question(heading: Words, verb: Words, **more: Any) -> Question:
    return Question(heading, verb, reverse("settings:team"), _("Team"), **more)


@require_GET
@settings_page()
def team(request: PageRequest) -> HttpResponse:
    """The company's people, and the offers that are open."""
    company, now = request.seat.company, utc_now()
    members = list(members_of(company))
    invitations = [(offer, offer.is_open(now)) for offer in open_invitations_of(company).select_related("invited_by")]
    roles = [(role.label, MAY[role]) for role in Role]
    return render(request, "settings/team.html", {"members": members, "invitations": invitations, "roles": roles})


@settings_page(Permission.MANAGE_TEAM, asks_again=True)
def role(request: PageRequest, pk: int) -> HttpResponse:
    """Another role for a member."""
    member = reads.member_of(request.seat.company, pk)
    question = _question(_("Role of %(name)s") % {"name": member.user.get_full_name()}, _("Save"))

    def do(given: dict[str, Any]) -> str:
        changed = change_role(company=member.company, user=member.user, role=Role(given["role"]), by=actor_of(request))
        return _("%(name)s: %(role)s.") % {"name": member.user.get_full_name(), "role": changed.get_role_display()}

    return ask(request, question, RoleForm(posted(request), initial={"role": member.role}), do)


@settings_page(Permission.MANAGE_TEAM, asks_again=True)
def remove(request: PageRequest, pk: int) -> HttpResponse:
    """A member is in the company no more."""
    member = reads.member_of(request.seat.company, pk)
    name = member.user.get_full_name()
    question = _question(
        _("Remove %(name)s?") % {"name": name},
        _("Remove"),
        says=_("They see nothing of %(company)s from the next page on. Keys that they made go on working.")
        % {"company": member.company.name},
        is_grave=True,
    )

    def do(_given: dict[str, Any]) -> Done:
        remove_member(company=member.company, user=member.user, by=actor_of(request))
        to = reverse("go") if member.user_id == request.user.pk else question.back
        return Done(_("%(name)s is in the company no more.") % {"name": name}, to)

    return ask(request, question, forms.Form(posted(request)), do)


@settings_page(Permission.VIEW, asks_again=True)
def leave_company(request: PageRequest) -> HttpResponse:
    """Leave by one's own wish; nobody does that for somebody else."""
    if request.seat.withheld:
        raise Http404
    company = request.seat.company
    question = _question(
        _("Leave %(company)s?") % {"company": company.name},
        _("Leave"),
        says=_("You see nothing of it any more. To come back you need a new invitation."),
        is_grave=True,
    )

    def do(_given: dict[str, Any]) -> Done:
        remove_member(company=company, user=request.user, by=actor_of(request))
        return Done(_("You have left %(company)s.") % {"company": company.name}, reverse("go"))

    return ask(request, question, forms.Form(posted(request)), do)


@settings_page(Permission.MANAGE_TEAM, asks_again=True)
def new_invitation(request: PageRequest) -> HttpResponse:
    """Ask somebody to join."""
    company = request.seat.company
    question = _question(
        _("Invite a colleague"),
        _("Send the invitation"),
        says=_("They get a mail with a link that holds for seven days, for this address only."),
    )

    def do(given: dict[str, Any]) -> str:
        made = invite(
            company=company,
            email=given["email"],
            role=Role(given["role"]),
            invited_by=request.user,
            by=actor_of(request),
        )
        return _("%(email)s is invited.") % {"email": made.invitation.email}

    return ask(request, question, InvitationForm(posted(request), initial={"role": Role.READ_ONLY}), do)


@settings_page(Permission.MANAGE_TEAM, asks_again=True)
def resend(request: PageRequest, pk: int) -> HttpResponse:
    """Mail an invitation once more."""
    offer = reads.invitation_of(request.seat.company, pk)
    question = _question(
        _("Send it again?"),
        _("Send again"),
        says=_("%(email)s gets a new link for seven days; the earlier one ends.") % {"email": offer.email},
    )

    def do(_given: dict[str, Any]) -> str:
        made = resend_invitation(invitation=offer, invited_by=request.user, by=actor_of(request))
        return _("%(email)s is invited again.") % {"email": made.invitation.email}

    return ask(request, question, forms.Form(posted(request)), do)


@settings_page(Permission.MANAGE_TEAM)
def withdraw(request: PageRequest, pk: int) -> HttpResponse:
    """An invitation holds no more."""
    offer = reads.invitation_of(request.seat.company, pk)
    question = _question(
        _("Withdraw the invitation?"),
        _("Withdraw"),
        says=_("The link that %(email)s got ends at once.") % {"email": offer.email},
        is_grave=True,
    )

    def do(_given: dict[str, Any]) -> str:
        revoke_invitation(invitation=offer, by=actor_of(request))
        return _("The invitation of %(email)s is withdrawn.") % {"email": offer.email}

    return ask(request, question, forms.Form(posted(request)), do)
