"""Ideal customers in files and flags, and who matches them."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import date
from functools import cache, cached_property, partial
from typing import TYPE_CHECKING

from prospector.core.errors import FileError, LockedError, ProspectorError, UsageError, near_miss
from prospector.core.inputs import inside
from prospector.workspace.records import Records

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from prospector.pipeline.stages.settings import Pipeline
    from prospector.segments.changes import Changes
    from prospector.segments.companies import CompanyListing, FoundCompany
    from prospector.segments.criteria.context import Asking, Road
    from prospector.segments.language.checking import Problem
    from prospector.segments.ranking import Found, Listing
    from prospector.segments.reasons import Explained
    from prospector.segments.segment import Segment
    from prospector.segments.selection import Counts, FunnelLine


class Segments(Records):
    """Read, count, list, check, compare and explain segments."""

    def segment_names(self) -> list[str]:
        """The segments in this workspace."""
        return sorted(path.stem for path in (self.folder / "segments").glob("*.yaml"))

    def segment(self, name: str, *, as_of: date | None = None) -> Segment:
        """A segment of this workspace, read and checked; for another day than the workspace's if given."""
        from prospector.segments.language.files import load_segment

        path = self.folder / "segments" / f"{name}.yaml"
        if not path.is_file():
            if path.exists():
                raise FileError(
                    path, "no file, but a folder, a pipe or a device", hint="segments are YAML files"
                )
            known = self.segment_names()
            hint = (
                near_miss(name.removesuffix(".yaml"), known) or f"segments here: {', '.join(known) or 'none'}"
            )
            raise FileError(path, "no such segment", hint=hint)
        inside(path, self.folder, place="the workspace")
        return self._with_stages(load_segment(path, self.asking(as_of)))

    def segment_from_flags(self, flags: Mapping[str, Sequence[str]], *, unknown: str = "exclude") -> Segment:
        """The segment that the flags of `find` describe."""
        from prospector.segments.language.flags import segment_from_flags

        return self._with_stages(segment_from_flags(flags, self.asking(), unknown=unknown))

    @cached_property
    def pipeline(self) -> Pipeline:
        """The stages, rules and limits of `pipeline.yaml`, or those of a new workspace."""
        from prospector.pipeline.stages.files import load_pipeline

        return load_pipeline(self.folder)

    def refresh_stages(self) -> int:
        """Work out again where people stand of whom something has changed; of how many."""
        from prospector.pipeline.stages.refreshing import refresh

        return refresh(self.db, self.pipeline, self.as_of, self._fits if self.pipeline.uses_fit else None)

    def _with_stages(self, segment: Segment) -> Segment:
        """The segment; what it asks about stages is known then. Another command that is writing is not waited for."""
        if segment.asks_of("pipeline") and self.has_database:
            with suppress(LockedError):
                self.refresh_stages()
        return segment

    def _fits(self, people: Sequence[int]) -> Mapping[int, int]:
        """The fit of people, as the segments of the campaigns see it; a segment that cannot be read says nothing."""
        from prospector.pipeline.stages.fit import fits

        return fits(self.db, people, self._segments_of_campaigns, self.pipeline.fit.member)

    @cached_property
    def _segments_of_campaigns(self) -> dict[str, Segment]:
        from prospector.segments.language.files import load_segment

        found: dict[str, Segment] = {}
        for name, campaign in self.settings.campaigns.items():
            with suppress(ProspectorError):
                path = self.folder / "segments" / f"{campaign.segment}.yaml"
                found[name] = load_segment(path, self.asking())
        return found

    def save_segment(self, name: str, flags: Mapping[str, Sequence[str]], unknown: str = "exclude") -> Path:
        """Write the flags of `find` as a segment file; an existing one is left alone."""
        from prospector.segments.language.flags import segment_text

        path = self.folder / "segments" / f"{name}.yaml"
        if not name.replace("-", "").replace("_", "").isalnum():
            raise UsageError(f'"{name}" is no plain name', hint="use letters, digits, - and _")
        if path.exists():
            raise FileError(
                path, "there is such a segment already", hint="choose another name, or edit the file"
            )
        path.parent.mkdir(exist_ok=True)
        path.write_text(segment_text(name, flags, unknown), encoding="utf-8")
        return path

    def new_segment(self, name: str) -> list[Path]:
        """Write a commented segment to start from, and where it is."""
        from prospector.starting_files import new_segment

        return new_segment(self.folder, name)

    def asking(self, as_of: date | None = None) -> Asking:
        """What answers depend on besides the data; for another day than the workspace's if given."""
        from prospector.segments.criteria.context import Asking
        from prospector.segments.language.spellings import (
            campaigns_of,
            custom_of,
            other_industries_of,
            spellings_of,
            technologies_of,
        )

        return Asking(
            as_of or self.as_of,
            self.settings.enrich.max_age,
            technologies_of(self.db),
            other_industries_of(self.db),
            self.folder,
            campaigns_of(self.db) | set(self.settings.campaigns),
            spellings_of(self.db),
            custom_of(self.db),
            cache(partial(self._road, as_of or self.as_of)),
        )

    def _road(self, day: date) -> Road:
        """Each stage and each group with the stages that it stands for, and what silence says on a day."""
        from prospector.segments.criteria.context import Road
        from prospector.segments.language.silence import answers_read_since

        stages = {name: (name,) for name in self.pipeline.stages}
        read_since = answers_read_since(self.db, day)
        return Road({**stages, **self.pipeline.groups}, self.pipeline.deals.dark_after, read_since)

    def find(self, segment: Segment, sort: str = "score") -> Iterator[Found]:
        """The people of a segment, best first; `sort` may also be `name` or `company`."""
        return iter(self.listing(segment, sort))

    def listing(self, segment: Segment, sort: str = "score") -> Listing:
        """The same as a list of which nobody is loaded yet, and which can be cut."""
        from prospector.segments.ranking import listing

        return listing(self.db, segment, sort)

    def over_limit(self, segment: Segment, who: str | None = None) -> str:
        """Whom the segment's limit leaves out, in words: of everybody, or whether it leaves out one person."""
        from prospector.segments.limits import limit_in_words, person_over_limit

        if who is None:
            return limit_in_words(self.db, segment)
        return person_over_limit(self.db, segment, self.person(who))

    def find_companies(self, segment: Segment, sort: str = "score") -> Iterator[FoundCompany]:
        """The companies of a segment that asks about companies alone, best first."""
        return iter(self.company_listing(segment, sort))

    def company_listing(self, segment: Segment, sort: str = "score") -> CompanyListing:
        """The same as a list that can be cut."""
        from prospector.segments.companies import CompanyListing, ranked_companies

        return CompanyListing(ranked_companies(self.db, segment, sort))

    def count_companies(self, segment: Segment) -> Counts:
        """Companies by answer, before the policy for unknown ones."""
        from prospector.segments.companies import count_companies

        return count_companies(self.db, segment)

    def count(self, segment: Segment) -> Counts:
        """People by answer, before the policy for unknown ones; and how many of those who match are suppressed."""
        from prospector.segments.selection import count_people, count_suppressed

        return replace(count_people(self.db, segment), suppressed=count_suppressed(self.db, segment))

    def funnel(self, segment: Segment) -> list[FunnelLine]:
        """Match, no match, unknown and what remains, criterion by criterion."""
        from prospector.segments.selection import funnel

        return funnel(self.db, segment)

    def segment_sql(self, segment: Segment) -> tuple[str, dict[str, str | int]]:
        """The SQL that decides a segment, with its bound values."""
        from prospector.segments.selection import selection_sql

        return selection_sql(segment)

    def segment_faults(self, name: str) -> list[FileError]:
        """All that keeps a segment's file from being read."""
        from prospector.segments.language.files import segment_faults

        path = inside(self.folder / "segments" / f"{name}.yaml", self.folder, place="the workspace")
        return segment_faults(path, self.asking())

    def check_segment(self, segment: Segment) -> list[Problem]:
        """Contradictions, questions that no data can answer yet, and an unexpected size."""
        from prospector.segments.language.checking import check_segment

        return check_segment(self.db, segment)

    def segment_changes(self, name: str, since: str | None = None) -> Changes:
        """Who came into a segment and who went out since a run, a day, or the last run, and why."""
        from prospector.segments.changes import base_of, changes_since_day, changes_since_snapshot

        segment = self.segment(name)
        day = _day_or_none(since)
        if day is not None:
            return changes_since_day(self.db, segment, self.segment(name, as_of=day), day)
        snapshot = base_of(self.db, name, since)
        earlier = self.segment(name, as_of=snapshot.as_of)
        return changes_since_snapshot(self.db, segment, earlier, snapshot)

    def explain(self, segment: Segment, who: str) -> list[Explained]:
        """Each criterion's answer for one person."""
        from prospector.segments.reasons import explain

        return explain(self.db, segment, self.person(who), self.as_of)


def _day_or_none(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
