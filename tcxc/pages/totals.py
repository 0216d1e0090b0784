"""What the rows of a filtered list of traffic sum up to, where the totals of traffic know it."""

from collections.abc import Mapping

from authz.traffic import Owner, Sums, traffic_since
from sellers.models import Service
from tcxc.pages.filters import TrafficFilter


def totals_of(form: TrafficFilter, *, owner: Owner, service: Service, names: Mapping[str, str]) -> Sums | None:
    """The sums of a period; None without one, and for filters that the totals do not know. `names` maps the others."""
    chosen = form.chosen
    if {"number", "result"} & chosen.keys() or "since" not in chosen:
        return None
    narrowed = {names[name]: value for name, value in chosen.items() if name in names}
    since, until = form.bounds
    return traffic_since(since, until=until, owner=owner, service=service, **narrowed)[()]
