"""People, companies, platforms, keys and the audit trail for operators."""

from typing import Any

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from buyers.operations import create_buyer
from sellers.operations.connections import create_seller
from tcxc.actors import Actor
from tcxc.models import (
    ApiKey,
    ApiLogin,
    AuditEvent,
    Company,
    CompanyMessage,
    Export,
    IdempotentReply,
    Invitation,
    JobRun,
    Membership,
    OutboxMessage,
    Platform,
    User,
)
from tcxc.operations import access, companies, platforms
from tcxc.operations.outbox import retry_message
from tcxc.pages import acting
from tcxc.pages.formats import moment
from tcxc.pages.forms import ReasonForm
from tcxc.pages.operators import keys, shown
from tcxc.pages.operators.tables import BigTableAdmin, Deed, Onward, OperatorAdmin
from tcxc.pages.seats import actor_of
from tcxc.pages.words import pill

for model in (
    Authenticator,
    EmailAddress,
    EmailConfirmation,
    Group,
    UserSession,
):  # secrets, leftovers, and rights that nobody has
    if admin.site.is_registered(model):
        admin.site.unregister(model)


def _sign_in(user: User, given: dict[str, Any], by: Actor) -> str:
    changed = access.set_sign_in(user=user, may_sign_in=not user.is_active, by=by, reason=given["reason"])
    return _("They may sign in.") if changed.is_active else _("They can't sign in any more.")


def _operator(user: User, given: dict[str, Any], by: Actor) -> str:
    changed = access.set_operator(user=user, as_operator=not user.is_staff, by=by, reason=given["reason"])
    return _("They are an operator now.") if changed.is_staff else _("They are no operator any more.")


def _act(user: User, given: dict[str, Any], by: Actor) -> Onward:
    person = access.begin_acting(person=user, by=by, reason=given["reason"])
    return Onward(reverse("go"), lambda request: acting.begin(request, person))


@admin.register(User)
class UserAdmin(OperatorAdmin[User]):
    """People who sign in."""

    list_display = ("email", "name", "is_staff", "is_active", "last_login", "date_joined")
    list_filter = ("is_staff", "is_active")
    search_fields = ("email", "name", "pk__exact")
    ordering = ("-pk",)
    fields = (
        "email",
        "name",
        "time_zone",
        "is_active",
        "is_staff",
        "last_login",
        "date_joined",
        "addresses",
        "seats",
        "more",
    )
    readonly_fields = fields
    deeds = (
        Deed("out", gettext_lazy("Keep out"), ReasonForm, _sign_in, applies=lambda u: u.is_active, is_grave=True),
        Deed("in", gettext_lazy("Let in again"), ReasonForm, _sign_in, applies=lambda u: not u.is_active),
        Deed(
            "promote",
            gettext_lazy("Make an operator"),
            ReasonForm,
            _operator,
            applies=lambda u: not u.is_staff,
            is_grave=True,
            asks_again=True,
        ),
        Deed(
            "demote",
            gettext_lazy("No operator any more"),
            ReasonForm,
            _operator,
            applies=lambda u: u.is_staff,
            is_grave=True,
            asks_again=True,
        ),
        Deed(
            "act",
            gettext_lazy("Act on their behalf"),
            ReasonForm,
            _act,
            says=gettext_lazy(
                "You see what they see and do what they may do, except with keys, the team, their sign-in and money. "
                "Their companies read your name and reason in the audit log."
            ),
            applies=lambda u: u.is_active and not u.is_staff,
            asks_again=True,
        ),
        *keys.OF_PERSON,
    )

    @admin.display(description=gettext_lazy("e-mail addresses"))
    def addresses(self, user: User) -> str:
        """Their addresses, and whether each is verified."""
        found = EmailAddress.objects.filter(user=user).order_by("-primary", "email")
        return shown.table(
            [_("Address"), _("Verified")], [(a.email, _("yes") if a.verified else _("no")) for a in found]
        )

    @admin.display(description=gettext_lazy("companies"))
    def seats(self, user: User) -> str:
        """Their companies and roles."""
        found = user.memberships.select_related("company").order_by("pk")
        return shown.table([_("Company"), _("Role")], [(shown.link(m.company), m.get_role_display()) for m in found])

    @admin.display(description=gettext_lazy("see"))
    def more(self, user: User) -> SafeString:
        """What they did."""
        return shown.rows_of(AuditEvent, _("All that they did"), user__id__exact=user.pk)


class CurrencyForm(forms.Form):
    """The one currency of a side."""

    currency = forms.CharField(
        label=gettext_lazy("Currency"),
        initial="USD",
        min_length=3,
        max_length=3,
        help_text=gettext_lazy("ISO 4217. It stays for good."),
    )


def _buyer(company: Company, given: dict[str, Any], by: Actor) -> str:
    create_buyer(company=company, by=by, currency=given["currency"])
    return _("It buys now.")


def _seller(company: Company, given: dict[str, Any], by: Actor) -> str:
    create_seller(company=company, by=by, currency=given["currency"])
    return _("It sells now.")


class DetailsForm(forms.ModelForm):  # type: ignore[type-arg]  # generic for type checkers only
    """What a company is called, and where it is reached. The operation checks it."""

    class Meta:
        model = Company
        fields = companies.FIELDS


def _details_of(company: Company) -> dict[str, Any]:
    return {name: getattr(company, name) for name in companies.FIELDS}


def _details(company: Company, given: dict[str, Any], by: Actor) -> str:
    companies.update_company(company=company, changes=given, by=by)
    return _("Saved.")


@admin.register(Company)
class CompanyAdmin(OperatorAdmin[Company]):
    """Companies and their people."""

    list_display = ("number", "name", "country", "is_buyer", "is_seller", "created_at")
    list_select_related = ("buyer", "seller")
    search_fields = ("name", "pk__exact", "noc_email__iexact")
    ordering = ("-pk",)
    fields = (*companies.FIELDS, "created_at", "people", "more")
    readonly_fields = ("created_at", "people", "more")
    deeds = (
        Deed("details", gettext_lazy("Change the details"), DetailsForm, _details, initial=_details_of),
        Deed("buyer", gettext_lazy("Let it buy"), CurrencyForm, _buyer, applies=lambda c: not hasattr(c, "buyer")),
        Deed("seller", gettext_lazy("Let it sell"), CurrencyForm, _seller, applies=lambda c: not hasattr(c, "seller")),
        *keys.OF_COMPANY,
    )

    @admin.display(description=gettext_lazy("buys"), boolean=True)
    def is_buyer(self, company: Company) -> bool:
        """Whether it is a buyer."""
        return hasattr(company, "buyer")

    @admin.display(description=gettext_lazy("sells"), boolean=True)
    def is_seller(self, company: Company) -> bool:
        """Whether it is a seller."""
        return hasattr(company, "seller")

    @admin.display(description=gettext_lazy("people"))
    def people(self, company: Company) -> str:
        """Its members and their roles."""
        found = company.memberships.select_related("user").order_by("pk")
        return shown.table([_("Person"), _("Role")], [(shown.link(m.user), m.get_role_display()) for m in found])

    @admin.display(description=gettext_lazy("see"))
    def more(self, company: Company) -> str:
        """The ways to its keys and its audit rows."""
        ways = (
            (shown.rows_of(ApiKey, _("API keys"), company__id__exact=company.pk),),
            (shown.rows_of(AuditEvent, _("Audit"), company__id__exact=company.pk),),
        )
        return shown.table([_("Table")], ways)


@admin.register(Membership)
class MembershipAdmin(OperatorAdmin[Membership]):
    """Who is in which company."""

    list_display = ("user", "company", "role", "created_at")
    list_select_related = ("user", "company")
    list_filter = ("role",)
    search_fields = ("user__email", "company__name")
    ordering = ("-pk",)


@admin.register(Invitation)
class InvitationAdmin(OperatorAdmin[Invitation]):
    """Offers of a role."""

    list_display = ("email", "company", "role", "created_at", "expires_at", "accepted_at", "revoked_at")
    list_select_related = ("company",)
    search_fields = ("email", "company__name")
    ordering = ("-pk",)
    exclude = ("token_hash",)


@admin.register(Platform)
class PlatformAdmin(OperatorAdmin[Platform]):
    """The CPaaS installations that ask before each call and message."""

    list_display = ("name", "api_url", "is_active", "created_at")
    list_filter = ("is_active",)
    search_fields = ("name",)
    ordering = ("-pk",)
    readonly_fields = ("created_at",)
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    deeds = keys.OF_PLATFORM

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Operators admit platforms."""
        return self.has_module_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Platform | None = None) -> bool:
        """Operators change them, and switch them off."""
        return self.has_module_permission(request)

    def save_model(self, request: HttpRequest, obj: Platform, form: "forms.ModelForm[Platform]", change: bool) -> None:
        """Through the operations, which write the audit rows."""
        given, by = form.cleaned_data, actor_of(request)
        if change:
            access.update_platform(platform=obj, changes=given, by=by)
        else:
            obj.pk = platforms.open_platform(name=given["name"], api_url=given["api_url"], by=by).pk


@admin.register(ApiKey)
class ApiKeyAdmin(OperatorAdmin[ApiKey]):
    """API keys. They are made on the page of the company, platform or person that they speak for."""

    list_display = ("name", "hint", "holder", "owner", "shown_state", "last_used_at", "expires_at")
    list_select_related = ("company", "platform", "user")
    list_filter = ("holder",)
    search_fields = ("name", "hint__startswith", "company__name")
    ordering = ("-pk",)
    readonly_fields = ("hint",)
    exclude = ("key_hash",)
    deeds = keys.OF_KEY

    @admin.display(description=gettext_lazy("of"))
    def owner(self, key: ApiKey) -> str:
        """For whom it speaks."""
        return shown.link(key.company or key.platform or key.user)

    @admin.display(description=gettext_lazy("state"))
    def shown_state(self, key: ApiKey) -> SafeString:
        """Whether it works."""
        return pill(_("Revoked"), "revoked") if key.revoked_at else pill(_("Active"), "active")


@admin.register(ApiLogin)
class ApiLoginAdmin(OperatorAdmin[ApiLogin]):
    """Log-ins of the TCXC dialect."""

    list_display = ("login", "company", "side", "rotated_at")
    list_select_related = ("company",)
    list_filter = ("side",)
    search_fields = ("login", "company__name")
    ordering = ("-pk",)
    fields = ("login", "company", "side", "rotated_at")
    readonly_fields = fields
    deeds = keys.OF_LOGIN


@admin.register(AuditEvent)
class AuditEventAdmin(BigTableAdmin[AuditEvent]):
    """Who did what. Search `buyers.account 7`, or an action such as `account.block`."""

    list_display = (
        "shown_at",
        "action",
        "object_type",
        "object_id",
        "company",
        "user",
        "acting_for",
        "address",
        "reason",
    )
    list_select_related = ("company", "user", "acting_for")
    fields = (
        "shown_at",
        "action",
        "object_type",
        "object_id",
        "company",
        "user",
        "acting_for",
        "api_key",
        "via",
        "address",
        "reason",
        "changes",
    )
    readonly_fields = ("shown_at", "changes")
    search_fields = ("object_id",)
    search_help_text = gettext_lazy("A thing, as buyers.account 7, or the number of an audit row")

    def named(self, rows: QuerySet[AuditEvent], text: str) -> QuerySet[AuditEvent]:
        """By the thing that was changed, by its kind and number; else by the row's number."""
        kind, _space, number = text.partition(" ")
        return rows.filter(object_type=kind.lower(), object_id=number.strip()) if number else super().named(rows, text)

    @admin.display(description=gettext_lazy("at"))
    def shown_at(self, event: AuditEvent) -> str:
        """When."""
        return moment(event.at)

    @admin.display(description=gettext_lazy("before and after"))
    def changes(self, event: AuditEvent) -> str:
        """Each field before and after."""
        return shown.change(event.before, event.after)


def _retry(message: OutboxMessage, _given: dict[str, Any], by: Actor) -> str:
    retry_message(message=message, by=by)
    return _("It is being delivered.")


@admin.register(JobRun)
class JobRunAdmin(OperatorAdmin[JobRun]):
    """The last run of each scheduled job; see Jobs for all of them."""

    list_display = ("job", "started_at", "ended_at", "result", "failed_at")
    search_fields = ("job",)
    ordering = ("job",)


@admin.register(OutboxMessage)
class OutboxMessageAdmin(BigTableAdmin[OutboxMessage]):
    """Mails, webhooks and calls that are owed. Payloads are not shown: they may hold secrets."""

    list_display = ("number", "topic", "key", "created_at", "due_at", "attempts", "sent_at", "gave_up_at")
    list_filter = ("topic", ("sent_at", admin.EmptyFieldListFilter), ("gave_up_at", admin.EmptyFieldListFilter))
    search_fields = ("key",)
    search_help_text = gettext_lazy("A message's key, as a whole")
    exclude = ("payload",)
    deeds = (
        Deed(
            "retry",
            gettext_lazy("Deliver it now"),
            forms.Form,
            _retry,
            says=gettext_lazy("It is tried at once, and as often again as at first. The receiver may get it twice."),
            applies=lambda message: message.sent_at is None,
        ),
    )

    def named(self, rows: QuerySet[OutboxMessage], text: str) -> QuerySet[OutboxMessage]:
        """By key."""
        return rows.filter(key=text)


@admin.register(CompanyMessage)
class CompanyMessageAdmin(BigTableAdmin[CompanyMessage]):
    """What companies write to each other."""

    list_display = ("sent_at", "sender", "receiver", "subject", "made_by")
    list_select_related = ("sender", "receiver")


@admin.register(Export)
class ExportAdmin(BigTableAdmin[Export]):
    """Lists that companies had made into files, and how far each is. Their files are the companies' own."""

    list_display = ("asked_at", "company", "made_by", "kind", "format", "status", "rows", "rows_written", "finished_at")
    list_select_related = ("company", "made_by")
    list_filter = ("status", "format")


@admin.register(IdempotentReply)
class IdempotentReplyAdmin(BigTableAdmin[IdempotentReply]):
    """Requests that carried an Idempotency-Key. Replies are not shown: they may hold secrets."""

    list_display = ("caller", "key", "status", "created_at")
    search_fields = ("key",)
    search_help_text = gettext_lazy("The caller and the key, as buyer:3 my-key")
    exclude = ("body",)

    def named(self, rows: QuerySet[IdempotentReply], text: str) -> QuerySet[IdempotentReply]:
        """By caller and key, which is what their index has."""
        caller, _space, key = text.partition(" ")
        return rows.filter(caller=caller, key=key)
