"""Documents from the buyer's side: shown for a number, looked at, shown again."""

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from numbers.api.document_serializers import DocumentBody, DocumentSerializer
from numbers.models import Document, DocumentLook, Subscription
from numbers.operations import look_at, reuse_document, upload_document
from numbers.queries.documents import document_of, documents_for, documents_of
from numbers.queries.subscriptions import find_subscription
from tcxc.api.access import allow
from tcxc.api.paging import BY_ID, page_of
from tcxc.api.parsing import BoundedJson
from tcxc.api.schema import pages_of
from tcxc.api.serializers import NoFilters
from tcxc.api.views import ApiView
from tcxc.files.kinds import Kind
from tcxc.files.serving import file_response
from tcxc.models import Holder
from tcxc.scopes import Scope

READ = allow(Holder.BUYER, Holder.OPERATOR, scope=Scope.NUMBERS_READ)
OPEN_FILE = allow(Holder.BUYER, Holder.OPERATOR, scope=Scope.NUMBERS_WRITE)  # who may only read sees no passports
WRITE = allow(Holder.BUYER, scope=Scope.NUMBERS_WRITE)
FILES: dict[Any, Any] = {(200, kind.value): OpenApiTypes.BINARY for kind in Kind}


class DocumentPart(ApiView):
    """Documents that the caller may see."""

    @property
    def buyer_id(self) -> int | None:
        """Whose documents the caller sees; None: an operator, who sees all."""
        return None if self.caller.is_operator else self.caller.company_id

    def file_of(self, document: Document, side: DocumentLook.Side) -> HttpResponse:
        """The file, with the look at it noted."""
        side = DocumentLook.Side.OPERATOR if self.caller.is_operator else side
        content = look_at(document=document, side=side, by=self.actor)
        return file_response(content, kind=Kind(document.media_type), name=f"document-{document.pk}")

    def listed(self, rows: QuerySet[Document], serializer: type[DocumentSerializer]) -> Response:
        """A page of documents, the newest first."""
        page = page_of(rows, self.request, BY_ID)
        return Response(page.answer(serializer(page.rows, many=True).data))


class NumberDocumentsView(DocumentPart):
    """The documents of one number."""

    access = {"GET": READ, "POST": WRITE}
    parser_classes = [MultiPartParser, BoundedJson]

    @extend_schema(responses=pages_of(DocumentSerializer), operation_id="number_documents_list")
    def get(self, request: Request, number: str) -> Response:
        """List what was shown for a number, the newest first. `state` and `reason` are what its seller says."""
        subscription = self._subscription(number)
        self.query(NoFilters)
        return self.listed(documents_for(subscription), DocumentSerializer)

    @extend_schema(
        request={"multipart/form-data": DocumentBody, "application/json": DocumentBody},
        responses={201: DocumentSerializer},
        operation_id="number_documents_create",
    )
    def post(self, request: Request, number: str) -> Response:
        """Show a document for a number: a PDF, JPEG or PNG, or by `document` one that was shown for another number.

        The file is made anew from its pages or pixels; what could run is refused with `file_unusable`. Its seller
        reviews it; one that the same seller has approved counts at once.
        """
        subscription = self._subscription(number)
        body = self.body(DocumentBody)
        if "document" in body:
            earlier = document_of(body["document"], buyer_id=self.buyer_id)
            shown = reuse_document(subscription=subscription, document=earlier, by=self.actor)
        else:
            if body["file"].size > settings.DOCUMENT_MAX_BYTES:
                raise RequestDataTooBig
            shown = upload_document(subscription=subscription, by=self.actor, **body)
        found = documents_for(subscription).get(pk=shown.pk)
        return Response(DocumentSerializer(found).data, status=201)

    def _subscription(self, number: str) -> Subscription:
        digits = number.removeprefix("+")
        found = find_subscription(digits, buyer_id=self.buyer_id) if digits.isascii() and digits.isdigit() else None
        if found is None:
            raise Http404
        return found


class DocumentsView(DocumentPart):
    """All documents of a buyer."""

    access = {"GET": READ}

    @extend_schema(responses=pages_of(DocumentSerializer), operation_id="documents_list")
    def get(self, request: Request) -> Response:
        """List the buyer's documents, the newest first. Operators see those of every buyer."""
        self.query(NoFilters)
        return self.listed(documents_of(self.buyer_id), DocumentSerializer)


class DocumentView(DocumentPart):
    """One document."""

    access = {"GET": READ}

    @extend_schema(responses=DocumentSerializer, operation_id="documents_read")
    def get(self, request: Request, document_id: int) -> Response:
        """Show a document."""
        return Response(DocumentSerializer(document_of(document_id, buyer_id=self.buyer_id)).data)


class DocumentFileView(DocumentPart):
    """The file of one document."""

    access = {"GET": OPEN_FILE}

    @extend_schema(responses=FILES, operation_id="documents_file")
    def get(self, request: Request, document_id: int) -> HttpResponse:
        """Open the file of a document. Each look is noted. 404 when it was deleted: what was said of it stays."""
        return self.file_of(document_of(document_id, buyer_id=self.buyer_id), DocumentLook.Side.BUYER)
