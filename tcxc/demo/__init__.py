"""The demo: a small exchange with everybody in it, made by the same operations that everybody uses."""
