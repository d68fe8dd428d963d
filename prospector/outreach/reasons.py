"""Why a person is held back, and why a campaign is refused: the codes that plans, manifests and `--json` use."""

from __future__ import annotations

REASONS: dict[str, str] = {
    "review": "A criterion is unknown and its policy asks a person to look.",
    "suppressed": "The address, or the domain of the address or of the company, is on the suppression list.",
    "no_email": "No address is known, and the sequence has e-mail touches.",
    "consent_unclear": "A column about consent has an answer that was not understood; `import` named it.",
    "do_not_call": "The person must not be called, and the sequence has calls.",
    "paused": "The person, or the whole campaign, is paused; `resume` takes that back.",
    "has_replied": "An import, or an answer that was read, tells of a reply of this person.",
    "away": "An automatic answer says that the person is away; it ends by itself on the day that is told.",
    "not_now": "The person asked to be written to later.",
    "not_interested": "The person said no.",
    "unsubscribed": "The person asked not to be written to any more, or may have: then somebody has to look first "
    "(`events review`).",
    "complained": "The person told the mail provider that a mail was unwanted.",
    "bounced": "A mail to the person bounced.",
    "left_company": "An answer says that the person is not at the company any more.",
    "meeting": "There is or was a meeting with the person.",
    "talked": "There was a talk with the person.",
    "stopped": "What came back stopped the person, as `answers:` of the workspace says.",
    "colleague": "An answer of somebody at the company stopped everybody there, as `answers:` says.",
    "perhaps_answered": "An answer came from an address that nobody is known for, and may be this person's: somebody "
    "has to look (`events review`).",
    "breaker": "Too many mails bounced, or too many people complained, in the campaign, of the source of the address "
    "or at the recipient's domain; `resume CAMPAIGN` lets it go on.",
    "undeliverable": "The source, or verifying, says that the address bounces or does not exist.",
    "send_never": "The source, or verifying, says that the address must never be written to: a trap, a complainer, a "
    "throw-away box.",
    "send_hold": "The source, or verifying, says that the address is better left alone for now, such as a full "
    "mailbox.",
    "unverified": "The address was guessed or looked up, and less is proved of it than `enrich.accept` asks for.",
    "cooldown": "The person was enrolled in another campaign within the cooldown.",
    "per_company": "The company has as many enrolled people as the campaign or the segment allows.",
    "company_gap": "Another person of the company starts within the campaign's `company_gap` days.",
    "daily_cap": "The day's cap is reached; the person is taken on a later day.",
    "mailbox_cap": "The mailboxes of the campaign have as many mails on a day as their `daily_cap` allows; planned "
    "follow-ups go first.",
    "blank_value": "A template prints a value that is not known for this person, without a fallback.",
    "placeholder": "A value that would leave is a placeholder of another program, or what a spreadsheet would run.",
    "odd_address": "The address needs SMTPUTF8, or cannot stand in a mail's header: few servers would take it.",
    "too_many_mails": "The sequence has more mails than the tool has places for.",
    "too_long": "A text is longer than the destination takes, and none leaves cut off.",
    "unfit_sign": "A value has a sign that the tool's reader takes for another, such as a backslash before a quote.",
    "same_address": "Another person of this plan has the same address.",
    "too_many_fields": "The texts need more custom fields than the tool has for a lead.",
}

IN_WORDS: dict[str, str] = {
    "review": "somebody has to look first",
    "suppressed": "must not be written to",
    "no_email": "cannot be written to",
    "consent_unclear": "consent is unclear",
    "do_not_call": "must not be called",
    "has_replied": "has replied",
    "away": "is away",
    "not_now": "asked to be written to later",
    "not_interested": "is not interested",
    "unsubscribed": "has opted out",
    "complained": "has complained",
    "bounced": "a mail bounced",
    "left_company": "has left the company",
    "meeting": "has a meeting with us",
    "talked": "is in talks with us",
    "stopped": "was stopped by what came back",
    "colleague": "a colleague's answer stopped everybody there",
    "perhaps_answered": "may have answered from another address",
    "breaker": "too much bounced, or too many complained",
    "undeliverable": "the address does not work",
    "paused": "is paused",
    "send_never": "the address must never be written to",
    "send_hold": "the address is better left alone for now",
    "unverified": "the address was guessed or looked up, and is not proved",
    "cooldown": "another campaign wrote a short while ago",
    "per_company": "enough people of the company",
    "company_gap": "a colleague is written to at the same time",
    "daily_cap": "enough people for the day",
    "mailbox_cap": "the mailbox has enough mails that day",
    "blank_value": "a value is missing",
    "placeholder": "a value is a placeholder or a formula",
    "same_address": "somebody else has the address",
    "too_many_fields": "the texts have too many parts for the tool",
}
"""The same in a few words, for whoever reads a plan or a preview."""

ANSWERS: dict[str, str] = {
    "blocked": "The address is on the tool's block list, or has unsubscribed there.",
    "duplicate": "The tool has the address in another campaign, and leaves it there.",
    "invalid": "The tool does not take the lead: mostly the address is none to it, or a field does not exist there.",
    "left_out": "The tool left the lead out, and its answer does not say why.",
}
"""Why a tool did not take somebody, as far as its answer tells."""

REFUSALS: dict[str, str] = {
    "sample_sender": "The sender is the invented one that `prospector init` writes, told by the address.",
    "blank_sender": "The sender's name, address or company is blank, or the address is none.",
    "reserved_domain": "The sender's address or the opt-out link is under a name that leads nowhere: `.example`, "
    "`.invalid`, `localhost`, `example.com`, `.net` or `.org`.",
    "no_postal_address": "A first e-mail does not have the sender's postal address in its finished text.",
    "no_opt_out": "A first e-mail has no way to opt out: neither the person's own link nor, as `opt_out` in "
    "`sequence.yaml` says, a sentence about replying.",
    "no_token": "The opt-out link has no `{token}`, so nobody could tell who clicked.",
}
"""Why `plan` and `run` refuse a campaign; each can be let pass with `allow: [CODE]` in the campaign."""
