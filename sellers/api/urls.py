"""The addresses of connections and price lists, beneath /api/v1/."""

from django.urls import path

from sellers.api import problem_types  # noqa: F401  (describes them)
from sellers.api.connections import ConnectionsView, ConnectionView, PauseView, ResumeView
from sellers.api.price_lists import PriceListView
from sellers.api.uploads import ChangesView, PublishView, RestoreView, UploadsView, UploadView

UPLOADS = "connections/<id:connection_id>/price-list/uploads/"

urlpatterns = [
    path("connections/", ConnectionsView.as_view()),
    path("connections/<id:connection_id>/", ConnectionView.as_view()),
    path("connections/<id:connection_id>/pause/", PauseView.as_view()),
    path("connections/<id:connection_id>/resume/", ResumeView.as_view()),
    path("connections/<id:connection_id>/price-list/", PriceListView.as_view()),
    path(UPLOADS, UploadsView.as_view()),
    path(f"{UPLOADS}<id:upload_id>/", UploadView.as_view()),
    path(f"{UPLOADS}<id:upload_id>/changes/", ChangesView.as_view()),
    path(f"{UPLOADS}<id:upload_id>/publish/", PublishView.as_view()),
    path(f"{UPLOADS}<id:upload_id>/restore/", RestoreView.as_view()),
]
