"""Every operation of the schema, with input made up from it and against it: no fault of ours, no undocumented reply."""

import re
from functools import cache
from typing import Any
from urllib.parse import quote

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_schema_conformance,
    status_code_conformance,
)

from tcxc.api.docs import schema
from tcxc.models import Holder
from tests.api.endpoints import ENDPOINTS
from tests.api.exchange import Exchange, make_exchange

EXAMPLES = 6
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
OPERATIONS = [(path, method) for path, methods in schema()["paths"].items() for method in methods]


def plain(path: str) -> str:
    return re.sub(r"\{[^}]*\}", "{}", path)


OWNERS = {(plain(endpoint.path), endpoint.method): endpoint for endpoint in ENDPOINTS}


@cache
def described() -> Any:
    """The schema as it is served; read by the first test, which may use the database as any request does."""
    return schemathesis.openapi.from_wsgi("/api/v1/schema/", get_wsgi_application())


def caller(exchange: Exchange, path: str, method: str) -> Any:
    """A client whose key the operation takes."""
    endpoint = OWNERS.get((plain(path), method))
    if path.startswith("/api/v1/aaa/"):
        return exchange.client(Holder.PLATFORM)
    return exchange.client(endpoint.owner if endpoint else Holder.BUYER)


def true_path(exchange: Exchange, path: str, method: str) -> dict[str, str]:
    """The parameters of the path with which it names something that the caller has."""
    endpoint = OWNERS.get((plain(path), method))
    if endpoint is None:
        return {}
    names, ids = re.findall(r"\{([^}]*)\}", path), re.findall(r"\{([^}]*)\}", endpoint.path)
    return {name: str(exchange.ids[known]) for name, known in zip(names, ids, strict=True)}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_input_of_any_kind_is_answered_as_documented(path: str, method: str):
    exchange = make_exchange()
    headers = {"Authorization": caller(exchange, path, method).defaults["HTTP_AUTHORIZATION"]}
    known = true_path(exchange, path, method)
    operation = described()[path][method.upper()]
    cases = st.one_of(operation.as_strategy(GenerationMode.POSITIVE), operation.as_strategy(GenerationMode.NEGATIVE))

    @given(case=cases, ours=st.booleans())
    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def run(case: "Case[Any]", ours: bool) -> None:
        if ours and known:
            case.path_parameters.update({name: quote(value) for name, value in known.items()})
        case.validate_response(case.call(headers=headers), checks=CHECKS)

    run()
