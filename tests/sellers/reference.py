"""What price lists mean, in plain Python: the reference that the product's SQL is compared with.

The timeline of a code is a list of turning points, each an hour and what the code is worth from then on: a price, a
forbidden price, or None for nothing. Hours count from the start of `lists`.
"""

from dataclasses import dataclass, field

NOTICE = 7 * 24


@dataclass(frozen=True)
class Terms:
    price: int
    forbidden: bool = False


@dataclass(frozen=True)
class Row:
    """A row of a list: `date` is None for ASAP."""

    code: str
    price: int
    date: int | None = None
    forbidden: bool = False
    discontinued: bool = False


Timeline = list[tuple[int, Terms | None]]


def worth(timeline: Timeline, hour: float) -> Terms | None:
    found = None
    for since, terms in timeline:
        if since <= hour:
            found = terms
    return found


def ahead(timeline: Timeline, hour: int) -> list[Terms | None]:
    """What the code is worth from that hour on, at each turn."""
    return [worth(timeline, hour), *(terms for since, terms in timeline if since > hour)]


@dataclass
class Reference:
    codes: dict[str, Timeline] = field(default_factory=dict)

    def publish(self, rows: list[Row], *, uploaded: int, checked: int, published: int, replace: bool) -> dict[str, int]:
        """Take a list, and count its changes by kind."""
        counts: dict[str, int] = {}
        for row in rows:
            kind, start, terms = self.judge(row, uploaded=uploaded, checked=checked)
            self.take(kind, row.code, max(start, published), terms, counts)
        for code, timeline in list(self.codes.items()):
            if replace and timeline[-1][1] is not None and code not in {row.code for row in rows}:
                self.take("withdrawn", code, published, None, counts)
        return counts

    def take(self, kind: str, code: str, hour: int, terms: Terms | None, counts: dict[str, int]) -> None:
        counts[kind] = counts.get(kind, 0) + 1
        if kind != "unchanged":
            kept = [turn for turn in self.codes.get(code, []) if turn[0] < hour]
            self.codes[code] = [*kept, (hour, terms)]

    def judge(self, row: Row, *, uploaded: int, checked: int) -> tuple[str, int, Terms | None]:
        """The kind of a row, the hour it begins (that of publishing if it is later), and what it makes of its code."""
        timeline = self.codes.get(row.code, [])
        live = worth(timeline, checked)
        dated = row.date if row.date is not None and row.date > uploaded else checked
        if row.forbidden:
            is_so = live is not None and live.forbidden and len(ahead(timeline, checked)) == 1
            return "unchanged" if is_so else "withdrawn", checked, Terms(row.price, forbidden=True)
        if row.discontinued:
            is_so = all(terms is None for terms in ahead(timeline, dated))
            return "unchanged" if is_so else "withdrawn", dated, None
        terms = Terms(row.price)
        rises = live is not None and not live.forbidden and row.price > live.price
        start = max(uploaded + NOTICE, checked) if rises and dated == checked else dated
        if all(other == terms for other in ahead(timeline, start)):
            return "unchanged", start, terms
        return self.kind(terms, live, ahead(timeline, start)), start, terms

    def kind(self, terms: Terms, live: Terms | None, coming: list[Terms | None]) -> str:
        if live is None or live.forbidden:
            return "new"
        if terms.price != live.price:
            return "increase" if terms.price > live.price else "decrease"
        if None in coming:
            return "new"
        return "increase" if any(terms.price > other.price for other in coming if other) else "decrease"
