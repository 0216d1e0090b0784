"""Uploads of price lists: taken in, looked at, published, taken back."""

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from sellers.api.price_list_serializers import (
    ChangeFilters,
    ChangeSerializer,
    CheckedUploadSerializer,
    UploadBody,
    UploadFilters,
    UploadSerializer,
)
from sellers.api.views import ConnectionPart
from sellers.models import PriceListUpload
from sellers.operations.price_lists import publish_price_list, restore_price_list, upload_price_list
from sellers.queries.uploads import View, preview_rows, upload_of, uploads_of
from tcxc.api.access import allow
from tcxc.api.paging import BY_ID, Order, page_of
from tcxc.api.schema import pages_of
from tcxc.api.serializers import NoBody
from tcxc.models import Holder
from tcxc.scopes import Scope

READ = allow(Holder.SELLER, Holder.OPERATOR, scope=Scope.PRICES_READ)
WRITE = allow(Holder.SELLER, scope=Scope.PRICES_WRITE)


BY_KIND_AND_CODE = Order(("change", "prefix"), newest_first=False)


class UploadPart(ConnectionPart):
    """Uploads of one connection."""

    def upload(self, connection_id: int, upload_id: int) -> PriceListUpload:
        """The upload, or 404."""
        return upload_of(self.connection(connection_id), upload_id)


class UploadsView(UploadPart):
    """All uploads of a connection."""

    access = {"GET": READ, "POST": WRITE}
    parser_classes = [MultiPartParser]

    @extend_schema(parameters=[UploadFilters], responses=pages_of(UploadSerializer), operation_id="uploads_list")
    def get(self, request: Request, connection_id: int) -> Response:
        """List the uploads, the newest first."""
        rows = uploads_of(self.connection(connection_id)).filter(**self.query(UploadFilters))
        page = page_of(rows, request, BY_ID)
        return Response(page.answer(UploadSerializer(page.rows, many=True).data))

    @extend_schema(
        request={"multipart/form-data": UploadBody},
        responses={202: CheckedUploadSerializer},
        operation_id="uploads_create",
    )
    def post(self, request: Request, connection_id: int) -> Response:
        """Take in a price list as CSV or XLSX. It is checked soon: look at the upload until it is no longer `checking`.

        In mode `replace` the codes that the file does not name are withdrawn; in mode `merge` they stay.
        """
        connection = self.connection(connection_id)
        body = self.body(UploadBody)
        file = body.pop("file")
        if file.size > settings.PRICE_LIST_MAX_BYTES:
            raise RequestDataTooBig
        made = upload_price_list(connection=connection, file=file, file_name=file.name, by=self.actor, **body)
        return Response(shown(made), status=202)


class UploadView(UploadPart):
    """One upload."""

    access = {"GET": READ}

    @extend_schema(responses=CheckedUploadSerializer, operation_id="uploads_read")
    def get(self, request: Request, connection_id: int, upload_id: int) -> Response:
        """Show how far an upload is, what is wrong with it, and what it would change."""
        return Response(shown(self.upload(connection_id, upload_id)))


class ChangesView(UploadPart):
    """The preview of an upload, code by code."""

    access = {"GET": READ}

    @extend_schema(parameters=[ChangeFilters], responses=pages_of(ChangeSerializer), operation_id="uploads_changes")
    def get(self, request: Request, connection_id: int, upload_id: int) -> Response:
        """List what publishing would change, by kind and code. Empty once it is published."""
        upload = self.upload(connection_id, upload_id)
        rows = preview_rows(upload, View(self.query(ChangeFilters).get("view", View.CHANGED)))
        page = page_of(rows, request, BY_KIND_AND_CODE)
        return Response(page.answer(ChangeSerializer(page.rows, many=True).data))


class PublishView(UploadPart):
    """The publication of an upload. It commits by itself: what it finds outdated stays to be checked again."""

    access = {"POST": WRITE}
    one_transaction = False

    @extend_schema(request=NoBody, responses=CheckedUploadSerializer, operation_id="uploads_publish")
    def post(self, request: Request, connection_id: int, upload_id: int) -> Response:
        """Make all changes of a ready list, or none. A second time changes nothing.

        Refused with 409: `still_checking`, `has_errors`, `prices_changed` (look at the new preview first).
        """
        upload = self.upload(connection_id, upload_id)
        self.body(NoBody)
        return Response(shown(publish_price_list(upload=upload, by=self.actor)))


class RestoreView(UploadPart):
    """The way back from a publication."""

    access = {"POST": WRITE}

    @extend_schema(request=NoBody, responses={202: CheckedUploadSerializer}, operation_id="uploads_restore")
    def post(self, request: Request, connection_id: int, upload_id: int) -> Response:
        """Upload the list as it stood before this publication: to be checked, seen and published as any other."""
        upload = self.upload(connection_id, upload_id)
        self.body(NoBody)
        return Response(shown(restore_price_list(publication=upload, by=self.actor)), status=202)


def shown(upload: PriceListUpload) -> dict[str, object]:
    """An upload as JSON, with what was found in it."""
    return dict(CheckedUploadSerializer(upload).data)
