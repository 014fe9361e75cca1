from django.db import migrations, models


def keep_with_files(apps, schema_editor):
    """Files that are being read are read by the columns that were named last, as until now."""
    files = apps.get_model("payments", "MoneyFile").objects
    for mapping in apps.get_model("payments", "ColumnMapping").objects.all():
        files.filter(seller=mapping.seller_id, kind=mapping.kind, state="reading").update(heads=mapping.heads)


class Migration(migrations.Migration):
    dependencies = [("payments", "0004_stripe")]

    operations = [
        migrations.AddField(
            model_name="moneyfile",
            name="heads",
            field=models.JSONField(
                blank=True,
                default=dict,
                help_text="The head of the column, by what it holds.",
                verbose_name="Heads",
            ),
        ),
        migrations.RemoveConstraint(model_name="columnmapping", name="one_column_mapping_per_seller_and_kind"),
        migrations.AddField(
            model_name="columnmapping",
            name="fingerprint",
            field=models.CharField(blank=True, default="", editable=False, max_length=64, verbose_name="Fingerprint"),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="columnmapping",
            constraint=models.UniqueConstraint(
                fields=("seller", "kind", "fingerprint"), name="one_column_mapping_per_line_of_heads"
            ),
        ),
        migrations.RunPython(keep_with_files, migrations.RunPython.noop),
    ]
