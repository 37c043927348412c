"""The chapters of the examples, each at its own size and with its own study file."""

from judged import cadonilimab, dalpiciclib, during_ici, sabr, salvage
from judged.cohorts import Size, example
from judged.page import Chapter


def salvage_after_ici(size: Size) -> Chapter:
    table, notes = salvage.judge(size)
    before = (
        "Patients enter with their third line, responses are as the investigator reported them. Patients "
        "who are lost or cut off before they could respond count as without response: what is seen while "
        "followed is the second true value of the response rate. The medians of DoR and PFS fall on scans"
        " (by the day progression comes earlier), so their mean is compared with the limit of such "
        "studies too. Survival from the first line is of patients who lived to salvage: those who came to"
        " it late are also followed longest since their first line, so censoring tells of survival, and "
        "the median comes out too long; the second true value, with the same follow-up, shows how much of"
        " it that is. The share with a fourth line is rare and its limits are exact, so they hold the "
        "truth more often than they say."
    )
    return Chapter("examples/salvage-after-ici", example(salvage.NAME), table, before, tuple(notes))


def rt_with_effect(size: Size) -> Chapter:
    before = (
        "Radiotherapy lowers each irradiated patient's own hazard of death, and growth. Patients who are "
        "lost or cut off before a response could be read count as without one: the second true value of "
        "the response rate is what is seen while followed. The ratio of the scenario is no ratio of the "
        "study: whoever is irradiated has the disease under control, so naive and time-dependent analyses"
        " find more effect than there is. Against the limit of the same way their ratios are right, a "
        "little further from 1 in studies with so few deaths among the irradiated; where none of them "
        "died, Cox gives no answer."
    )
    title = "examples/rt-during-ici, radiotherapy that works"
    return Chapter(title, during_ici.cohort_of(True)[0], during_ici.judge(True, size), before)


def rt_without_effect(size: Size) -> Chapter:
    before = (
        "Radiotherapy changes nothing, and goes to those whose disease is under control. PFS: the naive "
        "split is wrong by immortal time, the fair ways are right. OS: none of them is right, since no "
        "model here knows who has progressed (confounding by indication); the rows of very many such "
        "patients show that this is the limit of each way, and not chance or the pipeline."
    )
    title = "examples/rt-during-ici, radiotherapy that does nothing"
    return Chapter(title, during_ici.cohort_of(False)[0], during_ici.judge(False, size), before)


def cadonilimab_ldrt(size: Size) -> Chapter:
    before = (
        "Response counts within two years and up to the next therapy (R1.30), in all lesions and by their "
        "radiotherapy. True values of lesions by radiotherapy are of patients with a target of that kind "
        "and a scan, by the sum of these targets. The median of PFS falls on scans; its limit with the "
        "follow-up of these studies stands beside it. Exact limits of such small studies hold the truth "
        "more often than they say."
    )
    return Chapter("examples/cadonilimab-ldrt", example(cadonilimab.NAME), cadonilimab.judge(size), before)


def dalpiciclib_cetuximab(size: Size) -> Chapter:
    table, notes = dalpiciclib.judge(size)
    before = (
        "The population is selected by derived facts (HPV, resistance to PD-1 blockade), so true values "
        "are of the same patients, for life. With so few patients the median time to progression lies on "
        "one of two or three scans, and its limits reach from scan to scan. Exact limits of so small "
        "studies hold the truth more often than they say."
    )
    return Chapter("examples/dalpiciclib-cetuximab", example(dalpiciclib.NAME), table, before, tuple(notes))


def sabr_oligometastases(size: Size) -> Chapter:
    table, notes = sabr.judge(size)
    before = (
        "Local failure needs the next scan to show it too (R3.11). The first true value asks only for "
        "another scan in life; but drugs of a later line shrink lesions that had begun to grow, and a "
        "lesion without a diameter (bone, the third of an organ) fails in words alone. Of measured "
        "lesions, with growth twice in a row by true sizes, next to nothing is left of the difference. "
        "The share in each state is of those alive and followed. Metastases come between scans, and a "
        "study knows the state of its latest scan: judged by the truth of that day it is right. Judged by"
        " the truth of the day itself it has too few patients with metastases, most at 6 months, within "
        "the window of a visit. The table below says how often the state of a patient is the true one. "
        "Shares near 0 have exact limits that nearly always hold the truth."
    )
    return Chapter("examples/sabr-oligometastases", example(sabr.NAME), table, before, tuple(notes))


EXAMPLES = (
    salvage_after_ici, rt_with_effect, rt_without_effect, cadonilimab_ldrt, dalpiciclib_cetuximab,
    sabr_oligometastases,
)  # fmt: skip
