"""What raw SQL could still do to the ledger, refused by the database itself."""

from django.db import migrations

from tcxc.sql import sql_beside


class Migration(migrations.Migration):
    dependencies = [("billing", "0003_folding")]

    operations = [sql_beside(__file__)]
