"""The addresses of the settings, under `/settings/`."""

from django.urls import path

from tcxc.pages.settings import audit, company, profile, team

app_name = "settings"
urlpatterns = [
    path("", profile.profile, name="profile"),
    path("profile/", profile.edit, name="profile_edit"),
    path("company/", company.company, name="company"),
    path("company/edit/", company.edit, name="company_edit"),
    path("company/rises/", company.rises, name="company_rises"),
    path("team/", team.team, name="team"),
    path("team/leave/", team.leave_company, name="member_leave"),
    path("team/<id:pk>/role/", team.role, name="member_role"),
    path("team/<id:pk>/remove/", team.remove, name="member_remove"),
    path("team/invitations/new/", team.new_invitation, name="invitation_new"),
    path("team/invitations/<id:pk>/resend/", team.resend, name="invitation_resend"),
    path("team/invitations/<id:pk>/withdraw/", team.withdraw, name="invitation_withdraw"),
    path("audit/", audit.audit_log, name="audit"),
    path("audit.csv", audit.download_log, name="audit_csv"),
    path("audit/<id:pk>/", audit.event, name="audit_event"),
]
