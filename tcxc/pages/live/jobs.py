"""How far a company's imports have come, as one word that changes with them."""

from django.db.models import Count, Max, Sum

from sellers.models import PriceListUpload


def mark_of_jobs(company_id: int) -> str:
    """Another word whenever an import has come further."""
    uploads = PriceListUpload.objects.filter(connection__seller_id=company_id)
    checking = uploads.filter(status=PriceListUpload.Status.CHECKING)
    sums = checking.aggregate(newest=Max("pk"), count=Count("pk"), rows=Sum("rows_read"))
    return f"{sums['newest']}:{sums['count']}:{sums['rows']}"
