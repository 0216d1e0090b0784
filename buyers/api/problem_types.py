"""Why buyers' requests are refused, for `/api/v1/problems/`."""

from tcxc.api.problems import describe

describe("buyer_exists", 409, "A buyer already", "The company is a buyer already.")
describe("name_taken", 409, "Name taken", "Choose another name: this one has something already.")
describe("live_holds", 409, "Traffic under way", "Calls or messages hold money: try again when they have ended.")
describe("already_linked", 409, "Linked already", "A sub-account has one account; untie it there first.")
describe("already_interconnected", 409, "Interconnected already", "The account uses or awaits this connection already.")
describe("connection_unavailable", 409, "Not on the market", "The seller or an operator took the connection off it.")
describe("currency_mismatch", 409, "Another currency", "Choose a connection whose seller sells in your currency.")
describe("interconnect_rejected", 409, "Rejected by the seller", "Only the seller can approve the account now.")
describe("interconnect_ended", 409, "Ended by the buyer", "Only the buyer can ask for it again.")
describe("difference_outdated", 409, "Compared again since", "Look at the newest comparison and mend what it found.")
describe("mend_there", 409, "Only Restcomm has it", "Delete the number in Restcomm, or buy it here.")
