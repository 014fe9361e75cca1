"""Web push for real: a push service of our own takes what is sent, and a browser's keys open it."""

import base64
import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from marketplace.notifications.domain.notify import deliver, notify_team
from marketplace.notifications.models import Notice, PushDevice, SentMessage
from marketplace.notifications.push import devices, keys
from marketplace.notifications.push.devices import NoDevice
from marketplace.notifications.push.sending import is_known_service
from tests.factories.catalog import make_member, make_seller, make_user
from tests.tasks import run_tasks

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

PHONE = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36"


def text64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def raw64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Browser:
    """The keys of one subscription, and what they open (RFC 8291, written from the paper)."""

    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    secret: bytes = b"sixteen of bytes"

    @property
    def point(self) -> bytes:
        return self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    def open(self, body: bytes) -> dict:
        salt, length = body[:16], body[20]
        sender, sealed = body[21 : 21 + length], body[21 + length :]
        theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender)
        shared = self.key.exchange(ec.ECDH(), theirs)
        material = _derive(shared, self.secret, b"WebPush: info\0" + self.point + sender, 32)
        content_key = _derive(material, salt, b"Content-Encoding: aes128gcm\0", 16)
        nonce = _derive(material, salt, b"Content-Encoding: nonce\0", 12)
        return json.loads(AESGCM(content_key).decrypt(nonce, sealed, None).rstrip(b"\0").removesuffix(b"\2"))


def _derive(material: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(material)


class Service(ThreadingHTTPServer):
    """A push service: keeps what it is handed and answers as it is told."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.taken: list[tuple[str, dict, bytes]] = []
        self.answers: dict[str, int] = {}
        self.address = f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status = self.server.answers.get(self.path, 201)
        if status == 201:
            headers = {name.lower(): value for name, value in self.headers.items()}
            self.server.taken.append((self.path, headers, body))
        self.send_response(status)
        if status == 307:
            self.send_header("Location", f"{self.server.address}/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_arguments):
        pass


@pytest.fixture
def service(settings):
    with Service() as server:
        settings.PUSH_SERVICES = [server.address]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def seller():
    return make_seller()


@pytest.fixture
def owner(seller):
    return make_member(seller, user=make_user(language="en"))


@pytest.fixture
def browser():
    return Browser()


def subscribe(service, person, browser, path="/to/phone") -> PushDevice:
    return devices.add(
        person,
        endpoint=service.address + path,
        p256dh=text64(browser.point),
        auth=text64(browser.secret),
        user_agent=PHONE,
    )


def tell_of_order(seller, key="1") -> None:
    notify_team(seller.pk, "low_stock", key=key, product="Chè Tân Cương", left=3)


def test_a_browser_gets_what_was_sealed_for_it(service, seller, owner, browser):
    subscribe(service, owner, browser)
    tell_of_order(seller)

    run_tasks()

    [(path, headers, body)] = service.taken
    notice = Notice.objects.get()
    assert path == "/to/phone"
    assert "Chè".encode() not in body
    message = browser.open(body)
    assert message["title"] == "Low stock: 3 of Chè Tân Cương left"
    assert message["url"] == f"/en/tai-khoan/thong-bao/{notice.pk}/"
    assert (headers["content-encoding"], headers["ttl"]) == ("aes128gcm", "172800")
    assert len(headers["topic"]) == 32
    assert headers["topic"] == message["tag"]


def test_the_service_can_tell_who_sends(service, seller, owner, browser):
    subscribe(service, owner, browser)
    tell_of_order(seller)
    run_tasks()

    [(_path, headers, _body)] = service.taken
    scheme, _space, parts = headers["authorization"].partition(" ")
    named = dict(part.strip().split("=", 1) for part in parts.split(","))
    head, claims, signature = named["t"].split(".")
    known = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw64(named["k"]))
    raw = raw64(signature)
    known.verify(
        encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:])),
        f"{head}.{claims}".encode(),
        ec.ECDSA(hashes.SHA256()),
    )
    assert (scheme, named["k"]) == ("vapid", keys.public_key())
    assert json.loads(raw64(claims))["aud"] == service.address


def test_every_device_gets_it_once(service, seller, owner, browser):
    subscribe(service, owner, browser)
    subscribe(service, owner, browser, "/to/desk")
    tell_of_order(seller)
    run_tasks()

    deliver.call(Notice.objects.get().pk, "push")

    assert sorted(path for path, _headers, _body in service.taken) == ["/to/desk", "/to/phone"]


@pytest.mark.parametrize("status", [404, 410])
def test_a_device_that_is_gone_is_forgotten(service, seller, owner, browser, status):
    subscribe(service, owner, browser)
    subscribe(service, owner, browser, "/to/desk")
    service.answers["/to/phone"] = status
    tell_of_order(seller)

    run_tasks()

    assert [path for path, _headers, _body in service.taken] == ["/to/desk"]
    assert [device.endpoint for device in PushDevice.objects.all()] == [f"{service.address}/to/desk"]


@pytest.mark.parametrize("status", [307, 429, 500])
def test_trouble_is_tried_again_and_reaches_the_others_once(service, seller, owner, browser, frozen, status):
    subscribe(service, owner, browser, "/to/desk")
    subscribe(service, owner, browser)
    service.answers["/to/phone"] = status
    tell_of_order(seller)
    run_tasks(expect_failures=True)
    assert [path for path, _headers, _body in service.taken] == ["/to/desk"]
    assert PushDevice.objects.count() == 2

    service.answers.clear()
    frozen.shift(60)
    run_tasks(expect_failures=True)

    assert [path for path, _headers, _body in service.taken] == ["/to/desk", "/to/phone"]
    assert not SentMessage.objects.filter(sent_at=None).exists()


# --- devices
def test_a_browser_belongs_to_who_asked_last(service, owner, browser):
    subscribe(service, owner, browser)
    other = make_user()

    device = subscribe(service, other, browser)

    assert (PushDevice.objects.get(), device.user, device.name) == (device, other, "Chrome, Android")


def test_the_oldest_of_too_many_devices_gives_way(service, owner, browser):
    for number in range(devices.DEVICES + 1):
        subscribe(service, owner, browser, f"/to/{number}")

    assert owner.push_devices.count() == devices.DEVICES
    assert not owner.push_devices.filter(endpoint=f"{service.address}/to/0").exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"endpoint": "https://intern.example/"},
        {"endpoint": ""},
        {"p256dh": "nonsense"},
        {"p256dh": text64(b"\4" + b"\1" * 64)},
        {"auth": "short"},
        {"auth": "***"},
    ],
)
def test_what_is_no_subscription_is_refused(service, owner, browser, changes):
    right = {
        "endpoint": f"{service.address}/to/phone",
        "p256dh": text64(browser.point),
        "auth": text64(browser.secret),
    }
    with pytest.raises(NoDevice):
        devices.add(owner, user_agent=PHONE, **{**right, **changes})


@pytest.mark.parametrize(
    ("endpoint", "is_known"),
    [
        ("https://fcm.googleapis.com/fcm/send/abc", True),
        ("https://updates.push.services.mozilla.com/wpush/v2/abc", True),
        ("https://web.push.apple.com/abc", True),
        ("https://wns2-par02p.notify.windows.com/w/?token=abc", True),
        ("http://fcm.googleapis.com/fcm/send/abc", False),
        ("https://fcm.googleapis.com:8443/abc", False),
        ("https://fcm.googleapis.com@127.0.0.1/abc", False),
        ("https://fcm.googleapis.com.example.org/abc", False),
        ("https://push.apple.com.example.org/abc", False),
        ("https://web.push.apple.com:22/abc", False),
        ("https://127.0.0.1/abc", False),
        ("https://[::1", False),
        ("file:///etc/passwd", False),
    ],
)
def test_messages_go_to_known_services_only(endpoint, is_known):
    assert is_known_service(endpoint) is is_known


# --- the key
def test_the_key_is_made_once_and_kept_for_its_owner_only(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    first = keys.public_key()
    keys._signer.cache_clear()

    assert keys.public_key() == first
    assert (tmp_path / keys.FILE).stat().st_mode & 0o077 == 0
    assert [file.name for file in tmp_path.iterdir()] == [keys.FILE]


def test_the_key_of_the_settings_comes_first(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    key = ec.generate_private_key(ec.SECP256R1())
    settings.VAPID_PRIVATE_KEY = text64(key.private_numbers().private_value.to_bytes(32))

    public = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    assert keys.public_key() == text64(public)
    assert not list(tmp_path.iterdir())
