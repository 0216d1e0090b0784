"""Why the AAA API refuses, for `/api/v1/problems/`."""

from tcxc.api.problems import describe

describe(
    "session_id_reused", 409, "Id used before", "The session, event or seq came before with other facts: use a new one."
)
describe(
    "session_unknown",
    404,
    "Unknown session",
    "It was never authorized; a terminate with its facts is charged all the same.",
)
describe("charge_unknown", 404, "Unknown charge", "There is no debit and no ended session of this id to refund.")
describe("refunded_already", 409, "Refunded already", "A charge is refunded once.")
describe("session_closed", 409, "Over already", "The call has ended: there is nothing left to hang up.")
describe("key_not_valid", 401, "The key ended", "The key is revoked, has expired, or its platform is not active.")
describe("undecidable", 500, "Not decided", "It is our fault and is logged; nothing was granted or charged.")
