"""What buyers are told of their numbers by mail: coming renewals, money that will not do, and what followed from it."""
