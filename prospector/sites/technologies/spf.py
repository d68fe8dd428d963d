"""What an SPF record (RFC 7208) refers to."""

from __future__ import annotations


def is_spf(text: str) -> bool:
    """Whether a TXT record says who may send in the domain's name."""
    return text.lower().startswith("v=spf1")


def spf_targets(text: str) -> list[str]:
    """The domains that an SPF record includes or redirects to; none of any other record."""
    if not is_spf(text):
        return []
    terms = (term.lstrip("+?~-") for term in text.lower().split())
    pairs = (term.replace("redirect=", "include:").partition(":") for term in terms)
    return [target.rstrip(".") for name, _, target in pairs if name == "include" and target]
