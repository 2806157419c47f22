"""Graders that err: audits, corrections, agreement, and drift told from the agent's."""

from gyges.stats.judge.agreement import (
    Confusion,
    Metric,
    Share,
    cohen_kappa,
    confusion,
    krippendorff_alpha,
    percent_agreement,
    sensitivity,
    specificity,
)
from gyges.stats.judge.audit import (
    Audit,
    Choice,
    Flagged,
    Stratum,
    choose_audit,
    further_audits,
    two_phase,
)
from gyges.stats.judge.correction import (
    Corrected,
    Powered,
    Tested,
    calibration_allocation,
    lee_interval,
    ppi,
    rogan_gladen,
)

__all__ = [
    "Audit",
    "Choice",
    "Confusion",
    "Corrected",
    "Flagged",
    "Metric",
    "Powered",
    "Share",
    "Stratum",
    "Tested",
    "calibration_allocation",
    "choose_audit",
    "cohen_kappa",
    "confusion",
    "further_audits",
    "krippendorff_alpha",
    "lee_interval",
    "percent_agreement",
    "ppi",
    "rogan_gladen",
    "sensitivity",
    "specificity",
    "two_phase",
]
