"""Apollo: exports of contacts, with columns that say what happened and not when."""

from __future__ import annotations

from prospector.pipeline.tools.reader import ToolReader

READER = ToolReader(
    "apollo",
    "Apollo",
    tells="In an export of contacts: who was sent a mail, opened, replied, bounced and was shown a demo.",
    webhook="",
    silent="It has no webhook for its sequences that could be found. Its export does not say when: such events "
    "have the day on which they were read.",
    marks=("apollocontactid", "apolloaccountid", "demoed", "emailbounced", "emailopen", "emailsent"),
)
