"""What the tables of drift, mix, actions, service and frequent questions hold; the others stand in reports/week.py."""

from collections.abc import Mapping

Schema = Mapping[str, str]

#: One row per hypothesis "this has been drifting": topic (null for the whole feedback) x metric (share, negative,
#: score, nps as in CHANGES) x scale. The same hypotheses stand in CHANGES (families drift, mood_drift; versus "trend").
#: since: the first week of the straightest drift that ends in the report week, weeks: its length (report week
#: included); before: level of the weeks before it, now: level it has reached in the report week (both fitted, on the
#: metric's own scale); effect = now - before with its 95 % interval low..high (given `since`); per_week: mean relative
#: growth a week, (now/before)^(1/weeks) - 1, null for nps or before <= 0. statistic: the largest standardised drift
#: over all starts; threshold: what it exceeds in 5 % of quiet weeks; p, q, verdict as in CHANGES.
DRIFTS: Schema = {
    "week": "str", "topic": "str", "scale": "str", "metric": "str", "since": "str", "weeks": "int64",
    "before": "float64", "now": "float64", "effect": "float64", "low": "float64", "high": "float64",
    "per_week": "float64", "statistic": "float64", "threshold": "float64", "p": "float64", "q": "float64",
    "verdict": "str",
}  # fmt: skip

#: One row per change that was found (verdict up or down in CHANGES, families volume, sentiment, score) x dimension
#: (channel, product, region). family, topic, scale, metric, versus: of the change. effect = mix + rate, exactly:
#: mix is what comes from groups having become larger or smaller, rate what comes from the groups' own levels
#: (Kitagawa 1955, groups "unknown" and small ones included). mostly_mix: mix has the sign of the effect and at least
#: half its size.
MIX: Schema = {
    "week": "str", "family": "str", "topic": "str", "scale": "str", "metric": "str", "versus": "str", "kind": "str",
    "value": "float64", "baseline": "float64", "effect": "float64", "mix": "float64", "rate": "float64",
    "mostly_mix": "bool",
}  # fmt: skip

#: One row per row of MIX x group. weight, weight_before: the group's share of the customers; level, level_before: its
#: own share or mean; mix, rate: its part of the two sums. Groups below k customers now or before are summed into the
#: group "(small)", customers without the fact are "(unknown)"; either is withheld (numbers null) if still below k,
#: and then the smallest other group with it, so that no number follows by subtraction.
MIX_PARTS: Schema = {
    "week": "str", "family": "str", "topic": "str", "scale": "str", "metric": "str", "versus": "str", "kind": "str",
    "cohort": "str", "weight": "float64", "weight_before": "float64", "level": "float64", "level_before": "float64",
    "mix": "float64", "rate": "float64", "customers": "Int64", "withheld": "bool",
}  # fmt: skip

#: One row per action that a team took x metric: did the fix work? metric: share (of customers who mention the topic),
#: complaints (of customers who mention it negatively), negative (of those who mention it, how many negatively); main:
#: the metric that the action is judged by. since: the week of the action, in neither period. weeks_before and
#: weeks_after: weeks with feedback in each. n of total customers; before, after: n/total; effect = after - before with
#: 95 % interval (week-to-week scatter included). control: the same effect in the untouched cohorts of the same kind
#: (null if the action is for everyone, or they are too few); did = effect - control, with interval. verdict: better,
#: worse, unclear (the interval holds zero), too_early (fewer than two weeks after), not_enough (too few customers or
#: weeks before). A verdict rests on did where there is one. Numbers are null where withheld.
ACTIONS: Schema = {
    "week": "str", "action": "str", "team": "str", "owner": "str", "what": "str", "topic": "str", "kind": "str",
    "cohort": "str", "since": "str", "metric": "str", "main": "bool", "weeks_before": "int64", "weeks_after": "int64",
    "n_before": "Int64", "total_before": "Int64", "n_after": "Int64", "total_after": "Int64", "before": "float64",
    "after": "float64", "effect": "float64", "low": "float64", "high": "float64", "control": "float64",
    "did": "float64", "did_low": "float64", "did_high": "float64", "verdict": "str", "withheld": "bool",
}  # fmt: skip

#: One row per week x cohort kind (all, channel, product, region) x cohort x measure of service. measure:
#: first_response and handling (seconds from a conversation's first customer turn to the first agent turn, and from
#: its first turn to its last), resolution (seconds from when a contact came in to when it was solved, in the week in
#: which it was solved; of the later half of the trend only), resolved (share of conversations and tickets that somebody
#: marked as resolved or not), contacts (feedback by which a customer came to us: any channel but surveys and reviews),
#: contacts_per_order (contacts with an order number / distinct orders among them). n: what it rests on (contacts, or
#: orders); value: the median for times, the share or ratio otherwise (the count for contacts); low..high: 95 % (order
#: statistics for medians, null below six values; Wilson for shares; null otherwise); p90: of times. CSAT, NPS and CES
#: stand in SCORES.
SERVICE: Schema = {
    "week": "str", "kind": "str", "cohort": "str", "measure": "str", "n": "Int64", "value": "float64",
    "low": "float64", "high": "float64", "p90": "float64", "customers": "Int64", "withheld": "bool",
}  # fmt: skip

#: One row per product: did enquiries (feedback of kind question or request) surge? n: customers who enquired this
#: week; expected: mean of the baseline weeks; ratio = n/expected with 95 % interval; p, q, verdict as in CHANGES.
SURGES: Schema = {
    "week": "str", "product": "str", "n": "Int64", "expected": "float64", "ratio": "float64", "low": "float64",
    "high": "float64", "p": "float64", "q": "float64", "verdict": "str", "withheld": "bool",
}  # fmt: skip

#: One row per hour of the week in the business time zone, 168 rows. weekday: 0 is Monday; hour: 0..23. n: contacts in
#: the trend weeks; per_week: n by the number of weeks with feedback; now: contacts in the report week.
HOURS: Schema = {
    "weekday": "int64", "hour": "int64", "n": "Int64", "per_week": "float64", "now": "Int64", "customers": "Int64",
    "withheld": "bool",
}  # fmt: skip

#: One row per topic: customers who came back about it. customers: with a contact about it in the report week;
#: repeaters: of these, who had contacted us about it before within 28 days (report week included); share, low, high:
#: repeaters/customers, Wilson; contacts: of the repeaters about it in those 28 days; days: median from one contact to
#: the next.
REPEATS: Schema = {
    "week": "str", "topic": "str", "customers": "Int64", "repeaters": "Int64", "share": "float64", "low": "float64",
    "high": "float64", "contacts": "Int64", "days": "float64", "withheld": "bool",
}  # fmt: skip

#: One row per customer x topic with a repeated contact, most contacts first (topics withheld in REPEATS left out). For
#: the service team and managers. contacts, first, last: within 28 days; feedback_id, text, channel, url: of the last
#: contact; resolved: what the source says of it (null if nothing). No customer key.
REPEAT_CONTACTS: Schema = {
    "week": "str", "topic": "str", "contacts": "int64", "first": "datetime64[us, UTC]", "last": "datetime64[us, UTC]",
    "feedback_id": "str", "channel": "str", "product": "str", "resolved": "boolean", "text": "str", "url": "str",
}  # fmt: skip

#: One row per frequent question x example (rank 1 to 3): a draft card for the knowledge base. card: stable id made
#: from topic and words; topic: null for questions about none; question: the typical wording; n, customers: asked in
#: the last four weeks; weeks: in how many of them; feedback_id, occurred_at, channel, url, text: the example; article:
#: title of the article of the knowledge base that answers it already, null if none does. Only questions by k customers
#: or more.
QUESTIONS: Schema = {
    "week": "str", "card": "str", "topic": "str", "language": "str", "question": "str", "n": "int64",
    "customers": "int64", "weeks": "int64", "rank": "int64", "feedback_id": "str",
    "occurred_at": "datetime64[us, UTC]", "channel": "str", "text": "str", "url": "str", "article": "str",
}  # fmt: skip

#: By the name of the field in WeekTables and of the file under tables/.
DETAIL_SCHEMAS: Mapping[str, Schema] = {
    "drifts": DRIFTS, "mix": MIX, "mix_parts": MIX_PARTS, "actions": ACTIONS, "service": SERVICE, "surges": SURGES,
    "hours": HOURS, "repeats": REPEATS, "repeat_contacts": REPEAT_CONTACTS, "questions": QUESTIONS,
}  # fmt: skip
