"""What the buyer's pages about phone numbers show. Every query begins at one buyer, or at the market."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from buyers.models import Account, Buyer
from buyers.portal.number_forms import CARRIES, TYPE_NAMES, VOICE_AND_SMS, MarketForm, choices_of
from numbers.models import Collection, Document, Number, NumberEvent, PriceChange, Subscription
from numbers.models.documents import ANY_KIND, kind_label
from numbers.paperwork import needed_kinds
from numbers.queries import Facets, facets, on_the_market, subscriptions_of
from numbers.queries.documents import documents_for, requirements_seen_by, reusable_for
from tcxc.crypto import hash_secret
from tcxc.errors import NotFound
from tcxc.money import ZERO
from tcxc.numbering import country_name
from tcxc.pages.picking import Picks

CART_HOLDS = 200
Documents = Subscription.Documents


@dataclass(frozen=True, slots=True)
class Found:
    """How many numbers a search finds, and how many there would be for other choices of one filter."""

    total: Facets
    countries: list[tuple[str, str]]
    types: list[tuple[str, str]]
    carries: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Cart:
    """The numbers that somebody has put aside to buy, as they are on the market now. Fees are in one currency.

    `with_documents` are those that carry nothing until documents are approved, and which.
    """

    numbers: list[Number]
    gone: list[str] = field(default_factory=list)
    with_documents: list[tuple[Number, str]] = field(default_factory=list)

    @property
    def setup(self) -> Decimal:
        """What is paid once."""
        return sum((number.setup_fee for number in self.numbers), ZERO)

    @property
    def monthly(self) -> Decimal:
        """What is paid each month."""
        return sum((number.monthly_fee for number in self.numbers), ZERO)

    @property
    def total(self) -> Decimal:
        """What buying them takes at once: the setup fees and the first month."""
        return self.setup + self.monthly

    @property
    def offer(self) -> str:
        """A hash of the numbers and their fees: who agreed to one has not agreed to another."""
        facts = ((number.number, f"{number.setup_fee:f}", f"{number.monthly_fee:f}") for number in self.numbers)
        return hash_secret(" ".join(":".join(each) for each in sorted(facts)))

    def holds(self, digits: str) -> bool:
        """Whether a number is in it."""
        return any(number.number == digits for number in self.numbers)


@dataclass(frozen=True, slots=True)
class Paperwork:
    """A number's documents: the kinds it needs (none when its seller asks in words), those shown, those at hand."""

    needed: list[str]
    shown: list[Document]
    again: list[Document]


def found_for(buyer: Buyer, form: MarketForm) -> Found:
    """The counts of a search. Raises `Invalid` for a pattern that is none."""

    total = facets(form.filters(currency=buyer.currency))

    def without(name: str) -> Facets:
        return facets(form.filters(currency=buyer.currency, without=name)) if name in form.chosen else total

    by_country, by_type, by_capability = without("country").countries, without("type").types, without("carries")
    chosen = {name: form.chosen.get(name, "") for name in ("country", "type", "carries")}
    names = {country: country_name(country) for country in {*by_country, chosen["country"]}}
    carries = choices_of(by_capability.capabilities.most_common(), CARRIES, chosen["carries"])
    both = (VOICE_AND_SMS, str(CARRIES[VOICE_AND_SMS]))
    return Found(
        total,
        choices_of(_by_name(by_country, names), names, chosen["country"]),
        choices_of(by_type.most_common(), TYPE_NAMES, chosen["type"]),
        [*(pair for pair in carries if pair[0] != VOICE_AND_SMS), both],
    )


def _by_name(counts: Counter[str], names: dict[str, str]) -> list[tuple[str, int]]:
    return sorted(((key, count) for key, count in counts.items() if key), key=lambda pair: names[pair[0]])


def cart_of(buyer: Buyer, digits: Sequence[str]) -> Cart:
    """The cart as it stands: what was put in, less what has left the market since."""
    found = {number.number: number for number in on_the_market().filter(number__in=digits, currency=buyer.currency)}
    held = [found[each] for each in digits if each in found]
    with_documents = [(number, papers) for number, papers in with_papers(held) if papers]
    return Cart(held, [each for each in digits if each not in found], with_documents)


def with_papers(numbers: Sequence[Number]) -> list[tuple[Number, str]]:
    """Each number with the documents that it needs, in words; empty when it needs none."""
    rules = list(requirements_seen_by(None, everybody=True))
    return [(number, _in_words(needed_kinds(number, rules))) for number in numbers]


def _in_words(kinds: Sequence[str]) -> str:
    return str(_("As its seller says")) if kinds == [ANY_KIND] else ", ".join(kind_label(kind) for kind in kinds)


def payers_of(buyer: Buyer) -> Picks:
    """The accounts that may buy, by name."""
    accounts = Account.objects.filter(buyer=buyer, status=Account.Status.ACTIVE).select_related("wallet", "buyer")
    return Picks(accounts.order_by("name"))


def subscription_of(buyer: Buyer, pk: int) -> Subscription:
    """One number that the buyer has or had. Raises `NotFound` for another buyer's too."""
    found = subscriptions_of(buyer.pk, released=True).filter(pk=pk).first()
    if found is None:
        raise NotFound("There is no such number.")
    return found


def events_of(buyer: Buyer) -> QuerySet[NumberEvent]:
    """What happened to the buyer's numbers while they were the buyer's."""
    return NumberEvent.objects.filter(buyer=buyer).select_related("number")


def collected_for(subscription: Subscription) -> Decimal:
    """All fees that were collected for a number, in its currency."""
    found: Decimal = Collection.objects.filter(subscription=subscription).aggregate(sum=Sum("amount", default=ZERO))[
        "sum"
    ]
    return found


def coming_prices(subscription: Subscription) -> PriceChange | None:
    """The newest prices that were told and do not apply yet."""
    return PriceChange.objects.filter(subscription=subscription, applied_at__isnull=True).order_by("-id").first()


def monthly_total(buyer: Buyer) -> Decimal:
    """What the buyer's numbers cost a month, those that renew, in the buyer's currency."""
    renewing = subscriptions_of(buyer.pk).filter(auto_renew=True)
    found: Decimal = renewing.aggregate(sum=Sum("monthly_fee", default=ZERO))["sum"]
    return found


def wanting(buyer: Buyer) -> list[Subscription]:
    """The numbers that carry nothing for want of documents, the newest first; at most fifty."""
    states = [Documents.MISSING, Documents.REJECTED, Documents.EXPIRED]
    return list(subscriptions_of(buyer.pk).filter(documents_state__in=states).order_by("-pk")[:50])


def paperwork_of(subscription: Subscription) -> Paperwork:
    """What a number needs, what was shown for it, and what could be shown again."""
    if not subscription.documents_needed:
        return Paperwork([], [], [])
    is_free = subscription.documents_needed == [ANY_KIND]
    needed = [] if is_free else [kind_label(kind) for kind in subscription.documents_needed]
    again = reusable_for(subscription) if subscription.is_open else []
    return Paperwork(needed, list(documents_for(subscription)), list(again))
