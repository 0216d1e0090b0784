"""What numbers and their history promise, held by the database itself; the index of digits inside numbers."""

from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations

from tcxc.sql import sql_beside


class Migration(migrations.Migration):
    dependencies = [("numbers", "0001_initial"), ("tcxc", "0002_guards")]

    operations = [TrigramExtension(), sql_beside(__file__)]
