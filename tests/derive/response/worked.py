"""The worked patients W1 to W22: lesions, expected response, best response unconfirmed and confirmed."""

WORKED = {
    "W1 progression from the nadir, still below baseline": (
        """
        lesion | role        | 0  | 56 | 112 | 168
        T1     | target      | 40 | 28 | 25  | 30
        T2     | target      | 30 | 20 | 18  | 24
        N1     | target node | 20 | 14 | 11  | 13
        response             |    | PR | PR  | PD
        """,
        "PR",
        "PR",
    ),
    "W2 20 % without 5 mm is not progression": (
        """
        lesion | role   | 0  | 56 | 112 | 168
        T1     | target | 14 | 10 | 12  | 12
        T2     | target | 10 | 7  | 9   | 10
        response        |    | SD | SD  | PD
        """,
        "SD",
        "SD",
    ),
    "W3 progression beats partial response": (
        """
        lesion | role   | 0  | 56 | 112
        T1     | target | 60 | 25 | 30
        T2     | target | 40 | 15 | 22
        response        |    | PR | PD
        """,
        "PR",
        "SD",
    ),
    "W4 nodes under 10 mm are a complete response": (
        """
        lesion | role        | 0  | 56 | 112 | 168
        N1     | target node | 22 | 9  | 8   | 11
        N2     | target node | 18 | 8  | 9   | 9
        response             |    | CR | CR  | PD
        """,
        "CR",
        "CR",
    ),
    "W4b nodes under 10 mm stay a complete response though the sum doubles": (
        """
        lesion | role        | 0  | 56 | 112
        N1     | target node | 22 | 5  | 9
        N2     | target node | 18 | 4  | 9
        response             |    | CR | CR
        """,
        "CR",
        "CR",
    ),
    "W5 a missing target is not evaluable unless progression is certain": (
        """
        lesion | role   | 0  | 56 | 112
        T1     | target | 20 | 15 | 45
        T2     | target | 18 | -  | -
        T3     | target | 12 | 10 | 35
        response        |    | NE | PD
        """,
        "PD",
        "PD",
    ),
    "W6 targets gone but a non-target lesion persists": (
        """
        lesion | role        | 0       | 56      | 112     | 168
        T1     | target      | 35      | 0       | 0       | 0
        N1     | target node | 18      | 8       | 7       | 6
        L1     | non-target  | present | present | present | absent
        response             |         | PR      | PR      | CR
        """,
        "CR",
        "PR",
    ),
    "W7 reappearance after complete response": (
        """
        lesion | role   | 0  | 56 | 91 | 147
        T1     | target | 25 | 0  | 0  | 6
        T2     | target | 15 | 0  | 0  | 0
        response        |    | CR | CR | PD
        """,
        "CR",
        "CR",
    ),
    "W8 complete response then disease": (
        """
        lesion | role   | 0  | 56 | 91
        T1     | target | 25 | 0  | 6
        T2     | target | 15 | 0  | 0
        response        |    | CR | PD
        """,
        "CR",
        "SD",
    ),
    "W9 a new lesion during shrinkage": (
        """
        lesion | role   | 0  | 56 | 84
        T1     | target | 50 | 30 | 25
        T2     | target | 50 | 30 | 25
        X1     | new    |    |    | present
        response        |    | PR | PD
        """,
        "PR",
        "SD",
    ),
    "W10 stable disease too early does not count": (
        """
        lesion | role   | 0  | 28 | 70
        T1     | target | 50 | 46 | 62
        response        |    | SD | PD
        """,
        "PD",
        "PD",
    ),
    "W11 stable disease between two partial responses": (
        """
        lesion | role   | 0  | 42 | 84 | 126
        T1     | target | 50 | 35 | 36 | 33
        T2     | target | 50 | 35 | 36 | 34
        response        |    | PR | SD | PR
        """,
        "PR",
        "SD",
    ),
    "W12 one NE between two partial responses": (
        """
        lesion | role   | 0  | 42 | 84 | 126
        T1     | target | 50 | 34 | -  | 33
        T2     | target | 50 | 34 | 33 | 32
        response        |    | PR | NE | PR
        """,
        "PR",
        "PR",
    ),
    "W13 the 5 mm guard with sizes too small to measure": (
        """
        lesion | role   | 0  | 56                   | 112 | 168
        T1     | target | 12 | too small to measure | 8   | 9
        T2     | target | 11 | too small to measure | 6   | 7
        response        |    | PR                   | PR  | PD
        """,
        "PR",
        "PR",
    ),
    "W14 both thresholds are inclusive": (
        """
        lesion | role   | 0  | 56 | 84 | 140
        T1     | target | 60 | 42 | 42 | 50
        T2     | target | 40 | 28 | 28 | 34
        response        |    | PR | PR | PD
        """,
        "PR",
        "PR",
    ),
    "W15 slow growth is judged from baseline": (
        """
        lesion | role   | 0  | 56 | 112 | 168
        T1     | target | 50 | 55 | 60  | 60
        T2     | target | 50 | 55 | 59  | 60
        response        |    | SD | SD  | PD
        """,
        "SD",
        "SD",
    ),
    "W16 non-target progression overrides the targets": (
        """
        lesion | role       | 0       | 56      | 112
        T1     | target     | 50      | 33      | 32
        T2     | target     | 30      | 20      | 20
        L1     | non-target | present | present | unequivocal progression
        response            |         | PR      | PD
        """,
        "PR",
        "SD",
    ),
    "W17 split, then merged": (
        """
        lesion | role   | 0  | 56 | 112
        T1     | target | 40 | 27 | 38
        T2     | target | 25 | 20 | merged
        response        |    | SD | PR
        """,
        "PR",
        "SD",
    ),
    "W18 an unconfirmed partial response": (
        """
        lesion | role   | 0  | 56 | 77
        T1     | target | 80 | 50 | 66
        response        |    | PR | PD
        """,
        "PR",
        "SD",
    ),
    "W19 the third scan confirms the first": (
        """
        lesion | role   | 0  | 56 | 77 | 98
        T1     | target | 80 | 50 | 48 | 47
        response        |    | PR | PR | PR
        """,
        "PR",
        "PR",
    ),
    "W20 non-target disease only": (
        """
        lesion | role       | 0       | 56      | 112     | 168
        L1     | non-target | present | present | present | present
        X1     | new        |         |         |         | present
        response            |         | NON-CR/NON-PD | NON-CR/NON-PD | PD
        """,
        "NON-CR/NON-PD",
        "NON-CR/NON-PD",
    ),
    "W21 early death, no scan after baseline": (
        """
        lesion | role   | 0
        T1     | target | 45
        """,
        "NE",
        "NE",
    ),
    "W22 an equivocal new lesion, confirmed and dated back": (
        """
        lesion | role   | 0  | 40           | 82
        T1     | target | 45 | 45           | 45
        X1     | new    |    | 6 equivocal  | 9
        response        |    | PD           | PD
        """,
        "PD",
        "PD",
    ),
}
