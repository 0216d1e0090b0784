"""Why requests about money are refused, for `/api/v1/problems/`."""

from tcxc.api.problems import describe

describe(
    "second_person_needed",
    409,
    "A second operator has to approve it",
    "So much is not moved by one person alone: ask for it on the wallet's page in the admin.",
)
describe("own_request", 409, "Your own request", "Whoever asks for a large sum does not decide about it.")
describe("request_over", 409, "The request is over", "It was approved, rejected or has expired.")
