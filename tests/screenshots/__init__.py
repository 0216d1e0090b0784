"""Makes the pictures of the README and the guides: `make screenshots`."""
