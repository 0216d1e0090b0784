"""Companies live in time zones that the database knows."""

from django.db import migrations

from tcxc.sql import sql_beside


class Migration(migrations.Migration):
    dependencies = [("tcxc", "0003_outbox_sent")]

    operations = [sql_beside(__file__)]
