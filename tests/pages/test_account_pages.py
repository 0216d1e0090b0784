"""Accounts: limits with what is left and when it comes back, the tree of balances, and many links at once."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from buyers.models import RestcommLink
from buyers.operations import NewLink, create_account, link_accounts, update_account
from buyers.portal.standing import limits_of
from tcxc.clock import utc_now
from tcxc.errors import Invalid
from tcxc.models import AuditEvent, Platform
from tests.pages.cast import SYSTEM, Cast, signed_in

pytestmark = pytest.mark.django_db

SID = "AC{:032x}"


def test_each_limit_tells_what_is_used_what_is_left_and_when_it_comes_back(cast):
    limits = {"calls_per_second": 10, "spend_limit_daily": Decimal(20)}
    account = update_account(account=cast.account, changes=limits, by=SYSTEM)
    now = utc_now()
    account.call_tat = now + timedelta(milliseconds=250)
    account.buyer.company.time_zone = "Asia/Kathmandu"
    found = {str(limit.label): limit for limit in limits_of(account, spent=Decimal("7.5"), now=now)}
    assert (found["Calls a second"].used, found["Calls a second"].left) == (3, 7)
    assert (found["Live calls"].limit, found["Live calls"].left) == (5, 5)
    assert found["Spend today"].left == Decimal("12.5")
    comes_back = found["Spend today"].comes_back
    assert comes_back is not None
    assert comes_back.strftime("%H:%M %z") == "00:00 +0545"
    assert now < comes_back <= now + timedelta(days=1)
    assert found["Messages a second"].left is None
    page = signed_in(cast.buyer.owner).get(reverse("buyer:account", args=[account.pk])).content.decode()
    assert "20.00</data> left." in page


def test_the_tree_has_each_balance_with_its_accounts(cast):
    for name in ("One", "Two"):
        create_account(buyer=cast.account.buyer, name=name, by=SYSTEM, wallet="shared")
    page = signed_in(cast.buyer.owner).get(reverse("buyer:accounts"), {"view": "tree"})
    tree = {wallet.is_shared: [account.name for account, _, _ in accounts] for wallet, accounts in page.context["tree"]}
    assert tree == {False: ["Enterprise A"], True: ["One", "Two"]}
    stranger = signed_in(cast.stranger.owner).get(reverse("buyer:accounts"), {"view": "tree"})
    assert stranger.context["page"].rows == []


def send(cast: Cast, text: str | bytes) -> tuple[int, str]:
    data = text.encode() if isinstance(text, str) else text
    file = SimpleUploadedFile("links.csv", data, "text/csv")
    answer = signed_in(cast.buyer.owner).post(reverse("buyer:link_many"), {"file": file}, follow=True)
    return answer.status_code, answer.content.decode()


def test_many_links_are_made_at_once_each_with_its_own_secret(cast):
    lines = [f"Enterprise A,{SID.format(0xF000 + n)}," for n in range(50)]
    status, page = send(cast, "account,account_sid,platform\n" + "\n".join(lines))
    assert status == 200
    assert "50 sub-accounts are linked." in page
    made = RestcommLink.objects.exclude(pk=cast.link.pk)
    assert made.count() == 50
    for name in ("sip_username", "encrypted_sip_password", "network_id"):
        assert len(set(made.values_list(name, flat=True))) == 50, name
    assert AuditEvent.objects.filter(action="link.make", user=cast.buyer.owner).count() == 50


def test_one_wrong_row_keeps_all_from_being_linked_and_is_named(cast):
    rows = [
        f"Enterprise A,{SID.format(0xF001)},",
        f"Nobody,{SID.format(0xF002)},",
        "Enterprise A,AC12,",
        f"Enterprise A,{cast.link.account_sid},",
        f"Enterprise A,{SID.format(0xF003)},Mars",
        f"Enterprise A,{SID.format(0xF004)},",
        f"Enterprise A,{SID.format(0xF004)},",
    ]
    status, page = send(cast, "account,account_sid,platform\r\n" + "\r\n".join(rows))
    assert status == 422
    for said in (
        "row 3: There is no account called Nobody",
        "row 4: The SID is AC and 32 hex digits",
        "row 5: This sub-account has its account already",
        "row 6: There is no platform called Mars",
        "row 7: This sub-account stands in the file more than once",
        "6 rows can",
    ):
        assert said in page, said
    assert "row 2:" not in page
    assert RestcommLink.objects.count() == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name,sid\nA,B", "The heading must be"),
        (b"account,account_sid\n\xff\xfe,x", "not UTF-8"),
        ("account,account_sid\n", "It has 0 rows"),
        ('account,account_sid\n"A,B', "not CSV"),
    ],
)
def test_a_file_that_is_none_of_links_is_refused_with_how_to_mend_it(cast, text, said):
    status, page = send(cast, text)
    assert status == 422
    assert said in page


def test_the_platform_has_to_be_named_when_there_are_two(cast):
    Platform.objects.create(name="Second cloud")
    rows = [NewLink("Enterprise A", "", SID.format(0xF005))]
    with pytest.raises(Invalid) as refused:
        link_accounts(buyer=cast.account.buyer, rows=rows, by=SYSTEM)
    assert "choose one of" in refused.value.errors["row 2"][0]
    assert link_accounts(buyer=cast.account.buyer, rows=[rows[0]._replace(platform="Second cloud")], by=SYSTEM)


def test_the_list_of_links_is_ones_own(cast):
    page = signed_in(cast.buyer.owner).get(reverse("buyer:links"))
    assert [link.pk for link in page.context["page"].rows] == [cast.link.pk]
    assert signed_in(cast.stranger.owner).get(reverse("buyer:links")).context["page"].rows == []
