"""Staged rows need not survive a crash; guards for rates, which are written in bulk."""

from django.db import migrations

from tcxc.sql import sql_beside


class Migration(migrations.Migration):
    dependencies = [("sellers", "0002_price_list_changes"), ("tcxc", "0002_guards")]

    operations = [sql_beside(__file__)]
