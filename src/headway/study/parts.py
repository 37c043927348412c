"""The study file as values: the keys, their kinds, and what each means."""

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

    model_config = ConfigDict(extra="forbid", frozen=True)


class Criteria(Part):
    """Whose responses count, how they come about, what ends or censors PFS and its like, and what a line is.

    response             "RECIST 1.1": derived from lesions; "as reported"; default: derived if the record
                         has lesions and measurements.
    evaluator            the reader; needed if the record has several. Readers are never mixed (R5.1).
    pfs                  rule set of PFS, TTP and the like (domain.md 5.2).
    visit_interval_days  planned interval of the scans, and how far one may be off its plan: two missed
    visit_window_days    visits are told by them.
    lines                rule set of lines of therapy (domain.md 4).
    """

    response: Literal["RECIST 1.1", "as reported"] | None = None
    evaluator: str | None = None
    pfs: RuleSetName = "clinical"
    visit_interval_days: int = Field(default=56, ge=1, le=366)
    visit_window_days: int = Field(default=7, ge=0, le=183)
    lines: LineRulesName = "HNSCC"


class Anchor(Part):
    """A time zero of the study's own: the first (or last) row of a table that meets a condition.

    of     whose rows: lines, drugs, radiotherapy, procedures or assessments
    where  SQL over the columns of that table
    """

    title: str
    of: Literal["lines", "drugs", "radiotherapy", "procedures", "assessments"]
    where: str | None = None
    which: Literal["first", "last"] = "first"


class Population(Part):
    """Who counts: SQL over the columns of patients (`headway facts`)."""

    where: str
    title: str | None = None


class Group(Part):
    """A grouping of patients: each level an SQL condition, the first that holds counts."""

    levels: dict[str, str] = Field(min_length=2)
    title: str | None = None


class Exposure(Part):
    """What happened to a patient in a window of time.

    of     whose rows: radiotherapy, drugs or procedures
    where  SQL over the columns of that table
    since  the window opens at this anchor ...
    until  ... and closes with the line that begins there, or after days; default: never
    """

    title: str
    of: Literal["radiotherapy", "drugs", "procedures"]
    where: str | None = None
    since: str
    until: Literal["end of line", "next line", "progression"] | int | None = None


class _Asked(Part):
    """What most analyses have: for whom, and since when."""

    population: str | None = None
    title: str | None = None


class Survival(_Asked):
    """One time-to-event analysis; `by` is a column of patients or a group, known at time zero."""

    endpoint: EndpointName
    since: str
    by: str | None = None
    limits: Literal["log-log", "log", "plain"] = "log-log"


class Comparison(_Asked):
    """An endpoint between groups or by an exposure.

    by          a column of patients, a group, or an exposure. By an exposure that comes after time zero the
                analysis is time-dependent and by landmark; the naive split stands beside them as biased (9.6)
    reference   the level that the others are compared with; default: the commonest
    adjust      covariates of Cox's model; strata: of the log-rank test and of Cox's model
    weights     weights from a propensity model of `adjust`
    subgroups   hazard ratio within each, with the test of interaction (forest plot)
    trend       a log-rank test for trend over ordered levels
    landmarks_months, grace_months  of an exposure: landmarks, and the grace period of clone-censor-weight
    paired      not between patients but between two anchors of the same patients: `since` and this one
    """

    endpoint: EndpointName | Literal["response", "disease control"]
    since: str
    by: str | None = None
    reference: str | None = None
    adjust: tuple[str, ...] = ()
    strata: tuple[str, ...] = ()
    weights: Literal["ATE", "ATT", "overlap"] | None = None
    subgroups: tuple[str, ...] = ()
    trend: bool = False
    landmarks_months: tuple[float, ...] = ()
    grace_months: float | None = Field(default=None, gt=0, le=60)
    paired: str | None = None

    @model_validator(mode="after")
    def _compares_something(self) -> "Comparison":
        if (self.by is None) == (self.paired is None):
            raise ValueError("a comparison needs either `by` (groups or an exposure) or `paired` (an anchor)")
        return self


class Response(_Asked):
    """Best overall response: rates by population, unconfirmed and confirmed.

    by          a column of patients or a group
    historical  the rate of an earlier treatment, which an exact test compares with
    subsets     irradiated, non-irradiated and each role by itself (R3.1 to R3.5)
    window_days responses up to this day count
    figures     waterfall of the best change and spider of all changes
    """

    since: str
    by: str | None = None
    historical: Share | None = None
    subsets: bool = False
    window_days: int | None = Field(default=None, ge=1)
    figures: bool = True


class Failure(_Asked):
    """First failure by site, with death as a competing event."""

    since: str


class DrugExposure(_Asked):
    """Days on groups of drugs over the whole R/M setting (R4.17); two groups are compared within patients."""

    groups: tuple[str, ...] = Field(min_length=1)


class Toxicity(_Asked):
    """Adverse events by worst grade; `since`: of the lines that begin at these anchors."""

    since: tuple[str, ...] = ()


class LocalControl(_Asked):
    """Local control per irradiated lesion, death competing, patients as clusters (R3.10 to R3.14)."""

    years: tuple[float, ...] = (1.0, 2.0)
    by: str | None = None


class DiseaseState(_Asked):
    """States of oligometastatic disease (R7.1 to R7.4) on the day of an anchor, and over time."""

    since: str


class QualityOfLife(_Asked):
    """Alive at one year without definitive deterioration (R5.14), and scale scores over time."""

    since: str
    instrument: str = "QLQ-C30"
    scale: str = "QL"


class Swimmer(_Asked):
    """One bar a patient: lines, radiotherapy, response, progression, death."""

    since: str


class Sequences(_Asked):
    """Treatment sequences as an alluvial figure, over this many lines."""

    lines: int = Field(default=4, ge=2, le=6)
    setting: Literal["palliative", "curative"] | None = "palliative"


class Report(Part):
    """What the report shows."""

    characteristics: tuple[Characteristic, ...] = ("age_years", "sex", "primary_site", "hpv", "smoking")
    characteristics_by: str | None = None
    treatment: bool = True
    toxicity: bool | Toxicity = True
    sequences: Sequences | None = None
    swimmer: Swimmer | None = None
    exposure: DrugExposure | None = None
    response: Annotated[tuple[Response, ...], BeforeValidator(_several)] = ()
    survival: tuple[Survival, ...] = ()
    comparison: tuple[Comparison, ...] = ()
    failure: Failure | None = None
    local_control: LocalControl | None = None
    disease_state: DiseaseState | None = None
    quality_of_life: QualityOfLife | None = None
    datasets: bool = True


class Study(Part):
    """A study: which record, which cut-off, which report.

    published  a CSV file of published results that the report sets beside its own, with their sources
    """

    title: str
    record: str
    format: Literal["folder", "workbook", "sdtm", "tcga"] | None = None
    time: Literal["dates", "days"] | None = None
    cutoff: date | int | None = None
    synthetic: bool = False
    source: str | None = None
    published: str | None = None
    design: Literal["cohort", "single-arm trial", "randomised trial"] = "cohort"
    criteria: Criteria = Field(default_factory=Criteria)
    anchor: dict[str, Anchor] = Field(default_factory=dict)
    population: dict[str, Population] = Field(default_factory=dict)
    group: dict[str, Group] = Field(default_factory=dict)
    exposure: dict[str, Exposure] = Field(default_factory=dict)
    report: Report = Field(default_factory=Report)
