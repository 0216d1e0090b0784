"""What is refused about numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

from tcxc.errors import Invalid, Refused


class AlreadySold(Refused):
    """Somebody else has the number."""

    type = "already_sold"


class NotForSale(Refused):
    """The number is hosted, but can't be bought now."""

    type = "not_for_sale"


class AlreadyHosted(Refused):
    """The number is hosted already, by this seller or another."""

    type = "already_hosted"


class NumberInUse(Refused):
    """A buyer has the number, so this can't be done."""

    type = "number_in_use"


class NumberReleased(Refused):
    """The subscription has ended."""

    type = "number_released"


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong with a row of a file (1 is the header): in which column, why, and how to mend it."""

    row: int
    column: str
    message: str


class RowsRefused(Invalid):
    """Some rows of a file are wrong, so none was taken. `problems` has the first of them, `count` says how many."""

    def __init__(self, problems: Sequence[RowProblem], count: int) -> None:
        super().__init__(f"Nothing was taken from the file: {count} problems in its rows. Mend them and send it again.")
        self.problems = list(problems)
        self.count = count
        for problem in problems:
            self.errors.setdefault(f"row {problem.row}", []).append(f"{problem.column}: {problem.message}")
