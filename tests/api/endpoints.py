"""Every resource below /api/v1/ but AAA and problems: who may use it, and a request that works."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from tcxc.models import Holder
from tests.api.decks import a_list
from tests.papers import an_image

BUYER, SELLER, OPERATOR, PLATFORM = Holder.BUYER, Holder.SELLER, Holder.OPERATOR, Holder.PLATFORM
A = "/api/v1/accounts/"
I = "/api/v1/seller/interconnects/"  # noqa: E741
N, H = "/api/v1/numbers/", "/api/v1/seller/numbers/"
C = "/api/v1/connections/"
D = "/api/v1/documents/"
S = "/api/v1/seller/documents/"
R = "/api/v1/document-requirements/"
NEW_SID = "AC" + "f" * 32


@dataclass(frozen=True)
class Endpoint:
    """One method of one path. `{names}` in path and body are ids of an `Exchange`.

    `theirs` says that the path names something that belongs to the first holder, and is 404 for others of its side;
    `shared` that a list has the same rows for all; `audited` is how many lines the audit log gets.
    """

    method: str
    path: str
    holders: frozenset[Holder]
    scope: str
    status: int = 200
    body: Any = None
    theirs: bool = True
    shared: bool = False
    audited: int = 1

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def writes(self) -> bool:
        """Whether it changes something."""
        return self.method != "get"

    @property
    def owner(self) -> Holder:
        """The side that uses it: the operator only where nobody else can."""
        return min(self.holders, key=list(Holder).index)

    def send(self, client: APIClient, ids: Mapping[str, Any], **options: Any) -> Any:
        """The request, with the ids put in."""
        body = {name: _filled(value, ids) for name, value in self.body.items()} if self.body is not None else None
        if "file" in (self.body or {}):
            options["format"] = "multipart"
        send = getattr(client, self.method)
        return send(self.path.format(**ids), body, **options)


def _filled(value: Any, ids: Mapping[str, Any]) -> Any:
    if isinstance(value, bytes):
        return SimpleUploadedFile("list.csv", value, content_type="text/csv")
    return ids[value[1:-1]] if isinstance(value, str) and value.startswith("{") else value


def _of(*holders: Holder) -> frozenset[Holder]:
    return frozenset(holders)


ENDPOINTS = [
    Endpoint("get", A, _of(BUYER, OPERATOR), "accounts:read", theirs=False),
    Endpoint("post", A, _of(BUYER, OPERATOR), "accounts:write", 201, {"name": "New"}, theirs=False),
    Endpoint("get", A + "{account}/", _of(BUYER, OPERATOR), "accounts:read"),
    Endpoint("patch", A + "{account}/", _of(BUYER, OPERATOR), "accounts:write", body={"calls_per_second": 5}),
    Endpoint("post", A + "{account}/block/", _of(BUYER, OPERATOR), "accounts:write", body={"reason": "fraud"}),
    Endpoint("post", A + "{blocked}/unblock/", _of(BUYER, OPERATOR), "accounts:write", body={"reason": "no fraud"}),
    Endpoint("get", A + "{account}/links/", _of(BUYER, OPERATOR), "accounts:read"),
    Endpoint(
        *("post", A + "{account}/links/", _of(BUYER), "accounts:write", 201),
        {"platform": "{platform}", "account_sid": NEW_SID},
    ),
    Endpoint("get", A + "{account}/links/{sid}/", _of(BUYER, OPERATOR), "accounts:read"),
    Endpoint("delete", A + "{account}/links/{sid}/", _of(BUYER), "accounts:write", 204),
    Endpoint("get", A + "{account}/interconnects/", _of(BUYER, OPERATOR), "accounts:read"),
    Endpoint(
        *("post", A + "{account}/interconnects/", _of(BUYER), "accounts:write", 201),
        {"connection": "{spare}", "agree": True},
    ),
    Endpoint("get", A + "{account}/interconnects/{interconnect}/", _of(BUYER, OPERATOR), "accounts:read"),
    Endpoint(
        *("patch", A + "{account}/interconnects/{interconnect}/", _of(BUYER), "accounts:write"),
        body={"position": 3, "weight": 7},
    ),
    Endpoint("delete", A + "{account}/interconnects/{interconnect}/", _of(BUYER), "accounts:write", 204),
    Endpoint("get", A + "{account}/restcomm-login/", _of(BUYER, OPERATOR), "accounts:read"),
    Endpoint(
        *("put", A + "{account}/restcomm-login/", _of(BUYER), "accounts:write"),
        body={"api_url": "https://cloud.example/restcomm", "account_sid": NEW_SID, "auth_token": "token"},
    ),
    Endpoint("delete", A + "{account}/restcomm-login/", _of(BUYER), "accounts:write", 204),
    Endpoint("get", A + "{account}/reconciliation/", _of(BUYER, OPERATOR), "numbers:read"),
    Endpoint("post", A + "{account}/reconciliation/", _of(BUYER), "numbers:write", 202),
    Endpoint("get", A + "{account}/reconciliation/differences/", _of(BUYER, OPERATOR), "numbers:read"),
    Endpoint("post", A + "{account}/reconciliation/differences/{difference}/mend/", _of(BUYER), "numbers:write"),
    Endpoint(
        *("post", A + "{account}/explain/", _of(BUYER, OPERATOR), "accounts:read"),
        body={"service": "voice", "to": "447700900123"},
        audited=0,
    ),
    Endpoint("get", A + "{account}/ledger/", _of(BUYER, OPERATOR), "money:read"),
    Endpoint(
        *("post", "/api/v1/operator/credits/", _of(OPERATOR), "money:write", 201),
        {"account": "{account}", "amount": "12.5", "reason": "Bank transfer"},
    ),
    Endpoint("get", C, _of(SELLER, OPERATOR), "prices:read", theirs=False),
    Endpoint(
        *("post", C, _of(SELLER, OPERATOR), "prices:write", 201, {"name": "New", "service": "voice"}), theirs=False
    ),
    Endpoint("get", C + "{connection}/", _of(SELLER, OPERATOR), "prices:read"),
    Endpoint("patch", C + "{connection}/", _of(SELLER, OPERATOR), "prices:write", body={"capacity": 7}),
    Endpoint("post", C + "{connection}/pause/", _of(SELLER, OPERATOR), "prices:write"),
    Endpoint("post", C + "{paused}/resume/", _of(SELLER, OPERATOR), "prices:write"),
    Endpoint("get", C + "{private}/price-list/", _of(SELLER, BUYER, OPERATOR), "prices:read"),
    Endpoint("get", C + "{connection}/price-list/uploads/", _of(SELLER, OPERATOR), "prices:read"),
    Endpoint(
        *("post", C + "{connection}/price-list/uploads/", _of(SELLER), "prices:write", 202),
        {"file": a_list("44,0.01"), "mode": "replace"},
    ),
    Endpoint("get", C + "{connection}/price-list/uploads/{ready}/", _of(SELLER, OPERATOR), "prices:read"),
    Endpoint("get", C + "{connection}/price-list/uploads/{ready}/changes/", _of(SELLER, OPERATOR), "prices:read"),
    Endpoint("post", C + "{connection}/price-list/uploads/{ready}/publish/", _of(SELLER), "prices:write"),
    Endpoint("post", C + "{connection}/price-list/uploads/{published}/restore/", _of(SELLER), "prices:write", 202),
    Endpoint("get", I, _of(SELLER, OPERATOR), "prices:read", theirs=False),
    Endpoint("post", I + "{awaiting}/approve/", _of(SELLER), "prices:write"),
    Endpoint("post", I + "{awaiting}/reject/", _of(SELLER), "prices:write", body={"reason": "Unknown company"}),
    Endpoint("get", H, _of(SELLER, OPERATOR), "numbers:read", theirs=False),
    Endpoint(
        *("post", H, _of(SELLER, OPERATOR), "numbers:write", 201, {"number": "+12025550123", "monthly_fee": "1.5"}),
        theirs=False,
    ),
    Endpoint(
        *("post", H + "bulk/", _of(SELLER), "numbers:write", 201, {"file": b"number,monthly_fee\n12025550124,1.5\n"}),
        theirs=False,
    ),
    Endpoint("get", H + "{for_sale}/", _of(SELLER, OPERATOR), "numbers:read"),
    Endpoint("patch", H + "{for_sale}/", _of(SELLER, OPERATOR), "numbers:write", body={"monthly_fee": "3"}),
    Endpoint("delete", H + "{for_sale}/", _of(SELLER), "numbers:write", 204),
    Endpoint("post", H + "{for_sale}/block/", _of(SELLER, OPERATOR), "numbers:write", body={"reason": "no more"}),
    Endpoint("post", H + "{off_sale}/unblock/", _of(SELLER, OPERATOR), "numbers:write"),
    Endpoint("get", H + "{for_sale}/history/", _of(SELLER, OPERATOR), "numbers:read"),
    Endpoint("get", N, _of(BUYER, OPERATOR), "numbers:read", theirs=False),
    Endpoint("get", N + "market/", _of(BUYER, OPERATOR), "numbers:read", theirs=False, shared=True),
    Endpoint("get", N + "market/facets/", _of(BUYER, OPERATOR), "numbers:read", theirs=False, shared=True),
    Endpoint(
        *("post", N + "purchases/", _of(BUYER), "numbers:write", 201),
        {"account": "{account}", "numbers": ["442071838750"]},
    ),
    Endpoint("get", N + "{number}/", _of(BUYER, OPERATOR), "numbers:read"),
    Endpoint("patch", N + "{number}/", _of(BUYER), "numbers:write", body={"auto_renew": False}),
    Endpoint(
        *("post", N + "{for_sale}/purchase/", _of(BUYER), "numbers:write", 201),
        {"account": "{account}", "sip_contact": "sip:{number}@pbx.example.com"},
    ),
    Endpoint("post", N + "{number}/release/", _of(BUYER), "numbers:write"),
    Endpoint("get", N + "{number}/history/", _of(BUYER, OPERATOR), "numbers:read"),
    Endpoint("get", "/api/v1/seller/ledger/", _of(SELLER, OPERATOR), "money:read", theirs=False),
    Endpoint("get", "/api/v1/cdrs/", _of(BUYER, SELLER, OPERATOR), "traffic:read", theirs=False),
    Endpoint("get", "/api/v1/cdrs/{cdr}/", _of(BUYER, SELLER, OPERATOR), "traffic:read"),
    Endpoint("get", "/api/v1/messages/", _of(BUYER, SELLER, OPERATOR), "traffic:read", theirs=False),
    Endpoint("get", "/api/v1/messages/{message}/", _of(BUYER, SELLER, OPERATOR), "traffic:read"),
    Endpoint("get", "/api/v1/numbers/{documented}/documents/", _of(BUYER, OPERATOR), "numbers:read"),
    Endpoint(
        *("post", "/api/v1/numbers/{documented}/documents/", _of(BUYER), "numbers:write", 201),
        {"file": an_image(size=(90, 90)), "kind": "passport"},
    ),
    Endpoint("get", D, _of(BUYER, OPERATOR), "numbers:read", theirs=False),
    Endpoint("get", D + "{document}/", _of(BUYER, OPERATOR), "numbers:read"),
    Endpoint("get", D + "{document}/file/", _of(BUYER, OPERATOR), "numbers:write"),
    Endpoint("get", S, _of(SELLER, OPERATOR), "numbers:read", theirs=False),
    Endpoint("get", S + "{shown}/", _of(SELLER, OPERATOR), "numbers:read"),
    Endpoint("get", S + "{shown}/file/", _of(SELLER, OPERATOR), "numbers:write"),
    Endpoint("post", S + "{shown}/approve/", _of(SELLER, OPERATOR), "numbers:write"),
    Endpoint("post", S + "{shown}/reject/", _of(SELLER, OPERATOR), "numbers:write", body={"reason": "Blurred"}),
    Endpoint("get", R, _of(SELLER, OPERATOR), "numbers:read", theirs=False),
    Endpoint(
        "post", R, _of(SELLER, OPERATOR), "numbers:write", 201, {"kind": "identity", "country": "FR"}, theirs=False
    ),
    Endpoint("delete", R + "{requirement}/", _of(SELLER, OPERATOR), "numbers:write", 204),
]
WRITING = [endpoint for endpoint in ENDPOINTS if endpoint.writes]
