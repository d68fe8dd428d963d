"""Verdicts on people's addresses, as evidence about these people: that is what segments ask and `why` shows."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from prospector.core.evidence import OF_ADDRESS, Observation
from prospector.store.found_addresses import VERIFYING
from prospector.store.history import History

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from prospector.store.database import Database


def record_verdicts(db: Database, verdicts: Mapping[str, tuple[str, str]], as_of: date) -> None:
    """Note verdict and `send` of those addresses that are people's current ones, where they are new.

    Use inside a transaction.
    """
    rows = db.rows(
        "SELECT p.id, p.email, p.email_verdict, p.email_send FROM json_each(?) j "
        "CROSS JOIN people p ON p.email = j.value ORDER BY p.id",
        (json.dumps(list(verdicts)),),
    )
    history = History(db, as_of)
    for person_id, email, *known in rows:
        if tuple(known) != verdicts[email]:
            word, send = verdicts[email]
            values = {OF_ADDRESS: email, "email_verdict": word, "email_send": send}
            history.record_known("person", person_id, [Observation(VERIFYING, "verified", as_of, values)])
    history.flush()
