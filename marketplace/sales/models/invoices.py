from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from oscar.apps.order.models import Order

from producers.models import Partner

from .seller_orders import SellerOrder


class VatDeclaration(models.Model):
    """Whether a seller declares value added tax by the deduction method, as it says from a moment on.

    Households below the limit of revenue, and who pays directly on revenue, do not: their papers name no tax.
    The newest row counts; nobody who has said nothing is taken to declare.
    """

    seller = models.ForeignKey(
        Partner, verbose_name=_("Seller"), on_delete=models.PROTECT, related_name="vat_declarations"
    )
    is_declared = models.BooleanField(_("Declares VAT by deduction"))
    set_at = models.DateTimeField(_("Set"), auto_now_add=True)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Set by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = _("Declaration of VAT")
        verbose_name_plural = _("Declarations of VAT")
        ordering = ["-id"]

    def __str__(self):
        return f"{self.seller_id}: {self.is_declared}, {self.set_at}"


class InvoiceRequest(models.Model):
    """To whom the buyer of an order wants the sellers' e-invoices made out; the newest row counts."""

    order = models.ForeignKey(
        Order, verbose_name=_("Order"), on_delete=models.PROTECT, related_name="invoice_requests"
    )
    name = models.CharField(_("Name on the invoice"), max_length=200)
    tax_code = models.CharField(_("Tax code"), max_length=14, blank=True)
    address = models.CharField(_("Address on the invoice"), max_length=255)
    asked_at = models.DateTimeField(_("Asked"), auto_now_add=True)

    class Meta:
        verbose_name = _("Request for an invoice")
        verbose_name_plural = _("Requests for invoices")
        ordering = ["-id"]

    def __str__(self):
        return f"{self.name}, {self.tax_code}"


class Invoice(models.Model):
    """The e-invoice that a seller has issued for a seller order, in the seller's own system.

    A correction is a new row; the newest counts.
    """

    seller_order = models.ForeignKey(
        SellerOrder, verbose_name=_("Seller order"), on_delete=models.PROTECT, related_name="invoices"
    )
    number = models.CharField(
        _("Number of the invoice"), max_length=40, help_text=_("With its symbol, such as 1C26THT-00000123.")
    )
    issued_on = models.DateField(_("Date of the invoice"))
    link = models.URLField(
        _("Link to the invoice"), max_length=500, blank=True, help_text=_("Where the buyer can look it up.")
    )
    entered_at = models.DateTimeField(_("Entered"), auto_now_add=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Entered by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = _("E-invoice")
        verbose_name_plural = _("E-invoices")
        ordering = ["-id"]

    def __str__(self):
        return f"{self.number}, {self.issued_on}"
