"""What is true now, once: the answer of a server that can't keep a stream open. The browser comes again by itself."""

from django.http import Http404, HttpResponse

from tcxc.pages.gate import PageRequest
from tcxc.pages.live.door import message, messages, retry
from tcxc.pages.live.figures import snapshot
from tcxc.pages.seats import Side


def events(request: PageRequest, side: Side) -> HttpResponse:
    """The events of one company where the person sits, then the end. Raises Http404 for any other company."""
    wanted = request.GET.get("company", "")
    if not any(seat.side is side and str(seat.company.pk) == wanted for seat in request.seats):
        raise Http404
    found = snapshot(side, int(wanted))
    body = retry() + (messages(found, found.digest) or message("figures", {}))
    return HttpResponse(body, content_type="text/event-stream", headers={"Cache-Control": "no-store"})
