"""Tells open pages whose money and calls a committed batch has changed."""

from collections.abc import Iterator

from authz.engine.state import Batch
from tcxc import live
from tcxc.live import Topic, What


def tell(batch: Batch) -> None:
    """Say whose they are: buyers, and the sellers of the routes that are charged."""
    live.tell(*{*_topics(batch)})


def _topics(batch: Batch) -> Iterator[Topic]:
    for session in batch.sessions.values():
        if not (session.is_new or session.changed):
            continue
        if session.buyer_id is not None:
            yield What.TRAFFIC, session.buyer_id
        if session.routes:
            yield What.TRAFFIC, session.routes[session.route].seller_id
    for event in batch.events.values():
        if not (event.is_new or event.changed):
            continue
        account = batch.accounts.get(event.account_id or 0)
        if account is not None:
            yield What.TRAFFIC, account.buyer_id
        if event.route is not None:
            yield What.TRAFFIC, event.route.seller_id
