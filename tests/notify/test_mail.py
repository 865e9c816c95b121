"""The daily report, sent to a real mail server."""

import io
from contextlib import closing
from dataclasses import replace
from datetime import date

import pytest
from PIL import Image

from galleria.domain.errors import InputError
from galleria.domain.time import SetClock
from galleria.notify.digest import Count, Digest, Hour
from galleria.notify.mail import Mailer
from galleria.notify.settings import MailSettings
from mail_server import MailServer

NOON = 1_795_435_200.0
HOURS = tuple(Hour(f"{h:02d}:00", 40.0 * (h - 8), 35.0 * (h - 8), 1.0) for h in range(9, 21))
DIGEST = Digest(
    "Shop <1> & Söhne",
    date(2026, 11, 23),
    Count("Visitors", 1234.0, 0.124, 0.981),
    last_year=-0.05,
    entrances=(Count("Main <door>", 1000.0, 0.1), Count("Car park", None, None, 0.0)),
    hours=HOURS,
    peak=(87.0, "17:15"),
    gaps=("10:00 to 11:30: not seen",),
    notes=("One hour was left out of the comparison.",),
)


def mailer(server, **changes):
    said = {"host": "localhost", "port": server.port, "security": "none", "recipients": ("boss@example.com",)}
    settings = MailSettings(**said | {"sender": "galleria@shop.example"} | changes)
    return Mailer(settings, {"${PASSWORD}": "s3cret"}.get, SetClock(NOON))


def test_the_report_comes_as_html_with_its_picture_inside_and_as_plain_text():
    with closing(MailServer()) as server:
        assert mailer(server).send(DIGEST).problem == ""
    ((recipients, message),) = server.letters
    assert recipients == ["boss@example.com"]
    assert message["Subject"] == "Shop <1> & Söhne: 1\u202f234 visitors on Monday, 23 November 2026"
    assert message["From"] == "galleria@shop.example"
    assert message["Date"] == "Mon, 23 Nov 2026 12:00:00 +0000"
    assert message["Message-ID"].endswith("@shop.example>")
    plain = message.get_body(("plain",)).get_content()
    for told in ("1\u202f234", "+12%", "−5%", "98%", "87 at 17:15", "Main <door>: 1\u202f000 (+10%)", "10:00 to 11:30"):
        assert told in plain
    assert "Car park: –" in plain  # a gap, never a zero
    page = message.get_body(("html",)).get_content()
    assert "Shop &lt;1&gt; &amp; Söhne" in page
    assert "Main &lt;door&gt;" in page
    assert "http" not in page  # nothing is fetched from anywhere
    assert "<script" not in page
    picture = next(part for part in message.walk() if part.get_content_type() == "image/png")
    assert picture["Content-ID"] == "<chart>"
    assert 'src="cid:chart"' in page
    assert Image.open(io.BytesIO(picture.get_content())).size == (1152, 480)


def test_several_recipients_do_not_see_each_other():
    with closing(MailServer()) as server:
        assert mailer(server, recipients=("a@example.com", "b@example.com")).send(DIGEST).problem == ""
    ((recipients, message),) = server.letters
    assert recipients == ["a@example.com", "b@example.com"]
    assert "example.com" not in str(message["To"])
    assert message["Bcc"] is None


def test_starttls_and_a_login(certificate):
    with closing(MailServer(certificate, login=("shop", "s3cret"))) as server:
        trusted = {"security": "starttls", "authority": str(certificate.certificate), "username": "shop"}
        assert mailer(server, **trusted, password="${PASSWORD}").send(DIGEST).problem == ""
        assert server.encrypted == [True]
        wrong = Mailer(mailer(server, **trusted, password="${OTHER}")._settings, {"${OTHER}": "no"}.get, SetClock(NOON))
        assert wrong.send(DIGEST).problem == "localhost refused name or password (535)"
        stranger = mailer(server, security="starttls")  # the certificate is nobody's we know
        assert "SSLCertVerificationError" in stranger.send(DIGEST).problem
    assert len(server.letters) == 1


def test_encrypted_from_the_start(certificate):
    with closing(MailServer(certificate, tls_from_the_start=True)) as server:
        secure = {"security": "tls", "authority": str(certificate.certificate)}
        assert mailer(server, **secure).send(DIGEST).problem == ""
        assert "did not take the message" in mailer(server, security="tls").send(DIGEST).problem
    assert len(server.letters) == 1


def test_a_server_without_encryption_gets_nothing_when_it_is_asked_for():
    with closing(MailServer()) as server:
        assert mailer(server, security="starttls").send(DIGEST).problem != ""
    assert server.letters == []


def test_refusals_are_told_without_addresses():
    with closing(MailServer()) as server:
        server.refuse["boss@example.com"] = "550 no such user boss@example.com"
        gone = mailer(server).send(DIGEST)
        assert (gone.problem, gone.final) == ("localhost refused all recipients", True)
        server.refuse["boss@example.com"] = "450 come again"
        assert mailer(server).send(DIGEST).final is False
        server.refuse.clear()
        server.answer = "452 full"
        assert mailer(server).send(DIGEST).problem == "localhost answered 452"
    assert "did not take the message" in mailer(server).send(DIGEST).problem  # it is gone now


def test_one_refused_recipient_of_two_does_not_stop_the_other():
    with closing(MailServer()) as server:
        server.refuse["a@example.com"] = "550 no"
        assert mailer(server, recipients=("a@example.com", "b@example.com")).send(DIGEST).problem == ""
    assert server.letters[0][0] == ["b@example.com"]


def test_a_day_without_anything_still_makes_a_report():
    empty = Digest("Shop", date(2026, 11, 23), Count("Visitors", None, None, 0.0))
    with closing(MailServer()) as server:
        assert mailer(server).send(empty).problem == ""
    ((_, message),) = server.letters
    assert message["Subject"] == "Shop: – visitors on Monday, 23 November 2026"
    assert "Visitors: –" in message.get_body(("plain",)).get_content()


def test_a_name_with_a_line_break_stays_one_header():
    with closing(MailServer()) as server:
        assert mailer(server).send(replace(DIGEST, site="Shop\nBcc: all@example.com")).problem == ""
    ((recipients, message),) = server.letters
    assert recipients == ["boss@example.com"]
    assert message["Bcc"] is None


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ({"recipients": ["no address"]}, "no e-mail address"),
        ({"recipients": ["a@b\nBcc: c@d"]}, "no e-mail address"),
        ({"sender": "Boss <a@b>"}, "no e-mail address"),
        ({"host": "h", "security": "none", "username": "u", "password": "${P}"}, "only with starttls or tls"),
        ({"password": "hunter2"}, "not the secret itself"),
        ({"at": "25:00"}, "at:"),
    ],
)
def test_settings_that_cannot_be_used_are_refused(written, told):
    with pytest.raises(InputError, match=told) as refused:
        MailSettings.from_settings(written)
    assert "hunter2" not in str(refused.value)


def test_settings_are_read_as_they_are_kept():
    settings = MailSettings.from_settings({"host": "mail", "recipients": ["a@b.example"], "at": "22:15"})
    assert settings.on
    assert (settings.at.hour, settings.at.minute) == (22, 15)
    assert not MailSettings.from_settings({}).on
