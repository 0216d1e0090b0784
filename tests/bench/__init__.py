"""How fast the house is: `python -m tests.bench`, or `make bench`. docs/performance.md says how to read it."""
