"""Why sellers' requests are refused, for `/api/v1/problems/`."""

from tcxc.api.problems import describe

describe("seller_exists", 409, "A seller already", "The company is a seller already.")
describe(
    "prices_exist", 409, "Prices exist", "How prices are keyed is fixed by the first prices: make another connection."
)
describe("still_checking", 409, "Still being checked", "Look at the upload until it is no longer `checking`.")
describe("has_errors", 409, "The list has errors", "Mend what the upload's `errors` name, and upload the list again.")
describe(
    "prices_changed", 409, "Prices changed since", "The list is checked again: look at the new preview, then publish."
)
describe(
    "another_publisher_needed",
    409,
    "Another colleague publishes it",
    "Prices rise by more than the seller lets one person publish: a colleague does, in the console.",
)
describe("not_published", 409, "Never published", "Only what was published can be taken back.")
