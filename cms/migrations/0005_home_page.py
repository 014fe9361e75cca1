from django.db import migrations


class Migration(migrations.Migration):
    """The root of the pages becomes the home page."""

    dependencies = [
        ("cms", "0004_links_to_other_sites"),
    ]

    operations = [
        migrations.RenameModel(old_name="RootPage", new_name="HomePage"),
        migrations.AlterModelOptions(
            name="homepage",
            options={"verbose_name": "Home page", "verbose_name_plural": "Home pages"},
        ),
    ]
