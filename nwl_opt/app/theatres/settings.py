"""The settings booking staff care about, as fields of the form before a solve."""

from __future__ import annotations

from nwl_opt.app.kinds import SettingField

SETTINGS: tuple[SettingField, ...] = (
    SettingField(
        "rehearsed_overrun_limit_share",
        "Highest chance that a list ends late, rehearsed",
        "With late starts, slow days and uneven turnaround. A higher limit fills lists more: see the page Fuller or "
        "safer of a run.",
        kind="percent",
        unit="%",
        minimum=0.1,
        maximum=100,
        step=0.1,
    ),
    SettingField(
        "overrun_probability_limit_share",
        "Highest chance that a list ends late, as planned",
        "With random durations alone.",
        kind="percent",
        unit="%",
        minimum=0.1,
        maximum=50,
        step=0.1,
    ),
    SettingField(
        "overrun_grace_minutes",
        "Grace",
        "A list is late when it ends more than this after its planned end.",
        kind="whole",
        unit="minutes",
        minimum=0,
        maximum=240,
        step=1,
    ),
    SettingField(
        "lock_days",
        "Bookings stay within",
        "Bookings on lists within this many days of planning day stay as they are, whatever their state.",
        kind="whole",
        unit="days",
        minimum=0,
        maximum=120,
        step=1,
    ),
    SettingField(
        "notice_days",
        "Least notice",
        "From planning day to a new operation date, unless a patient has asked for other notice.",
        kind="whole",
        unit="days",
        minimum=0,
        maximum=120,
        step=1,
    ),
    SettingField(
        "aim",
        "What comes first",
        "After due dates, P2 patients and long waits: the fullest lists, or what patients have been told.",
        kind="choice",
        choices=(("best_lists", "the best lists"), ("least_change", "the least change to what patients were told")),
    ),
    SettingField(
        "keep_long_waits",
        "Keep long waits",
        "Book no fewer long waits than the best of the usual ways, even if that costs P2 patients.",
        kind="yes_no",
    ),
    SettingField(
        "least_trust_share",
        "Least share of each home trust",
        "Of the ready patients of each home trust, the share booked before all else. 0 asks for none.",
        kind="percent",
        unit="%",
        minimum=0,
        maximum=100,
        step=1,
    ),
)
