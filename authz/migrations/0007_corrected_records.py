"""An index of the records that were corrected."""

from django.db import migrations

from tcxc.sql import sql_beside


class Migration(migrations.Migration):
    dependencies = [("authz", "0006_traffic_totals")]

    operations = [sql_beside(__file__)]
