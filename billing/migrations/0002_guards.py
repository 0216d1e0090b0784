"""What the ledger promises, held by the database itself."""

from django.db import migrations

from tcxc.sql import sql_beside


class Migration(migrations.Migration):
    dependencies = [("billing", "0001_initial"), ("tcxc", "0002_guards")]

    operations = [sql_beside(__file__)]
