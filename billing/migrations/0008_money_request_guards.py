"""A request for a large sum is decided once; the database refuses anything else."""

from django.db import migrations

from tcxc.sql import sql_beside


class Migration(migrations.Migration):
    dependencies = [("billing", "0007_money_requests")]

    operations = [sql_beside(__file__)]
