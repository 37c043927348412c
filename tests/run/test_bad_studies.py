"""Studies that cannot be answered: one clear message, or an honest empty section; never a traceback."""

import pytest

from headway.errors import StudyError
from headway.record.record import Record
from headway.report.document import Section
from headway.run.cohort import cohort as derived
from headway.run.cohort import groups_of
from headway.run.pipeline import analysed
from headway.run.topics import TOPICS
from headway.study import Study

PATIENTS = """
| patient_id | sex    | diagnosis_day | enrolment_day | last_alive_day | death_day |
| a          | female | 0             | 10            | 500            |           |
| b          | male   | 0             | 10            |                | 160       |
| c          | male   | 0             | 10            | 400            |           |
"""
DRUGS = """
| patient_id | drug      | start_day | end_day | intent     |
| a          | cisplatin | 10        | 84      | palliative |
"""
EVERYTHING = {
    "characteristics": ["age_years", "sex"],
    "sequences": {},
    "swimmer": {"since": "ANCHOR"},
    "exposure": {"groups": ["cetuximab", "immune checkpoint inhibitor"]},
    "response": [{"since": "ANCHOR", "subsets": True, "historical": 0.13}],
    "survival": [
        {"endpoint": name, "since": "ANCHOR"} for name in ("OS", "PFS", "DoR", "TTP", "PFS2", "ToT")
    ],
    "comparison": [
        {"endpoint": "OS", "since": "ANCHOR", "by": "sex"},
        {"endpoint": "PFS", "since": "ANCHOR", "by": "sex", "adjust": ["age_years"], "subgroups": ["hpv"]},
        {"endpoint": "OS", "since": "ANCHOR", "by": "radiotherapy"},
        {"endpoint": "response", "since": "ANCHOR", "by": "sex"},
        {"endpoint": "response", "since": "ANCHOR", "by": "radiotherapy"},
        {"endpoint": "PFS", "since": "ANCHOR", "paired": "lcbi"},
        {"endpoint": "response", "since": "ANCHOR", "paired": "lcbi"},
    ],
    "failure": {"since": "ANCHOR"},
    "local_control": {},
    "disease_state": {"since": "ANCHOR"},
    "quality_of_life": {"since": "ANCHOR"},
    "toxicity": {"since": ["ANCHOR"]},
}
WITH_POPULATION = (
    "exposure", "response", "survival", "comparison", "failure", "local_control", "disease_state", "swimmer",
    "sequences", "quality_of_life", "toxicity",
)  # fmt: skip


def asking(anchor: str, population: str | None = None) -> dict:
    """A report that asks for everything, since one anchor and of one population."""

    def filled(part):
        if isinstance(part, list):
            return [filled(inside) for inside in part]
        if isinstance(part, dict):
            return {key: filled(value) for key, value in part.items()}
        return anchor if part == "ANCHOR" else part

    report = filled(EVERYTHING)
    if population is not None:
        for name in WITH_POPULATION:
            for part in report[name] if isinstance(report[name], list) else [report[name]]:
                part["population"] = population
    return report


def study(where: str = "patient_id = 'nobody'", **written: object) -> Study:
    during = {"title": "radiotherapy", "of": "radiotherapy", "since": "enrolment"}
    return Study.model_validate(
        {
            "title": "x", "record": "y", "exposure": {"radiotherapy": during},
            "population": {"chosen": {"where": where}}, **written,
        }
    )  # fmt: skip


def sections(wanted: Study, record: Record) -> list[Section]:
    made = derived(wanted, record)
    everything = analysed(made)
    return [topic.show(made, asked, everything) for topic in TOPICS for asked in topic.asked(made)]


@pytest.mark.parametrize("anchor", ["scai2", "lcbi", "recurrent_metastatic", "first_radiotherapy", "ici"])
def test_an_anchor_that_no_patient_has_gives_honest_sections(cohort, anchor):
    shown = sections(study(report=asking(anchor)), cohort(patients=PATIENTS, drugs=DRUGS))
    assert len(shown) > 15
    assert all(section.paragraphs or section.tables or section.steps for section in shown)


@pytest.mark.parametrize(
    "where", ["patient_id = 'nobody'", "patient_id = 'b'"], ids=["nobody", "one patient"]
)
def test_a_population_of_none_or_one_gives_honest_sections(cohort, where):
    wanted = study(where, report=asking("enrolment", "chosen"))
    shown = sections(wanted, cohort(patients=PATIENTS, drugs=DRUGS))
    assert len(shown) > 15


def test_a_record_with_patients_alone_answers_every_topic_honestly(cohort):
    shown = sections(study(report=asking("enrolment")), cohort(patients="| patient_id |\n| a |"))
    assert len(shown) > 15


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("sex = 'male'; drop table patients", "is not a condition: "),
        ("select * from patients", "is not a condition: "),
        ("sex", "is not a condition: it gives String"),
        ("age_years + 1", "is not a condition: it gives"),
        ("max(age_years) > 60", "looks at more than one row"),
        ("age_year > 60", "there is no column 'age_year'. Did you mean 'age_years'?"),
        ("sex = ", "is not a condition: "),
        ("read_csv('/etc/passwd') is not null", "is not a condition: "),
        ("", "is not a condition: "),
    ],
)
def test_what_is_no_condition_is_said_with_its_key(cohort, where, said):
    wanted = study(
        where, report={"survival": [{"endpoint": "OS", "since": "enrolment", "population": "chosen"}]}
    )
    with pytest.raises(StudyError) as error:
        analysed(derived(wanted, cohort(patients=PATIENTS)))
    assert str(error.value).startswith("population.chosen.where: '")
    assert said in str(error.value)


def test_a_level_of_true_is_for_everybody_else(cohort):
    levels = {"women": "sex = 'female'", "others": "true"}
    made = derived(study(group={"mine": {"levels": levels}}), cohort(patients=PATIENTS))
    assert groups_of(made, "mine")["group"].to_list() == ["women", "others", "others"]


def test_9_6_a_group_by_what_comes_later_is_refused_and_an_exposure_proposed(cohort):
    levels = {"treated": "drugs like '%cisplatin%'", "not": "drugs is null"}
    asked = {"survival": [{"endpoint": "OS", "since": "enrolment", "by": "mine"}]}
    wanted = study(group={"mine": {"levels": levels}}, report=asked)
    with pytest.raises(StudyError, match="known only after time zero"):
        analysed(derived(wanted, cohort(patients=PATIENTS, drugs=DRUGS)))
