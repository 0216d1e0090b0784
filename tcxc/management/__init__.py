"""Commands of manage.py, by the folder Django looks in."""
