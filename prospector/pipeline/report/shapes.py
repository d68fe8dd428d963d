"""The JSON of the report."""

from __future__ import annotations

from typing import Annotated, NotRequired, TypedDict

from prospector.core.json_shapes import Day


class RateShape(TypedDict):
    """A share of people, mails or deals."""

    value: Annotated[float | None, "The share; null where nothing can be divided by."]
    numerator: Annotated[int, "What was counted."]
    denominator: Annotated[int, "Of how many."]
    low: Annotated[float | None, "The lower end of Wilson's interval at 95 %."]
    high: Annotated[float | None, "The upper end."]
    enough: Annotated[bool, "Whether there are at least 30 to speak of a rate."]


class RatesShape(TypedDict):
    """The rates of a group of people."""

    reply: Annotated[
        RateShape, "People with a human reply within the window / contacted whose window is over."
    ]
    positive: Annotated[RateShape, "People who are interested / the same."]
    positive_share: Annotated[RateShape, "People who are interested / people who replied."]
    bounce: Annotated[RateShape, "Hard bounces / mails sent."]
    soft_bounce: Annotated[RateShape, "Other bounces / mails sent."]
    unsubscribe: Annotated[RateShape, "People who opted out / contacted."]
    complaint: Annotated[RateShape, "People who complained / contacted."]
    meeting_booked: Annotated[RateShape, "People with a meeting / contacted."]
    show: Annotated[RateShape, "Meetings held / booked."]


class CountsOfShape(TypedDict):
    """How many people of a group got how far."""

    people: Annotated[int, "People in campaigns; one in two campaigns counts in each."]
    started: Annotated[int, "Got a first touch."]
    contacted: Annotated[int, "Of them, those whose first mail did not hard-bounce."]
    closed: Annotated[int, "Of them, those whose window for an answer is over."]
    open: Annotated[int, "Of them, those whose window is not over: neither a reply nor none."]
    replied: Annotated[int, "Replied within the window, which is over."]
    positive: Annotated[int, "Of them, those who are interested."]
    replied_so_far: Annotated[int, "Replied while their window is still open."]
    replied_late: Annotated[int, "Replied after their window."]
    automatic: Annotated[int, "Had an automatic reply, which is none."]
    mails: Annotated[int, "Mails that went out."]


class GroupShape(CountsOfShape):
    """A part of the people."""

    by: Annotated[str, "What the parts are told apart by."]
    name: Annotated[str, "Which part."]
    rates: Annotated[RatesShape, "Its rates."]


class CampaignShape(CountsOfShape):
    """A campaign."""

    campaign: Annotated[str, "Its name."]
    rates: Annotated[RatesShape, "Its rates."]


class FunnelShape(TypedDict):
    """A stage."""

    stage: Annotated[str, "Its name, as pipeline.yaml has it."]
    kind: Annotated[str, "open, won or lost."]
    entered: Annotated[int, "People who touched it at all."]
    left: Annotated[int, "Of them, those who touched a later one: they went on."]
    dropped: Annotated[int, "Of them, those who are gone without that: lost, or moved back."]
    open: Annotated[int, "Of them, those who are still there."]
    conversion: Annotated[RateShape, "Went on / entered."]
    strict: Annotated[int, "People who touched it and every stage before it."]
    strict_conversion: Annotated[RateShape, "The same of those alone, to the next stage."]
    skipped: Annotated[int, "People who reached a later stage without this one."]
    returned: Annotated[int, "Moves back into it from a later one."]
    value: Annotated[float, "Amounts of the deals of those who entered."]
    value_left: Annotated[float, "Of those who went on."]
    value_open: Annotated[float, "Of those who are still there."]


class WarmthShape(FunnelShape):
    """A stage, of warm or of cold people alone."""

    warmth: Annotated[str, "warm: they came to us; cold: we wrote first."]


class TouchShape(TypedDict):
    """A touch of a sequence."""

    sequence: Annotated[str, "The sequence."]
    touch: Annotated[str, "The touch."]
    number: Annotated[int, "Its place."]
    channel: Annotated[str, "email, call, linkedin or task."]
    got: Annotated[int, "People who got it and were still silent."]
    replied: Annotated[int, "Of them, those who answered it."]
    hazard: Annotated[RateShape, "Replied / got."]
    cumulative: Annotated[RateShape, "People who had replied by this touch / people who got a first one."]
    bounced: Annotated[int, "People whose mail hard-bounced."]
    unsubscribed: Annotated[int, "People who opted out or complained."]
    open: Annotated[int, "Got it within the window and may still answer."]
    skipped: Annotated[int, "Left out on purpose."]
    waiting: Annotated[
        int,
        "Calls and other tasks that are due, of which nobody said that they were done or left out: not among `got`.",
    ]
    value: Annotated[float, "Amounts of the deals of those who answered it."]


class TouchesToReplyShape(TypedDict):
    """How many touches it took."""

    touches: Annotated[int, "The touch at which people replied."]
    people: Annotated[int, "How many did."]
    share: Annotated[RateShape, "Of all who replied."]


class VariantShape(TypedDict):
    """A variant of a touch."""

    campaign: Annotated[str, "The campaign."]
    touch: Annotated[str, "The touch."]
    variant: Annotated[str, "The variant."]
    people: Annotated[int, "People who got it and were still silent."]
    replied: Annotated[int, "Of them, those who answered it."]
    open: Annotated[int, "Of them, those who may still answer."]
    rate: Annotated[RateShape, "Replied / people."]
    low: Annotated[float | None, "The lower end of its interval."]
    high: Annotated[float | None, "The upper end."]
    enough: Annotated[bool, "Whether there are at least 30 people."]
    winner: Annotated[bool, "Whether it won."]
    verdict: Annotated[str, "What can be said of the variants of this touch."]


class CriterionShape(TypedDict):
    """A reason for which people were taken."""

    criterion: Annotated[str, "The reason as it stood when they were."]
    rate: Annotated[RateShape, "People who replied / people with the reason."]


class FactShape(TypedDict):
    """A fact that goes with replies, or does not."""

    field: Annotated[str, "What the fact is of."]
    value: Annotated[str, "The fact."]
    rate: Annotated[RateShape, "Replied, of the people with it."]
    rest: Annotated[RateShape, "Replied, of those with another one."]
    chance: Annotated[float, "How likely the difference is chance, corrected for the number of facts."]
    holds: Annotated[bool, "Whether that is at most 5 %."]


class TimeInStageShape(TypedDict):
    """How long people stay in a stage."""

    stage: Annotated[str, "The stage."]
    stays: Annotated[int, "Stays in it."]
    open: Annotated[int, "Of them, those that are not over."]
    median_days: Annotated[
        int | None, "The median of days, open ones counted; null where fewer than half have left."
    ]


class DealsOfShape(TypedDict):
    """The deals of a currency."""

    currency: Annotated[str, "The currency."]
    open: Annotated[int, "Open deals."]
    open_amount: Annotated[float, "Their amounts."]
    won: Annotated[int, "Deals won."]
    won_amount: Annotated[float, "Their amounts."]
    lost: Annotated[int, "Deals lost."]
    lost_amount: Annotated[float, "Their amounts."]
    average_won: Annotated[float | None, "The mean amount of a deal won."]
    average_open: Annotated[float | None, "The mean amount of an open deal."]
    moved: Annotated[int, "Open deals whose close date was moved."]
    moved_3: Annotated[int, "Open deals whose close date was moved three times or more."]
    overdue: Annotated[int, "Open deals whose close date has passed."]
    without_next_step: Annotated[int, "Open deals without a next step."]


class WinShape(TypedDict):
    """A win rate."""

    way: Annotated[
        str,
        "closed: by the day of the decision; opened: by month of creation; strict: late ones are not won.",
    ]
    name: Annotated[str, "all, or a month."]
    currency: Annotated[str, "The currency of the amounts."]
    open: Annotated[int, "Deals that are not decided."]
    rate: Annotated[RateShape, "Won / decided."]
    value_rate: Annotated[float | None, "The same of the amounts."]


class LossShape(TypedDict):
    """Why deals were lost."""

    reason: Annotated[str, "The reason, or all."]
    currency: Annotated[str, "The currency."]
    lost: Annotated[int, "How many."]
    amount: Annotated[float, "Of what amount."]
    median_days: Annotated[float | None, "Days from opened to lost."]


class DarkShape(TypedDict):
    """An open deal and how long it has been silent."""

    deal_id: Annotated[int, "Its number."]
    name: Annotated[str, "Its name."]
    owner: Annotated[str, "Whose it is."]
    stage: Annotated[str, "Where it stands."]
    currency: Annotated[str, "The currency."]
    amount: Annotated[float, "The amount."]
    close_on: Annotated[Day | None, "When it should close."]
    talked_on: Annotated[Day | None, "When both sides last talked."]
    days: Annotated[int, "Days since then, or since it was opened."]
    dark: Annotated[bool, "Whether that is too long."]


class ShareShape(TypedDict):
    """From a stage to a win."""

    stage: Annotated[str, "The stage."]
    usual: Annotated[float | None, "The share that pipeline.yaml gives it."]
    own: Annotated[RateShape, "Our own: won / decided deals that were in it."]


class ForecastShape(TypedDict):
    """What open deals of a month and stage should bring."""

    month: Annotated[str, "When they should close."]
    currency: Annotated[str, "The currency."]
    category: Annotated[str, "commit, best case, pipeline or omitted."]
    stage: Annotated[str, "The stage."]
    deals: Annotated[int, "How many."]
    amount: Annotated[float, "Their amounts."]
    usual_amount: Annotated[float, "By the usual share."]
    own_amount: Annotated[float | None, "By our own share; null where there are too few decided deals."]
    own_low: Annotated[float | None, "By its lower end."]
    own_high: Annotated[float | None, "By its upper end."]


class VelocityOfShape(TypedDict):
    """What open deals of a currency bring in a day."""

    currency: Annotated[str, "The currency."]
    open: Annotated[int, "Open deals."]
    won: Annotated[int, "Deals won."]
    lost: Annotated[int, "Deals lost."]
    average_won: Annotated[float | None, "The mean amount of a deal won."]
    mean_days: Annotated[float | None, "The mean of days from opened to won."]
    per_day: Annotated[
        float | None, "Open x won / (won + lost) x average / days; null where nothing was won."
    ]


class VelocityShape(VelocityOfShape):
    """The same of the currency that most deals have, and of the others."""

    others: Annotated[list[VelocityOfShape], "Those of other currencies."]


class DealsShape(DealsOfShape):
    """The deals of the currency that most have, and all that is told of deals."""

    others: Annotated[list[DealsOfShape], "Those of other currencies."]
    wins: Annotated[list[WinShape], "Win rates."]
    losses: Annotated[list[LossShape], "Why deals were lost, and after how long."]
    dark: Annotated[list[DarkShape], "Open deals, the longest silent first."]
    shares: Annotated[list[ShareShape], "From each stage to a win."]
    forecast: Annotated[list[ForecastShape], "What the open ones should bring."]


class SourceShape(TypedDict):
    """A source of addresses."""

    source: Annotated[str, "The file, or the source that was asked."]
    contacted: Annotated[int, "People contacted at its addresses."]
    mails: Annotated[int, "Mails sent to them."]
    bounce: Annotated[RateShape, "Hard bounces / mails."]
    soft: Annotated[int, "Other bounces."]
    replied: Annotated[int, "People who replied."]
    meetings: Annotated[int, "People with a meeting."]
    lookups: Annotated[int, "How often it was asked."]
    found: Annotated[int, "Addresses that it found."]
    cost: Annotated[float, "What that cost."]
    cost_per_found: Annotated[float | None, "Cost / found."]
    cost_per_reply: Annotated[float | None, "Cost / replied."]
    cost_per_meeting: Annotated[float | None, "Cost / meetings."]


class GoalShape(TypedDict):
    """What an owner is to reach in a month."""

    owner: Annotated[str, "The name."]
    goal: Annotated[str, "A class of events, or a stage."]
    wanted: Annotated[int, "How many in the month."]
    reached: Annotated[int, "How many since it began."]


class OwnerShape(TypedDict):
    """An owner."""

    owner: Annotated[str, "The name."]
    contacted: Annotated[int, "Their people who were contacted."]
    touches: Annotated[int, "Touches that went out."]
    tasks_done: Annotated[int, "Tasks done."]
    replied: Annotated[int, "People who replied."]
    meetings: Annotated[int, "People with a meeting."]
    open_deals: Annotated[int, "Open deals."]
    won_deals: Annotated[int, "Deals won."]
    won_amount: Annotated[float, "Their amounts."]
    goals: Annotated[list[GoalShape], "What pipeline.yaml wants of them in a month."]


class OtherToolShape(TypedDict):
    """A rate by another tool's definition."""

    tool: Annotated[str, "The tool."]
    rate: Annotated[str, "Which rate."]
    share: Annotated[RateShape, "What it would print."]


class StepShape(TypedDict):
    """A step on the road to the target."""

    step: Annotated[str, "contacted, replied, booked, deals or won."]
    people: Annotated[int, "Who got there so far."]
    to_next: Annotated[RateShape, "Of them, who got to the next one."]
    needed: Annotated[int | None, "How many more the target needs here; null where it cannot be told."]
    may_cost: Annotated[float | None, "What one there brings in the mean: more it must not cost."]


class TargetShape(TypedDict):
    """Whether an amount is reached."""

    amount: Annotated[float, "The amount."]
    by: Annotated[Day | None, "By when."]
    currency: Annotated[str, "In which currency."]
    open_amount: Annotated[float, "Amounts of the open deals that should close by then."]
    expected: Annotated[
        float | None, "What they should bring by our own shares; null where there are too few."
    ]
    usual: Annotated[float, "The same by the usual shares."]
    missing: Annotated[float, "What is missing."]
    reached: Annotated[bool, "Whether nothing is."]
    average_won: Annotated[float | None, "The mean amount of a deal won."]
    wins_needed: Annotated[int | None, "How many more wins that takes."]
    steps: Annotated[list[StepShape], "What each step needs for it."]


class ReportShape(TypedDict):
    """The report."""

    as_of: Annotated[Day, "The day that it is for."]
    window_days: Annotated[int, "Days after the last touch in which a reply counts."]
    coverage: Annotated[RateShape, "Contacted people whose answers were read without a gap / contacted."]
    notes: Annotated[list[str], "What has to be known to read the numbers."]
    people: Annotated[CountsOfShape, "How many there are."]
    rates: Annotated[RatesShape, "Of all."]
    funnel: Annotated[list[FunnelShape], "Stage by stage."]
    warmth: Annotated[list[WarmthShape], "The same of warm and of cold people."]
    campaigns: Annotated[list[CampaignShape], "Campaign by campaign."]
    groups: Annotated[list[GroupShape], "By segment, sequence, source, verdict, its age, owner and warmth."]
    touches: Annotated[list[TouchShape], "Touch by touch."]
    touches_to_reply: Annotated[list[TouchesToReplyShape], "How many touches it took."]
    variants: Annotated[list[VariantShape], "Variants of touches."]
    criteria: Annotated[list[CriterionShape], "Reasons for which people were taken."]
    facts: Annotated[list[FactShape], "What goes with replies."]
    time_in_stage: Annotated[list[TimeInStageShape], "How long people stay in each stage."]
    velocity: Annotated[VelocityShape, "What the open deals bring in a day."]
    deals: Annotated[DealsShape, "Deals."]
    sources: Annotated[list[SourceShape], "Sources of addresses."]
    owners: Annotated[list[OwnerShape], "Owners."]
    other_tools: Annotated[list[OtherToolShape], "The same log by other tools' definitions."]
    target: NotRequired[Annotated[TargetShape, "With `--target`: whether the open deals reach it."]]


class BacktestGroupShape(TypedDict):
    """People of whom the segment said the same."""

    who: Annotated[str, "no match, unknown, match, or those who match by their points."]
    people: Annotated[int, "How many."]
    reply: Annotated[RateShape, "Who replied."]
    positive: Annotated[RateShape, "Who is interested."]
    meeting: Annotated[RateShape, "Who has a meeting."]
    won: Annotated[RateShape, "Who has a deal that was won."]


class BacktestRuleShape(TypedDict):
    """A rule of the score."""

    rule: Annotated[str, "Its reason."]
    rate: Annotated[RateShape, "Replied, of those who fulfil it."]
    rest: Annotated[RateShape, "Replied, of the others who match."]
    chance: Annotated[float, "How likely the difference is chance, corrected for the number of rules."]
    holds: Annotated[bool, "Whether that is at most 5 %."]


class BacktestShape(TypedDict):
    """A segment beside what became of people."""

    segment: Annotated[str, "The segment."]
    people: Annotated[int, "People whose window is over, of any campaign."]
    order: Annotated[float | None, "How often who replied had more points than who did not; 0.5 is chance."]
    groups: Annotated[list[BacktestGroupShape], "By answer and by points."]
    rules: Annotated[list[BacktestRuleShape], "Rule by rule."]
