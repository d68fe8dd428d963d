"""Mails for the tests of their reading. People, firms and addresses are invented."""

from __future__ import annotations


def mail(
    body: str, *, subject: str = "Re: An idea", sender: str = "Bea Roth <bea@firma.example>", **headers: str
) -> bytes:
    """A plain mail to Ana of OurCo, written on Monday, 30 November 2026."""
    more = "".join(f"{name.replace('_', '-')}: {value}\n" for name, value in headers.items())
    return (
        f"From: {sender}\nTo: ana@ourco.example\nDate: Mon, 30 Nov 2026 10:00:00 +0100\nSubject: {subject}\n"
        f"Message-ID: <1@firma.example>\n{more}Content-Type: text/plain; charset=utf-8\n\n{body}\n"
    ).encode()


def report(
    diagnostic: str, *, status: str = "5.0.0", action: str = "failed", recipient: str = "bea@firma.example"
) -> bytes:
    """A bounce as RFC 3464 has it."""
    return (
        "From: Mail Delivery System <mailer-daemon@mx.ourco.example>\nTo: ana@ourco.example\nSubject: Undelivered Mail\n"
        "Return-Path: <>\nAuto-Submitted: auto-replied\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n--b\n\nYour mail was not delivered.\n'
        "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.ourco.example\n\n"
        f"Final-Recipient: rfc822; {recipient}\nAction: {action}\nStatus: {status}\nDiagnostic-Code: smtp; {diagnostic}\n\n"
        f"--b\nContent-Type: message/rfc822\n\nFrom: ana@ourco.example\nTo: {recipient}\nMessage-ID: <7@ourco.example>\n\nHi\n--b--\n"
    ).encode()


def complaint(kind: str = "abuse") -> bytes:
    """A complaint as RFC 5965 has it."""
    return (
        "From: fbl@isp.example\nTo: abuse@ourco.example\nSubject: FW: An idea\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=feedback-report; boundary="b"\n\n--b\n\nThis is an abuse report.\n'
        f"--b\nContent-Type: message/feedback-report\n\nFeedback-Type: {kind}\nUser-Agent: isp/1\n"
        "Original-Rcpt-To: <bea@isp.example>\n\n"
        "--b\nContent-Type: message/rfc822\n\nFrom: ana@ourco.example\nTo: bea@isp.example\nMessage-ID: <7@ourco.example>\n\nHi\n--b--\n"
    ).encode()
