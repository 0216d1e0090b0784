"""The AAA API over Django REST framework."""
