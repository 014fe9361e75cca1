from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0007_minimum_age'),
        ('partner', '0012_where_to_buy_from_indexes'),
        ('regions', '0002_region_aliases'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='product',
            index=models.Index(condition=models.Q(('parent__isnull', False)), fields=['parent'], name='variants_of_product'),
        ),
    ]
