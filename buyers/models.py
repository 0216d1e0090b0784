"""Buyers, their accounts with every limit, their links to Restcomm and their interconnects with sellers."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from billing.models import Wallet
from sellers.models import Connection
from tcxc.models import Company, Platform, User
from tcxc.money import AMOUNT_DIGITS


class Buyer(models.Model):
    """A company that sends traffic on prepaid money, in one currency."""

    company = models.OneToOneField(Company, on_delete=models.PROTECT, primary_key=True, related_name="buyer")
    currency = models.CharField(_("currency"), max_length=3, default="USD")
    is_active = models.BooleanField(_("may send traffic"), default=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    def __str__(self) -> str:
        return self.company.name


class RoutingPolicy(models.TextChoices):
    """In which order an account's routes are offered."""

    LEAST_COST = "least_cost", _("Cheapest first")
    ORDER = "order", _("In the order given")
    WEIGHT = "weight", _("Shared by weight")


class Account(models.Model):
    """A buyer's account: what a Restcomm sub-account is linked to, with a wallet and limits. An empty limit is none.

    `wallet` is the one it spends; `own_wallet` keeps the one of its own while the account spends the shared one.
    """

    class WalletMode(models.TextChoices):
        """Whose money the account spends."""

        OWN = "own", _("Its own balance")
        SHARED = "shared", _("The buyer's shared balance")

    class Status(models.TextChoices):
        """Whether its traffic may go."""

        ACTIVE = "active", _("Active")
        BLOCKED = "blocked", _("Blocked")

    buyer = models.ForeignKey(Buyer, on_delete=models.PROTECT, related_name="accounts")
    name = models.CharField(_("name"), max_length=120)
    wallet_mode = models.CharField(_("balance"), max_length=8, choices=WalletMode.choices, default=WalletMode.OWN)
    wallet = models.ForeignKey(Wallet, on_delete=models.PROTECT, related_name="accounts")
    own_wallet = models.OneToOneField(
        Wallet, on_delete=models.PROTECT, null=True, blank=True, related_name="owner", editable=False
    )
    status = models.CharField(_("status"), max_length=8, choices=Status.choices, default=Status.ACTIVE)
    block_reason = models.CharField(_("why it is blocked"), max_length=255, blank=True)
    blocked_by_operator = models.BooleanField(default=False)
    concurrent_call_limit = models.PositiveIntegerField(_("live calls"), null=True, blank=True)
    calls_per_second = models.PositiveIntegerField(
        _("calls a second"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    smpp_messages_per_second = models.PositiveIntegerField(
        _("SMPP messages a second"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    spend_limit_daily = models.DecimalField(_("spend a day"), **AMOUNT_DIGITS, null=True, blank=True)
    topup_limit_monthly = models.DecimalField(_("top-ups a month"), **AMOUNT_DIGITS, null=True, blank=True)
    low_balance_threshold = models.DecimalField(_("low-balance notice below"), **AMOUNT_DIGITS, null=True, blank=True)
    slice_seconds = models.PositiveIntegerField(_("slice in seconds"), default=120, validators=[MinValueValidator(1)])
    voice_policy = models.CharField(max_length=12, choices=RoutingPolicy.choices, default=RoutingPolicy.LEAST_COST)
    sms_policy = models.CharField(max_length=12, choices=RoutingPolicy.choices, default=RoutingPolicy.LEAST_COST)
    # Moves with the account's destination rules and interconnects, by the triggers of their tables.
    routing_version = models.PositiveIntegerField(default=0, editable=False)
    call_tat = models.DateTimeField(null=True, blank=True, editable=False)
    message_tat = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["buyer", "name"], name="account_name_once_per_buyer"),
            models.CheckConstraint(
                name="account_spends_its_own_wallet",
                condition=Q(wallet_mode="shared") | Q(own_wallet__isnull=True) | Q(own_wallet=F("wallet")),
            ),
            models.CheckConstraint(name="account_slice_positive", condition=Q(slice_seconds__gt=0)),
            models.CheckConstraint(
                name="account_limits_not_negative",
                condition=(Q(spend_limit_daily__isnull=True) | Q(spend_limit_daily__gte=0))
                & (Q(topup_limit_monthly__isnull=True) | Q(topup_limit_monthly__gte=0)),
            ),
            models.CheckConstraint(
                name="account_rates_positive",
                condition=(Q(calls_per_second__isnull=True) | Q(calls_per_second__gt=0))
                & (Q(smpp_messages_per_second__isnull=True) | Q(smpp_messages_per_second__gt=0)),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class LowBalance(models.Model):
    """That an account's people were told of its low balance. It is armed again when not `is_low`."""

    account = models.OneToOneField(Account, on_delete=models.CASCADE, primary_key=True, related_name="low_balance")
    is_low = models.BooleanField()
    told_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.account_id} told at {self.told_at}"


class DestinationRule(models.Model):
    """One destination that an account may, or may not, reach: a prefix with lengths, a country, or a network."""

    class Verdict(models.TextChoices):
        """What the rule says."""

        ALLOW = "allow", _("Allowed")
        DENY = "deny", _("Denied")

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="destination_rules")
    verdict = models.CharField(max_length=5, choices=Verdict.choices)
    prefix = models.CharField(_("prefix"), max_length=15, blank=True)
    min_length = models.PositiveSmallIntegerField(_("digits at least"), null=True, blank=True)
    max_length = models.PositiveSmallIntegerField(_("digits at most"), null=True, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    mccmnc = models.CharField(_("MCC or MCCMNC"), max_length=6, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="destination_rule_names_one_thing",
                condition=(~Q(prefix="") & Q(country="", mccmnc=""))
                | (~Q(country="") & Q(prefix="", mccmnc="", min_length__isnull=True, max_length__isnull=True))
                | (~Q(mccmnc="") & Q(prefix="", country="", min_length__isnull=True, max_length__isnull=True)),
            ),
            models.CheckConstraint(
                name="destination_rule_lengths_in_order",
                condition=Q(min_length__isnull=True) | Q(max_length__isnull=True) | Q(max_length__gte=F("min_length")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verdict} {self.prefix or self.country or self.mccmnc}"


class RestcommLink(models.Model):
    """A Restcomm sub-account tied to one account, with what its MultiProvider configuration needs.

    The SIP password is kept encrypted, since the configuration is shown again; the network id is what Restcomm sends
    as SMPP TLV 1550.
    """

    platform = models.ForeignKey(Platform, on_delete=models.PROTECT, related_name="links")
    account_sid = models.CharField(_("sub-account SID"), max_length=34)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="links")
    sip_username = models.CharField(max_length=64, unique=True)
    encrypted_sip_password = models.TextField()
    network_id = models.PositiveIntegerField(unique=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["platform", "account_sid"], name="sub_account_linked_once"),
            models.CheckConstraint(name="link_sid_well_formed", condition=Q(account_sid__regex=r"^AC[0-9a-f]{32}$")),
        ]

    def __str__(self) -> str:
        return f"{self.account_sid} to {self.account}"


class ProvisioningPair(models.Model):
    """The key and secret by which one Restcomm buys numbers; they name the account that pays."""

    account = models.OneToOneField(Account, on_delete=models.PROTECT, related_name="provisioning_pair")
    key = models.CharField(max_length=64, unique=True)
    secret_hash = models.CharField(max_length=64)
    rotated_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.key


class RestcommLogin(models.Model):
    """Where an account's Restcomm answers, and with what, so that its list of numbers can be compared with ours.

    `due_at` is when they are compared next; `sip_domain` is where its numbers should be delivered, if that matters.
    """

    account = models.OneToOneField(Account, on_delete=models.PROTECT, primary_key=True, related_name="restcomm_login")
    api_url = models.CharField(_("REST address"), max_length=255)
    account_sid = models.CharField(_("account SID"), max_length=34)
    encrypted_token = models.TextField(editable=False)
    sip_domain = models.CharField(_("SIP domain"), max_length=255, blank=True)
    set_at = models.DateTimeField(default=timezone.now, editable=False)
    due_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="login_sid_well_formed", condition=Q(account_sid__regex=r"^AC[0-9a-f]{32}$")),
        ]

    def __str__(self) -> str:
        return f"{self.account_sid} at {self.api_url}"


class Interconnect(models.Model):
    """An account's use of a seller's connection, told apart on the wire by its tech prefix."""

    class Status(models.TextChoices):
        """Whether traffic may use it."""

        AWAITING = "awaiting", _("Awaiting the seller's approval")
        ACTIVE = "active", _("Active")
        REJECTED = "rejected", _("Rejected")
        ENDED = "ended", _("Ended by the buyer")

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="interconnects")
    connection = models.ForeignKey(Connection, on_delete=models.PROTECT, related_name="interconnects")
    tech_prefix = models.CharField(max_length=16, unique=True)
    status = models.CharField(max_length=8, choices=Status.choices)
    position = models.PositiveIntegerField(_("place in the order"), default=0)
    weight = models.PositiveIntegerField(_("weight"), default=1)
    asked_at = models.DateTimeField(default=timezone.now)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decision_reason = models.CharField(max_length=255, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "connection"], name="interconnected_once"),
        ]

    def __str__(self) -> str:
        return f"{self.account} over {self.connection}"
