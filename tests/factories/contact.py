"""What buyers and sellers send each other: messages, returns, pictures."""

from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from marketplace.core import clock
from marketplace.core.models import User
from marketplace.sales.domain import fulfil, pictures
from marketplace.sales.domain.write import write
from marketplace.sales.models import Message, ReturnLine, ReturnRequest, SellerOrder, SentPicture, Side

TO_THE_DOOR = (fulfil.confirm, fulfil.pack, fulfil.ship, fulfil.deliver)


def deliver(seller_order: SellerOrder, actor: User | None = None) -> SellerOrder:
    """Take a seller order all the way to the buyer, who pays."""
    for act in TO_THE_DOOR:
        act(seller_order, actor=actor)
    return seller_order


def make_upload(name: str = "hop-vo.png", size: tuple[int, int] = (60, 40)) -> SimpleUploadedFile:
    """A small picture as a browser sends it."""
    content = BytesIO()
    Image.new("RGB", size, "tomato").save(content, "PNG")
    return SimpleUploadedFile(name, content.getvalue(), "image/png")


def make_message(
    seller_order: SellerOrder, body: str = "Bao giờ hàng tới?", side: str = Side.BUYER
) -> Message:
    return write(seller_order, side=side, author=None, body=body)


def make_return(seller_order: SellerOrder, **fields) -> ReturnRequest:
    """A return of one item of the first line, as it stands right after it was asked for."""
    fields.setdefault("asked_at", clock.now())
    fields.setdefault("answer_by", clock.working_days_after(clock.today(), 3))
    fields.setdefault("reason", ReturnRequest.Reason.FAULTY)
    made = ReturnRequest.objects.create(seller_order=seller_order, seller=seller_order.seller, **fields)
    ReturnLine.objects.create(return_request=made, line=seller_order.lines.first(), quantity=1)
    return made


def make_sent_picture(made: ReturnRequest) -> SentPicture:
    [picture] = pictures.keep([make_upload()], made.seller_order, return_request=made)
    return picture
