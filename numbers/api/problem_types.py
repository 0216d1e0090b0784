"""Why requests about numbers are refused, for `/api/v1/problems/`."""

from tcxc.api.problems import describe

describe("already_sold", 409, "Sold already", "Somebody has the number: choose another.")
describe("not_for_sale", 409, "Not for sale now", "The number is blocked or in quarantine, or its seller may not sell.")
describe("already_hosted", 409, "Hosted already", "A number is hosted once: by whom it is, others can't host it.")
describe("number_in_use", 409, "A buyer has it", "The number can't lose this, or be withdrawn, while a buyer has it.")
describe("number_released", 409, "Released", "The number was given back: buy it again first.")
describe("account_blocked", 409, "The account is blocked", "A blocked account buys nothing: unblock it first.")
describe("difference_outdated", 409, "A newer comparison", "Restcomm's list was compared again: look at that one.")
describe("mend_there", 409, "To be mended there", "Only Restcomm has the number: delete it there, or buy it here.")
describe("documents_not_required", 409, "No documents needed", "The number works without: keep them to yourself.")
describe("too_many_documents", 409, "Too many documents", "Ask the number's seller which of them is missing.")
describe("document_unusable", 409, "Not to be shown again", "It was rejected, has expired or is gone: send another.")
describe("document_gone", 409, "File deleted", "Nobody can look at it any more: ask the buyer for another one.")
describe("requirement_exists", 409, "Required already", "This kind of document is required of these numbers already.")
