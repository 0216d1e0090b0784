"""The address of TCXC's callbacks, signed by its path: known and checked, though this exchange places no calls."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from tcxc.dialects.quotas import check_quotas
from tcxc.dialects.tcxc import envelope
from tcxc.dialects.tcxc.sign_in import address_as_sent, by_callback_path

PARTS = "login i_account cld1 cli1 i_connection1 cld2 cli2 i_connection2 ts"
PATH = "api/callback/initiate/" + "/".join(rf"(?P<{part}>[^/]+)" for part in PARTS.split())


@csrf_exempt
def initiate(request: HttpRequest, login: str, ts: str, signature: str, **_legs: str) -> JsonResponse:
    """Say to who signed rightly that calls are placed by the platform, not here."""
    try:
        path = address_as_sent(request).partition("?")[0].rstrip("/").removesuffix(signature)
        signed_in = by_callback_path(request, login=login, ts=ts, path=path, signature=signature)
        check_quotas(f"login:{signed_in.login.pk}")
        return envelope.failure("This exchange places no calls: ask your platform to call both numbers.")
    except Exception as exc:
        return envelope.failure_of(exc, request)
