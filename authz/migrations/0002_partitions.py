"""Records by month, and the functions that the engine's statements use."""

from django.db import migrations

from tcxc.sql import sql_beside


class Migration(migrations.Migration):
    dependencies = [("authz", "0001_initial"), ("tcxc", "0002_guards")]

    operations = [sql_beside(__file__)]
