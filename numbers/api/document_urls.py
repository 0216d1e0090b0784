"""The addresses of documents, beneath /api/v1/."""

from django.urls import path

from numbers.api.document_reviews import (
    ApproveView,
    RejectView,
    RequirementsView,
    RequirementView,
    ReviewFileView,
    ReviewsView,
    ReviewView,
)
from numbers.api.documents import DocumentFileView, DocumentsView, DocumentView, NumberDocumentsView

REVIEW = "seller/documents/<id:document_id>/"

urlpatterns = [
    path("numbers/<str:number>/documents/", NumberDocumentsView.as_view()),
    path("documents/", DocumentsView.as_view()),
    path("documents/<id:document_id>/", DocumentView.as_view()),
    path("documents/<id:document_id>/file/", DocumentFileView.as_view()),
    path("seller/documents/", ReviewsView.as_view()),
    path(REVIEW, ReviewView.as_view()),
    path(f"{REVIEW}file/", ReviewFileView.as_view()),
    path(f"{REVIEW}approve/", ApproveView.as_view()),
    path(f"{REVIEW}reject/", RejectView.as_view()),
    path("document-requirements/", RequirementsView.as_view()),
    path("document-requirements/<id:requirement_id>/", RequirementView.as_view()),
]
