"""The slim ASGI door: the paths, requests, replies and errors of the REST door, without Django in between."""
