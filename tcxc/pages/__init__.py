"""What every page shares: formats, seats and roles, paging, sign-in; and the pages that belong to no side."""
