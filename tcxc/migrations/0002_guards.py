"""The audit trail is append only; helpers for tables that are partitioned by month."""

from django.db import migrations

from tcxc.sql import sql_beside


class Migration(migrations.Migration):
    dependencies = [("tcxc", "0001_initial")]

    operations = [sql_beside(__file__)]
