"""Countries by what people write of them."""

from functools import cache

from tcxc.errors import Invalid
from tcxc.numbering import countries


def country_named(name: str) -> str:
    """The ISO 3166 code for a code or an English name, in any case. Raises `Invalid`."""
    found = _codes().get(name.strip().casefold())
    if found is None:
        sentence = "Give an ISO 3166 code or an English name of a country."
        raise Invalid(sentence, errors={"country": [sentence]})
    return found


@cache
def _codes() -> dict[str, str]:
    names = {country.name.casefold(): code for code, country in countries().items()}
    return names | {code.casefold(): code for code in countries()}
