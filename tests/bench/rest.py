"""The product without its slim door: Django answers the AAA paths too, as where ASGI is not used."""

from tcxc.asgi import pages as application

__all__ = ["application"]
