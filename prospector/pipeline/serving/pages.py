"""The pages that a person sees. They load nothing and name nobody: who has only a token learns nothing by it."""

from __future__ import annotations

_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex">
<title>{title}</title>
<main><h1>{title}</h1><p>{text}</p>{more}</main></html>
"""
_BUTTON = '<form method="post"><button>No more e-mails, please</button></form>'
HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": "default-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}


def ask() -> bytes:
    """The page with the one button: a program that only follows links takes nobody off."""
    return _page("Unsubscribe", "One click, and you will get no more e-mails from us.", _BUTTON)


def done() -> bytes:
    """What everybody sees who has asked, whoever they are."""
    return _page("Done", "You will get no more e-mails from us.")


def thanks() -> bytes:
    """What everybody sees who has filled in a form."""
    return _page("Thank you", "We have received what you sent.")


def sorry(text: str) -> bytes:
    """Why something was not taken; the text is ours."""
    return _page("Not taken", text)


def _page(title: str, text: str, more: str = "") -> bytes:
    return _PAGE.format(title=title, text=text, more=more).encode()
