"""What a written drug name means."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.knowledge.drugs import HOW, REGIMENS, aliases, drugs, recognise

# All that the 528 patients of TCGA-HNSC have in the column drug_name, as written there.
TCGA_HNSC = {
    "cisplatin": "cisplatin",
    "carboplatin": "carboplatin",
    "carboplatinum": "carboplatin",
    "oxaliplatin": "oxaliplatin",
    "paclitaxel": "paclitaxel",
    "taxol": "paclitaxel",
    "palixtaxel": "paclitaxel",
    "docetaxel": "docetaxel",
    "taxotere": "docetaxel",
    "fluorouracil": "fluorouracil",
    "5-fluorouracil": "fluorouracil",
    "5-fu": "fluorouracil",
    "5fu": "fluorouracil",
    "xeloda": "capecitabine",
    "methotrexate": "methotrexate",
    "gemcitabine": "gemcitabine",
    "pemetrexed": "pemetrexed",
    "alimta": "pemetrexed",
    "cetuximab": "cetuximab",
    "erbitux": "cetuximab",
    "panitumumab": "panitumumab",
    "vectibix": "panitumumab",
    "iressa": "gefitinib",
    "lapatinib": "lapatinib",
    "bevacizumab": "bevacizumab",
    "everolimus": "everolimus",
    "vorinostat": "vorinostat",
    "irinotecan": "irinotecan",
    "eribulin": "eribulin",
    "rigosertib": "rigosertib",
    "zometa": "zoledronic acid",
    "imc-a12": "cixutumumab",
    "at-101": "gossypol",
    "px-866": "sonolisib",
    "hsc vaccine injection": None,  # names no agent: no vaccine of this name is known
}

EXAMPLES = """
| written                                        | drugs                                  | how         |
|------------------------------------------------|----------------------------------------|-------------|
| Cisplatin                                      | cisplatin                              | generic     |
| cis-platin                                     | cisplatin                              | generic     |
| CDDP                                           | cisplatin                              | alias       |
| cisplatin hydrochloride                        | cisplatin                              | generic     |
| cisplatin 100 mg/m2                            | cisplatin                              | generic     |
| 100 mg/m² cisplatin i.v.                       | cisplatin                              | generic     |
| carboplatin AUC 5 q3w                          | carboplatin                            | generic     |
| Keytruda™ 200 mg                               | pembrolizumab                          | alias       |
| Keytruda (pembrolizumab)                       | pembrolizumab                          | alias       |
| trastuzumab-dkst                               | trastuzumab                            | alias       |
| interferon-α 2b                                | interferon alfa                        | alias       |
| Nab paclitaxel                                 | nab-paclitaxel                         | generic     |
| paclitaxel protein-bound                       | nab-paclitaxel                         | alias       |
| leucovorin calcium                             | calcium folinate                       | alias       |
| folic acid                                     | folic acid                             | generic     |
| S-1                                            | tegafur/gimeracil/oteracil             | alias       |
| pablizumab                                     | pembrolizumab                          | alias       |
| dalpicilib                                     | dalpiciclib                            | alias       |
| sintilimumab                                   | sintilimab                             | alias       |
| AK104                                          | cadonilimab                            | alias       |
| rivoceranib                                    | apatinib                               | alias       |
| pembrolizumb                                   | pembrolizumab                          | spelling    |
| cetuximab weekly 250 mg                        | cetuximab                              | generic     |
| nab-paclitaxl                                  | nab-paclitaxel                         | spelling    |
| trastuzumab deruxtecn                          | trastuzumab deruxtecan                 | spelling    |
| cisplatin/5-FU                                 | cisplatin, fluorouracil                | combination |
| carboplatin + paclitaxel                       | carboplatin, paclitaxel                | combination |
| carbo taxol                                    | carboplatin, paclitaxel                | combination |
| docetaxel 75, cisplatin 75 and 5-FU 750        | docetaxel, cisplatin, fluorouracil     | combination |
| pembrolizumb + cisplatine                      | pembrolizumab, cisplatin               | combination |
| cisplatin with radiotherapy                    | cisplatin                              | generic     |
| TPF x 3                                        | docetaxel, cisplatin, fluorouracil     | combination |
| TPEx                                           | docetaxel, cisplatin, cetuximab        | combination |
| Opdualag                                       | nivolumab, relatlimab                  | combination |
| EXTREME                                        |                                        | unknown     |
| platinum                                       |                                        | unknown     |
| radiotherapy                                   |                                        | unknown     |
| study drug                                     |                                        | unknown     |
"""

CLASSES = """
| drug                  | drug_class                         | kind                | checkpoint inhibitor |
|-----------------------|------------------------------------|---------------------|----------------------|
| cisplatin             | platinum                           | systemic anticancer | false                |
| nab-paclitaxel        | taxane                             | systemic anticancer | false                |
| methotrexate          | antimetabolite                     | systemic anticancer | false                |
| nimotuzumab           | anti-EGFR antibody                 | systemic anticancer | false                |
| afatinib              | EGFR/HER tyrosine kinase inhibitor | systemic anticancer | false                |
| finotonlimab          | anti-PD-1                          | systemic anticancer | true                 |
| avelumab              | anti-PD-L1                         | systemic anticancer | true                 |
| tremelimumab          | anti-CTLA-4                        | systemic anticancer | true                 |
| cadonilimab           | PD-1 x CTLA-4 bispecific           | systemic anticancer | true                 |
| monalizumab           | anti-NKG2A                         | investigational     | true                 |
| eftilagimod alfa      | soluble LAG-3 protein              | investigational     | false                |
| petosemtamab          | EGFR x LGR5 bispecific             | investigational     | false                |
| dalpiciclib           | CDK4/6 inhibitor                   | systemic anticancer | false                |
| buparlisib            | PI3K inhibitor                     | investigational     | false                |
| apatinib              | VEGFR tyrosine kinase inhibitor    | systemic anticancer | false                |
| tipifarnib            | farnesyltransferase inhibitor      | investigational     | false                |
| bleomycin             | cytotoxic other                    | systemic anticancer | false                |
| nbtxr3                | radio-enhancer                     | radiosensitiser     | false                |
| filgrastim            | colony-stimulating factor          | supportive          | false                |
"""


def pipe_rows(table: str) -> list[list[str]]:
    """The rows below the rule of a pipe table."""
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.strip().splitlines()[2:]]


def read_one(written: str) -> dict:
    return recognise(pl.Series([written])).row(0, named=True)


@pytest.mark.parametrize(("written", "expected", "how"), pipe_rows(EXAMPLES))
def test_a_written_name_means_these_drugs(written, expected, how):
    found = read_one(written)
    assert (", ".join(found["drugs"]), found["how"]) == (expected, how)


@pytest.mark.parametrize(("written", "drug"), TCGA_HNSC.items())
def test_every_name_in_tcga_is_read(written, drug):
    assert read_one(written)["drugs"] == ([drug] if drug else [])


@pytest.mark.parametrize(("drug", "drug_class", "kind", "checkpoint"), pipe_rows(CLASSES))
def test_class_and_kind(drug, drug_class, kind, checkpoint):
    row = drugs().row(by_predicate=pl.col("drug") == drug, named=True)
    assert (row["drug_class"], row["kind"]) == (drug_class, kind)
    assert row["immune_checkpoint_inhibitor"] == (checkpoint == "true")


# Near to the names of two drugs; a word left over; a code one digit off; too short to tell.
@pytest.mark.parametrize(
    ("written", "first_nearest"),
    [
        ("afatnib", "afatinib"),
        ("cisplatin XY", "cisplatin"),
        ("cisplatin + ABC-123", "cisplatin"),
        ("paclitaxl S-1", "paclitaxel"),
        ("MK-3476", "MK-3475"),
        ("taxal", "Taxol"),
        ("CTX", "cetuximab"),
        ("PF", "cisplatin + fluorouracil"),
    ],
)
def test_what_is_not_certain_stays_unknown_and_offers_the_nearest(written, first_nearest):
    found = read_one(written)
    assert (found["drugs"], found["how"], found["nearest"][0]) == ([], "unknown", first_nearest)
    assert len(found["nearest"]) <= 3


# Drugs two letters apart are both in the table, so that neither is taken for the other.
@pytest.mark.parametrize(
    "drug", ["nilotinib", "ceritinib", "apatinib", "betamethasone", "mirvetuximab soravtansine", "folic acid"]
)
def test_a_drug_is_not_taken_for_its_neighbour(drug):
    assert read_one(drug)["drugs"] == [drug]


@given(
    st.sampled_from(sorted(aliases().rows())), st.lists(st.sampled_from(["", "", "", " ", "-"])), st.data()
)
def test_case_spaces_and_hyphens_do_not_matter(known, gaps, data):
    name, drug, _ = known
    cases = data.draw(st.lists(st.booleans(), min_size=len(name), max_size=len(name)))
    letters = [letter.upper() if up else letter.lower() for letter, up in zip(name, cases, strict=True)]
    gaps = gaps[: len(letters)] + [""] * (len(letters) - len(gaps))
    written = "".join(letter + gap for letter, gap in zip(letters, gaps, strict=True))
    assert read_one(written)["drugs"] == [drug]


@given(st.lists(st.none() | st.text(max_size=20)))
def test_any_text_gives_one_row_per_distinct_name(names):
    found = recognise(pl.Series(names, dtype=pl.String))
    assert found["written"].to_list() == list(dict.fromkeys(name for name in names if name is not None))
    assert set(found["how"]) <= set(HOW)
    assert ((found["how"] == "unknown") == (found["drugs"].list.len() == 0)).all()


@pytest.mark.parametrize("names", [pl.Series([], dtype=pl.String), pl.Series([]), pl.Series([None, None])])
def test_no_names_give_no_rows(names):
    found = recognise(names)
    assert found.height == 0
    assert found.columns == ["written", "drugs", "how", "nearest"]


def test_no_name_belongs_to_two_drugs():
    key = pl.col("name").str.to_lowercase().str.replace_all("[^a-z0-9]", "")
    shared = aliases().group_by(key).agg(pl.col("drug").unique()).filter(pl.col("drug").list.len() > 1)
    assert shared.rows() == []


def test_regimens_are_made_of_known_drugs_and_are_no_names_of_drugs():
    parts = {drug for meanings in REGIMENS.values() for meaning in meanings for drug in meaning.split(" + ")}
    assert parts <= set(drugs()["drug"])
    assert not {name.lower() for name in REGIMENS} & {name.lower() for name in aliases()["name"]}


def test_the_table_is_complete():
    table = drugs()
    assert table.height >= 150
    assert table["drug"].is_unique().all()
    assert (table["drug"] == table["drug"].str.to_lowercase()).all()
    for column in ("drug_class", "mechanism", "source"):
        assert (table[column].str.len_chars() > 0).all(), column
        assert table[column].null_count() == 0, column
    assert set(table["kind"]) == {"systemic anticancer", "radiosensitiser", "supportive", "investigational"}
    assert table["immune_checkpoint_inhibitor"].dtype == pl.Boolean
