"""Why a person is held back: the codes that plans, manifests and `--json` use, each with its meaning."""

from __future__ import annotations

REASONS: dict[str, str] = {
    "review": "A criterion is unknown and its policy asks a person to look.",
    "suppressed": "The address, or the domain of the address or of the company, is on the suppression list.",
    "no_email": "No address is known, and the sequence has e-mail touches.",
    "undeliverable": "The source says that the address bounces or does not exist.",
    "cooldown": "The person was enrolled in another campaign within the cooldown.",
    "per_company": "The company has as many enrolled people as the campaign or the segment allows.",
    "daily_cap": "The day's cap is reached; the person is taken on a later day.",
    "blank_value": "A template prints a value that is not known for this person, without a fallback.",
    "same_address": "Another person of this plan has the same address.",
}
