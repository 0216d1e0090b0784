"""`make run`: starts every program of the house, starts again what crashes, and leaves nothing behind."""
