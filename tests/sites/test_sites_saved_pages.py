"""Saved pages as browsers write them, and files that are no page at all."""

from __future__ import annotations

import gzip
import io
import json
import plistlib
import struct
import zipfile
import zlib

import pytest
from workspaces import call_cli

WORDS = "<p>" + "Words of the company. " * 30 + "</p>"
TAGS = (
    '<script async src="https://js.hs-scripts.com/1234567.js"></script>'
    '<script async src="https://www.googletagmanager.com/gtag/js?id=AW-1122334455"></script>'
)
PAGE = f"<!DOCTYPE html><html><head><title>Kranz AG</title>{TAGS}</head><body>{WORDS}</body></html>"


def inspected(folder, name, *options):
    done = call_cli("inspect", name, "--json", *options, cwd=folder)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def names(said):
    return {one["name"] for one in said["technologies"]}


def packed(html, *, coding="8bit", frames="", head="Content-Type: text/html; charset=utf-8"):
    return (
        "From: <Saved by Blink>\r\nSnapshot-Content-Location: https://www.kranz.example/\r\n"
        'MIME-Version: 1.0\r\nContent-Type: multipart/related; type="text/html"; boundary="b"\r\n\r\n'
        f"--b\r\n{head}\r\nContent-Transfer-Encoding: {coding}\r\n"
        f"Content-Location: https://www.kranz.example/\r\n\r\n{html}\r\n{frames}--b--\r\n"
    )


@pytest.mark.parametrize("name", ["page.mhtml", "page.mht", "page.html", "page"])
def test_a_packed_page_is_unpacked_whatever_it_is_called(tmp_path, name):
    (tmp_path / name).write_text(packed(PAGE), encoding="utf-8", newline="")
    said = inspected(tmp_path, name)
    assert {"HubSpot", "Google Ads"} <= names(said)
    assert (said["domain"], said["advertises_on"]) == ("kranz.example", ["Google Ads"])


def test_a_packed_page_in_base64_and_another_encoding_is_read(tmp_path):
    import base64

    page = PAGE.replace("Kranz AG", "Krämer")
    body = base64.encodebytes(page.encode("cp1252")).decode()
    head = "Content-Type: text/html; charset=windows-1252"
    (tmp_path / "p.mhtml").write_text(packed(body, coding="base64", head=head), encoding="utf-8")
    assert inspected(tmp_path, "p.mhtml")["name"] == "Krämer"


def test_frames_of_a_packed_page_are_told_by_where_they_came_from(tmp_path):
    frames = (
        "--b\r\nContent-Type: text/html\r\nContent-ID: <frame-2@mhtml.blink>\r\n"
        "Content-Location: https://td.doubleclick.net/td/rul/1122334455?random=1\r\n\r\n<html></html>\r\n"
    )
    page = f'<html><body>{WORDS}<iframe src="cid:frame-2@mhtml.blink"></iframe></body></html>'
    (tmp_path / "p.mhtml").write_text(packed(page, frames=frames), encoding="utf-8", newline="")
    said = inspected(tmp_path, "p.mhtml")
    assert said["advertises_on"] == ["Google Ads"]


def test_a_packed_page_without_scripts_says_of_no_platform_that_none_was_seen(tmp_path):
    """Chrome leaves scripts out when it packs a page."""
    (tmp_path / "p.mhtml").write_text(packed(f"<html><body>{WORDS}</body></html>"), encoding="utf-8")
    assert set(inspected(tmp_path, "p.mhtml")["ads"].values()) == {None}


def test_a_web_archive_is_read(tmp_path):
    main = {"WebResourceData": PAGE.encode(), "WebResourceURL": "https://www.kranz.example/"}
    for name, form in (("a.webarchive", plistlib.FMT_BINARY), ("b.webarchive", plistlib.FMT_XML)):
        (tmp_path / name).write_bytes(plistlib.dumps({"WebMainResource": main}, fmt=form))
        said = inspected(tmp_path, name)
        assert {"HubSpot", "Google Ads"} <= names(said)
        assert said["domain"] == "kranz.example"


@pytest.mark.parametrize("ending", ["_files", "-Dateien"])
def test_the_folder_beside_a_page_tells_its_frames_and_makes_unseen_unknown(tmp_path, ending):
    """A copied script has lost its address: that none is recognised says nothing."""
    folder = tmp_path / f"Kranz AG{ending}"
    folder.mkdir()
    top = "<!-- saved from url=(0060)https://td.doubleclick.net/td/rul/1122334455?random=1 -->"
    (folder / "saved_resource.html").write_text(f"<!DOCTYPE html>\n{top}<html></html>", encoding="utf-8")
    (tmp_path / "Kranz AG.html").write_text(
        "<!DOCTYPE html>\n<!-- saved from url=(0025)https://www.kranz.example/ -->\n<html><head>"
        f'<script src="./Kranz AG{ending}/js"></script></head><body>{WORDS}</body></html>',
        encoding="utf-8",
    )
    said = inspected(tmp_path, "Kranz AG.html")
    assert said["domain"] == "kranz.example"
    assert said["ads"]["Google Ads"] == "active_tag"
    assert said["ads"]["Meta Ads"] is None


@pytest.mark.parametrize("tag", ['<link rel="canonical" href="{}">', '<meta property="og:url" content="{}">'])
def test_a_page_without_a_url_is_of_the_site_that_it_names_itself(tmp_path, tag):
    address = "https://www.kranz.example/about"
    files = '<script src="https://static.kranz.example/wp-content/a.js"></script>'
    (tmp_path / "p.html").write_text(f"<html><head>{tag.format(address)}{files}</head>{WORDS}</html>")
    said = inspected(tmp_path, "p.html")
    assert said["domain"] == "kranz.example"
    assert next(one for one in said["technologies"] if one["name"] == "WordPress")["grade"] == 2


def office_file(member):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr(member, "<html><body>no page</body></html>")
    return out.getvalue()


def picture():
    data = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + data
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))


NO_PAGES = {
    "png": picture(),
    "jpeg": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(range(256)) * 8,
    "webp": b"RIFF\x24\x00\x00\x00WEBPVP8 " + bytes(range(256)) * 8,
    "svg": b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"><a href="x">x</a></svg>',
    "pdf": b"%PDF-1.7\n<html><body>no page</body></html>",
    "docx": office_file("word/document.xml"),
    "doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
    "maff": office_file("1/index.html"),
    "gz": gzip.compress(PAGE.encode()),
    "tar": b"page.html" + bytes(500) + PAGE.encode(),
    "rss": b'<?xml version="1.0"?><rss version="2.0"><channel><title>x</title></channel></rss>',
    "plist": plistlib.dumps({"a": "<html>"}),
    "json": b'{"html": "<html><body>no page</body></html>"}',
    "csv": b"name,email\nAna,ana@banco.example\n",
    "eml": b"From: ana@banco.example\r\nSubject: x\r\nContent-Type: text/html\r\n\r\n<html><body>x</body></html>",
    "txt": "Words, and later <html> as a quotation".encode("utf-16"),
    "random": bytes((number * 73 + 11) % 256 for number in range(4_000)),
    "empty": b"",
    "blank": b" \n\t ",
    "broken-mhtml": packed("x", head="Content-Type: image/png").encode(),
}


@pytest.mark.parametrize("ending", ["html", None])
@pytest.mark.parametrize("kind", sorted(NO_PAGES))
def test_a_file_that_is_no_page_is_an_error_under_any_name(tmp_path, kind, ending):
    name = f"file.{ending or kind}"
    (tmp_path / name).write_bytes(NO_PAGES[kind])
    done = call_cli("inspect", name, cwd=tmp_path)
    assert done.returncode == 2, done.stdout
    assert "none seen" not in done.stdout
    assert f"error: {name}: is " in done.stderr
    assert "hint: " in done.stderr or kind in {"empty", "blank"}


@pytest.mark.parametrize(
    "page",
    [
        "\ufeff" + PAGE,
        "<!-- a comment with <rss> in it -->\n" + PAGE,
        '<?xml version="1.0" encoding="utf-8"?>\n' + PAGE,
        "Warning: something in /var/www/x.php on line 3\n" + PAGE,
        f"{TAGS}<my-page>{WORDS}</my-page>",
        f"<div>{WORDS}</div>{TAGS}",
    ],
)
def test_what_browsers_show_as_a_page_is_one(tmp_path, page):
    (tmp_path / "page.html").write_text(page, encoding="utf-8")
    assert "HubSpot" in names(inspected(tmp_path, "page.html"))


@pytest.mark.parametrize(
    ("host", "grade"),
    [
        ("www.kranz.example", 2),
        ("static.kranz.example", 2),
        ("kranz.example", 2),
        ("partner.example", None),
        ("kranz.example.partner.example", None),
        ("notkranz.example", None),
        ("cdn-kranz.test", 4),
    ],
)
@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/wp-content/a.js", "WordPress"),
        ("/sites/default/files/a.js", "Drupal"),
        ("/typo3conf/a.js", "TYPO3"),
        ("/_next/static/a.js", "Next.js"),
        ("/cdn/shop/t/1/assets/a.js", "Shopify"),
    ],
)
def test_a_path_tells_what_its_own_host_runs_on(host, grade, path, name):
    from prospector.sites.technologies.detect import detect_technologies

    page = f'<html><script src="https://{host}{path}"></script></html>'
    hits = {hit.name: hit.grade for hit in detect_technologies(page, url="https://www.kranz.example/")}
    assert hits.get(name) == grade
    assert grade or not hits


def test_a_widget_of_another_shop_is_a_hint_and_a_shop_says_its_own_name():
    from prospector.sites.technologies.detect import detect_technologies

    widget = '<script src="https://cdn.shopify.com/s/files/1/0001/t/5/assets/widget.js"></script>'
    assert [hit.grade for hit in detect_technologies(widget, url="https://kranz.example/")] == [4]
    own = widget + '<script>Shopify.shop = "kranz.myshopify.com";</script>'
    assert [hit.grade for hit in detect_technologies(own, url="https://kranz.example/")] == [1]
