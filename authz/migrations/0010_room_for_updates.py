"""Room on the page for what an update of a session writes."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("authz", "0009_calls_cut")]

    operations = [
        # An update changes nothing that is indexed, so where the page has room for it no index is touched.
        migrations.RunSQL(
            "ALTER TABLE authz_session SET (fillfactor = 50)", "ALTER TABLE authz_session SET (fillfactor = 80)"
        )
    ]
