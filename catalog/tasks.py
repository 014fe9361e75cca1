"""Work of the catalogue that is done after the commit."""

from django_tasks import task


@task()
def illustrate_products(product_ids: list[int]) -> None:
    """Make the missing pictures of these products; may run twice."""
