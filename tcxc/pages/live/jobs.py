"""How far a company's imports and exports have come, as one word that changes with them."""

from django.db.models import Count, Max, Sum

from sellers.models import PriceListUpload
from tcxc.models import Export


def mark_of_jobs(company_id: int) -> str:
    """Another word whenever an import or export has come further."""
    uploads = PriceListUpload.objects.filter(connection__seller_id=company_id)
    checking = uploads.filter(status=PriceListUpload.Status.CHECKING)
    imports = checking.aggregate(newest=Max("pk"), count=Count("pk"), rows=Sum("rows_read"))
    exports = Export.objects.filter(company_id=company_id).aggregate(
        newest=Max("pk"), count=Count("pk"), done=Count("finished_at"), written=Sum("rows_written"), counted=Sum("rows")
    )
    return ":".join(str(value) for value in (*imports.values(), *exports.values()))
