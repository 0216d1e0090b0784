"""Documents from the reviewers' side: sellers see what was shown for their numbers, operators everything."""

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from numbers.api.document_serializers import (
    ApprovalBody,
    DocumentFilters,
    RejectionBody,
    RequirementBody,
    RequirementSerializer,
    ReviewedDocumentSerializer,
)
from numbers.api.documents import FILES, DocumentPart
from numbers.models import Document, DocumentLook
from numbers.operations import approve_document, drop_requirement, reject_document, require_document
from numbers.queries.documents import document_shown_to, requirements_seen_by, shown_to
from sellers.models import Seller
from sellers.queries.standing import find_seller
from tcxc.api.access import allow
from tcxc.api.paging import OLDEST_FIRST, page_of
from tcxc.api.schema import pages_of
from tcxc.api.serializers import NoBody, NoFilters
from tcxc.errors import NotAllowed, NotFound
from tcxc.models import Holder
from tcxc.scopes import Scope

READ = allow(Holder.SELLER, Holder.OPERATOR, scope=Scope.NUMBERS_READ)
WRITE = allow(Holder.SELLER, Holder.OPERATOR, scope=Scope.NUMBERS_WRITE)


class ReviewPart(DocumentPart):
    """Documents that were shown to the caller."""

    @property
    def seller_id(self) -> int | None:
        """To whom the documents were shown that the caller sees; None: an operator, who sees all."""
        return None if self.caller.is_operator else self.caller.company_id

    @property
    def seller(self) -> Seller | None:
        """Whose verdict the caller gives; None: an operator, in the place of every seller."""
        return None if self.seller_id is None else Seller.objects.get(pk=self.seller_id)

    def document(self, document_id: int) -> Document:
        """The document, or 404."""
        return document_shown_to(document_id, seller_id=self.seller_id)

    def shown(self, document_id: int) -> Response:
        """The document as it is now."""
        return Response(ReviewedDocumentSerializer(self.document(document_id)).data)


class ReviewsView(ReviewPart):
    """All documents that were shown to a seller."""

    access = {"GET": READ}

    @extend_schema(
        parameters=[DocumentFilters],
        responses=pages_of(ReviewedDocumentSerializer),
        operation_id="seller_documents_list",
    )
    def get(self, request: Request) -> Response:
        """List what was shown for the seller's numbers, the newest first. `state=pending`: what waits for a verdict."""
        rows = shown_to(self.seller_id, state=self.query(DocumentFilters).get("state", ""))
        return self.listed(rows, ReviewedDocumentSerializer)


class ReviewView(ReviewPart):
    """One document that was shown to a seller."""

    access = {"GET": READ}

    @extend_schema(responses=ReviewedDocumentSerializer, operation_id="seller_documents_read")
    def get(self, request: Request, document_id: int) -> Response:
        """Show a document."""
        return self.shown(document_id)


class ReviewFileView(ReviewPart):
    """The file of a document that was shown to a seller."""

    access = {"GET": WRITE}

    @extend_schema(responses=FILES, operation_id="seller_documents_file")
    def get(self, request: Request, document_id: int) -> HttpResponse:
        """Open the file of a document, to review it. Each look is noted."""
        return self.file_of(self.document(document_id), DocumentLook.Side.SELLER)


class ApproveView(ReviewPart):
    """A document that will do."""

    access = {"POST": WRITE}

    @extend_schema(request=ApprovalBody, responses=ReviewedDocumentSerializer, operation_id="seller_documents_approve")
    def post(self, request: Request, document_id: int) -> Response:
        """Approve a document: its numbers take calls and messages as soon as nothing else is missing."""
        document = self.document(document_id)
        approve_document(document=document, seller=self.seller, by=self.actor, **self.body(ApprovalBody))
        return self.shown(document_id)


class RejectView(ReviewPart):
    """A document that won't do."""

    access = {"POST": WRITE}

    @extend_schema(request=RejectionBody, responses=ReviewedDocumentSerializer, operation_id="seller_documents_reject")
    def post(self, request: Request, document_id: int) -> Response:
        """Reject a document, and say why: the buyer is mailed, and may show another one.

        One that was approved can be rejected too; its numbers then stop at once.
        """
        document = self.document(document_id)
        reject_document(document=document, seller=self.seller, by=self.actor, **self.body(RejectionBody))
        return self.shown(document_id)


class RequirementsView(ReviewPart):
    """What numbers need."""

    access = {"GET": READ, "POST": WRITE}

    @extend_schema(responses=pages_of(RequirementSerializer), operation_id="document_requirements_list")
    def get(self, request: Request) -> Response:
        """List what operators require of all numbers, and the seller of its own. Operators see everybody's."""
        self.query(NoFilters)
        rows = requirements_seen_by(self.seller_id, everybody=self.caller.is_operator)
        page = page_of(rows, request, OLDEST_FIRST)
        return Response(page.answer(RequirementSerializer(page.rows, many=True).data))

    @extend_schema(
        request=RequirementBody, responses={201: RequirementSerializer}, operation_id="document_requirements_create"
    )
    def post(self, request: Request) -> Response:
        """Have numbers of a country and a type need a document, from their next buyers on.

        A seller says so of its own numbers, an operator of all, or of one seller's.
        """
        body = self.body(RequirementBody)
        seller = self._seller(body.pop("seller", None))
        made = require_document(seller=seller, by=self.actor, type_=body.pop("type", ""), **body)
        return Response(RequirementSerializer(made).data, status=201)

    def _seller(self, named: int | None) -> Seller | None:
        if named is None:
            return self.seller
        if not self.caller.is_operator:
            raise NotAllowed("Only operators name a seller.", errors={"seller": ["Leave it out."]})
        found = find_seller(named)
        if found is None:
            raise NotFound("There is no such seller.")
        return found


class RequirementView(ReviewPart):
    """One thing that numbers need."""

    access = {"DELETE": WRITE}

    @extend_schema(request=NoBody, responses={204: None}, operation_id="document_requirements_delete")
    def delete(self, request: Request, requirement_id: int) -> Response:
        """Require it no more; numbers that were bought keep what they needed. A seller ends only its own."""
        rows = requirements_seen_by(self.seller_id, everybody=self.caller.is_operator).filter(pk=requirement_id)
        found = rows.first() if self.caller.is_operator else rows.exclude(seller=None).first()
        if found is None:
            raise NotFound("There is no such requirement of yours.")
        drop_requirement(requirement=found, by=self.actor)
        return Response(status=204)
