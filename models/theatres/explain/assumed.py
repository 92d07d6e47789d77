"""What a plan takes for granted, in the words of whoever would have to change it."""

from __future__ import annotations

from collections.abc import Iterator

from models.shared.problem import Explanation
from models.theatres.explain.telling import tell, whole
from models.theatres.instance import Instance
from models.theatres.settings import TheatreSettings


def assumed(instance: Instance, without_rules: frozenset[str]) -> Iterator[Explanation]:
    """Durations and their spread, late starts, beds, notice; rules left out; what bounds do not know."""
    if without_rules:
        left_out = ", ".join(sorted(without_rules))
        yield tell("without_rules", f"Rules left out on request: {left_out}. This is no plan to work by.",
                   {"rules": left_out}, rule=min(without_rules), where="request.json")  # fmt: skip
    yield _late(instance.settings)
    yield _beds_and_notice(instance.settings)
    yield tell(
        "assumed_proofs",
        "What would help is tried for one patient at a time with all others fixed: helps of two patients need not go "
        "together. Limits on what is possible know little of the order within a day: they can be a little too high.",
        {},
        rule="T-24",
        where="not_booked.csv",
        headline=False,
    )


def _late(s: TheatreSettings) -> Explanation:
    return tell(
        "assumed_durations",
        f"Late is more than {s.overrun_grace_minutes} minutes after the end of a list: on at most "
        f"{whole(s.overrun_probability_limit_share)} of days with independent durations, and on at most "
        f"{whole(s.rehearsed_overrun_limit_share)} rehearsed (correlation {s.duration_correlation_share:g}, late "
        f"starts of {s.mean_late_start_minutes:g} minutes on average, turnaround {s.turnaround_minutes} with spread "
        f"{s.turnaround_sd_minutes:g}).",
        {
            "turnaround_minutes": s.turnaround_minutes,
            "grace_minutes": s.overrun_grace_minutes,
            "limit_share": s.overrun_probability_limit_share,
            "rehearsed_limit_share": s.rehearsed_overrun_limit_share,
            "correlation_share": s.duration_correlation_share,
            "mean_late_start_minutes": s.mean_late_start_minutes,
            "turnaround_sd_minutes": s.turnaround_sd_minutes,
        },
        rule="T-37",
        where="instance.toml settings",
    )


def _beds_and_notice(s: TheatreSettings) -> Explanation:
    return tell(
        "assumed_beds_and_notice",
        f"Beds suffice on {whole(s.bed_quantile_share)} of nights by the length-of-stay curves; new dates give "
        f"{s.notice_days} days' notice unless the patient asks otherwise, test appointments {s.test_notice_days}; "
        f"bookings within {s.lock_days} days stay.",
        {
            "bed_quantile_share": s.bed_quantile_share,
            "notice_days": s.notice_days,
            "test_notice_days": s.test_notice_days,
            "lock_days": s.lock_days,
        },
        rule="T-12",
        where="instance.toml settings",
    )
