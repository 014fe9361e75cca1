from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('partner', '0004_stall_pages_accounts_visits'),
    ]

    operations = [
        migrations.AddField(
            model_name='partner',
            name='delivers_by_zone',
            field=models.BooleanField(default=False, editable=False, help_text='The seller has a delivery table with zones, which is asked instead of the flat charge.', verbose_name='Charges by zone'),
        ),
    ]
