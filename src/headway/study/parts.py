"""The study file as values: the keys, their kinds, and what each means.

The words under a key are its description: in `headway schema`, and in docs/reference/study.md.
"""

from datetime import date
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

EndpointName = Literal[
    "OS", "PFS", "TTP", "DoR", "TTR", "TTF", "ToT", "TTNT", "PFS2", "local failure", "regional failure",
    "distant failure",
]  # fmt: skip
RuleSetName = Literal["FDA-2018", "EMA-2012", "clinical", "admiralonco"]
LineRulesName = Literal["HNSCC", "Meng 2021"]
AnchorName = Literal[
    "diagnosis", "recurrent_metastatic", "enrolment", "first_drug", "first_radiotherapy", "first_line", "ici",
    "lcbi", "scai1", "scai2", "as reported",
]  # fmt: skip
Characteristic = Literal[
    "sex", "age_years", "primary_site", "histology", "hpv", "p16", "pd_l1_cps", "smoking", "pack_years",
    "ecog", "stage", "arm", "centre",
]  # fmt: skip
# The columns of patients that divide them from the start.
GroupName = Literal["sex", "hpv", "p16", "smoking", "primary_site", "arm", "centre", "stage", "ecog"]
AS_REPORTED = "as reported"
Share = Annotated[float, Field(gt=0, lt=1)]


def words(literal: Any) -> list[str]:
    """The words of a closed list."""
    return list(get_args(literal))


def _several(written: Any) -> Any:
    """One table is a list of one: `[report.response]` is as good as `[[report.response]]`."""
    return (written,) if isinstance(written, dict) else written


class Part(BaseModel):
    """A table of the study file."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Criteria(Part):
    """Whose responses count, how they come about, what ends or censors PFS, and what a line is."""

    response: Literal["RECIST 1.1", "as reported"] | None = None
    """Derived from lesions, or as reported; default: derived if there are lesions."""
    evaluator: str | None = None
    """The reader whose responses count; needed if there are several. Readers are never mixed (R5.1)."""
    pfs: RuleSetName = "clinical"
    """Rule set of PFS, TTP and the like (below)."""
    visit_interval_days: int = Field(default=56, ge=1, le=366)
    """Planned days between scans: two missed visits are told by them."""
    visit_window_days: int = Field(default=7, ge=0, le=183)
    """Days that a scan may be off its plan."""
    lines: LineRulesName = "HNSCC"
    """Rule set of lines of therapy (domain.md 4)."""


class Anchor(Part):
    """A time zero of the study's own: the first (or last) row of a table that meets a condition."""

    title: str
    """The time zero in words, as after "since": "first dose of cetuximab"."""
    of: Literal["lines", "drugs", "radiotherapy", "procedures", "assessments"]
    """Whose rows; `lines` are the derived lines of therapy."""
    where: str | None = None
    """SQL over the columns of that table."""
    which: Literal["first", "last"] = "first"
    """Which of several rows."""


class Population(Part):
    """Who counts."""

    where: str
    """SQL over the facts of patients (below)."""
    title: str | None = None
    """The population in words, as after "in": "patients over 70"."""


class Group(Part):
    """A grouping of patients that is known at time zero."""

    levels: dict[str, str] = Field(min_length=2)
    """Each level and its condition, SQL over the facts of patients; the first that holds counts."""
    title: str | None = None
    """The grouping in words, as after "by"."""


class Exposure(Part):
    """What happened to a patient in a window of time."""

    title: str
    """The exposure in words: "radiotherapy during immunotherapy"."""
    of: Literal["radiotherapy", "drugs", "procedures"]
    """Whose rows."""
    where: str | None = None
    """SQL over the columns of that table."""
    since: str
    """The window opens at this anchor."""
    until: Literal["end of line", "next line", "progression"] | int | None = None
    """It closes with the line that begins there, before the next line, at progression, or after so many days;
    default: never."""


class _Asked(Part):
    population: str | None = None
    """Name of a population; default: all patients."""
    title: str | None = None
    """Heading; default: made from the other keys."""


class Survival(_Asked):
    """One time-to-event analysis."""

    endpoint: EndpointName
    """What happens (below)."""
    since: str
    """Time zero: an anchor."""
    by: str | None = None
    """A column of patients, or a group: known at time zero."""
    limits: Literal["log-log", "log", "plain"] = "log-log"
    """Confidence limits."""
    window_days: int | None = Field(default=None, ge=1)
    """Times are cut here: who had no event by then is censored on this day; default: never."""


class Comparison(_Asked):
    """An endpoint between groups, by an exposure, or between two treatments of the same patients.

    By an exposure that comes after time zero the analysis is time-dependent and by landmark; the naive split
    stands beside them, named as biased (domain.md 9.6).
    """

    endpoint: EndpointName | Literal["response", "disease control"]
    """What happens (below); a rate: `response` or `disease control`."""
    since: str
    """Time zero: an anchor."""
    by: str | None = None
    """A column of patients, a group, or an exposure."""
    reference: str | None = None
    """The level that the others are compared with; default: the commonest."""
    adjust: tuple[str, ...] = ()
    """Covariates of Cox's model: facts of patients known at time zero."""
    strata: tuple[str, ...] = ()
    """Columns of patients or groups that are never compared with each other."""
    weights: Literal["ATE", "ATT", "overlap"] | None = None
    """Weights from a propensity model of `adjust`."""
    subgroups: tuple[str, ...] = ()
    """Hazard ratio within each level, with the test of interaction (forest plot)."""
    trend: bool = False
    """Whether to test for trend over ordered levels."""
    landmarks_months: tuple[float, ...] = ()
    """Of an exposure: landmarks, chosen before the data are seen; default: 3 and 6."""
    grace_months: float | None = Field(default=None, gt=0, le=60)
    """Of an exposure: grace period of clone-censor-weight; default: 3."""
    paired: str | None = None
    """An earlier anchor: compare `since` with it in the same patients."""

    @model_validator(mode="after")
    def _compares_something(self) -> "Comparison":
        if (self.by is None) == (self.paired is None):
            raise ValueError("a comparison needs either `by` (groups or an exposure) or `paired` (an anchor)")
        return self


class Response(_Asked):
    """Best overall response: rates by population, unconfirmed and confirmed."""

    since: str
    """Time zero: an anchor."""
    by: str | None = None
    """A column of patients, or a group."""
    historical: Share | None = None
    """The rate of an earlier treatment, which an exact test compares with."""
    subsets: bool = False
    """Also irradiated lesions, the others, and each role by itself (R3.1 to R3.5)."""
    window_days: int | None = Field(default=None, ge=1)
    """Responses up to this day count; default: all."""
    figures: bool = True
    """Waterfall of the best change and spider of all changes."""


class Failure(_Asked):
    """First failure by site, with death as a competing event."""

    since: str
    """Time zero: an anchor."""


class DrugExposure(_Asked):
    """Days on groups of drugs over the whole R/M setting (R4.17); two groups are compared within patients."""

    groups: tuple[str, ...] = Field(min_length=1)
    """`immune checkpoint inhibitor`, a class of the drug table, or a drug that stands for its class."""


class Toxicity(_Asked):
    """Adverse events by worst grade."""

    since: tuple[str, ...] = ()
    """Anchors: of the lines that begin there; default: all treatment as one."""


class LocalControl(_Asked):
    """Local control per irradiated lesion, death competing, patients as clusters (R3.10 to R3.14)."""

    years: tuple[float, ...] = (1.0, 2.0)
    """Times at which it is given."""
    by: str | None = None
    """A column of patients, or a group."""


class DiseaseState(_Asked):
    """States of oligometastatic disease (R7.1 to R7.4) on the day of an anchor, and at all imaging since."""

    since: str
    """The anchor."""


class QualityOfLife(_Asked):
    """Alive at one year without definitive deterioration (R5.14), and scores over time."""

    since: str
    """Time zero: an anchor."""
    instrument: str = "QLQ-C30"
    """Questionnaire."""
    scale: str = "QL"
    """Scale; QL is global health."""


class Swimmer(_Asked):
    """One bar a patient: lines, radiotherapy, response, progression, death."""

    since: str
    """Time zero: an anchor."""


class Sequences(_Asked):
    """Treatment sequences as an alluvial figure."""

    lines: int = Field(default=4, ge=2, le=6)
    """How many lines are drawn."""
    setting: Literal["palliative", "curative", "all"] = "palliative"
    """Which lines; "all": of every setting, in the order in which they were given."""


class Report(Part):
    """What the report shows."""

    characteristics: tuple[Characteristic, ...] = ("age_years", "sex", "primary_site", "hpv", "smoking")
    """Columns of patients to describe."""
    characteristics_by: str | None = None
    """A column of patients, or a group: a column of the table for each, with standardised differences."""
    treatment: bool = True
    """Drugs by class, lines of therapy, regimens, radiotherapy by site and intent."""
    toxicity: bool | Toxicity = True
    """Adverse events by worst grade (or severity), and graded laboratory results."""
    sequences: Sequences | None = None
    """Treatment sequences."""
    swimmer: Swimmer | None = None
    """Swimmer plot."""
    exposure: DrugExposure | None = None
    """Days on groups of drugs."""
    response: Annotated[tuple[Response, ...], BeforeValidator(_several)] = ()
    """Response."""
    survival: tuple[Survival, ...] = ()
    """Times to an event."""
    comparison: tuple[Comparison, ...] = ()
    """Comparisons."""
    failure: Failure | None = None
    """First failure."""
    local_control: LocalControl | None = None
    """Local control."""
    disease_state: DiseaseState | None = None
    """States of oligometastatic disease."""
    quality_of_life: QualityOfLife | None = None
    """Quality of life."""
    datasets: bool = True
    """Analysis datasets in the shape of ADaM, beside the report."""


class Study(Part):
    """A study: which record, which cut-off, which report."""

    title: str
    """Title of the report."""
    record: str
    """The record, relative to the study file: a folder or a workbook."""
    format: Literal["folder", "workbook", "sdtm", "tcga"] | None = None
    """What the record is; default: recognised."""
    time: Literal["dates", "days"] | None = None
    """How its time is told, where the record cannot tell."""
    cutoff: date | int | None = None
    """Data cut-off: a date, or a day of the record."""
    synthetic: bool = False
    """Marks every page and figure as made from synthetic data."""
    source: str | None = None
    """Where the data come from, shown under the title."""
    simulate: str | None = None
    """Scenario file, relative to the study file: every run writes `record` from it anew."""
    published: str | None = None
    """CSV file of published results that the report sets beside its own, with their sources."""
    design: Literal["cohort", "single-arm trial", "randomised trial"] = "cohort"
    """Which reporting checklist the report answers: STROBE, or CONSORT."""
    criteria: Criteria = Field(default_factory=Criteria)
    """Whose responses count, and by which rules."""
    anchor: dict[str, Anchor] = Field(default_factory=dict)
    """Time zeros of the study's own."""
    population: dict[str, Population] = Field(default_factory=dict)
    """Who counts."""
    group: dict[str, Group] = Field(default_factory=dict)
    """Groupings of the study's own."""
    exposure: dict[str, Exposure] = Field(default_factory=dict)
    """What happened in a window of time."""
    report: Report = Field(default_factory=Report)
    """The topics of the report."""
