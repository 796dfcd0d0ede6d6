import pytest

from workbench.text.language import detect_language


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (
            "The committee gave the prize to a scientist who has worked in the field for many years, and it is rare.",
            "en",
        ),
        (
            "La commission a attribué le prix à une chercheuse qui travaille dans ce domaine.",
            "fr",
        ),
        (
            "El comité otorgó el premio a una investigadora que trabaja en el campo de la química.",
            "es",
        ),
        ("Комитет присудил премию исследовательнице, которая много лет работает в этой области науки.", "ru"),
        (
            "委员会将该奖项授予一位多年来从事这一领域研究的科学家她的工作得到了广泛的认可",
            "zh",
        ),
        (
            (
                "이 위원회는 여러 해 동안 이 분야에서 일해 온 연구자에게 "
                "상을 수여하였으며 그 업적은 널리 인정받고 있습니다 그리고"
            ),
            "ko",
        ),
        ("Komitea antoi palkinnon tutkijalle, joka on työskennellyt alalla pitkään ja julkaissut paljon.", "fi"),
        ("Žiuri skyrė apdovanojimą mokslininkei, kuri jau daug metų dirba šioje srityje ir yra gerai žinoma.", "lt"),
        ("CERTIFICAMOS QUE LA INTERESADA FUE ELEGIDA MIEMBRO DE LA SOCIEDAD EL AÑO PASADO POR UNANIMIDAD.", "es"),
    ],
)
def test_language_is_detected(text, code):
    assert detect_language(text).code == code


CZECH_NAMES = "Účastníci: A. Novák, V. Svoboda, S. Dvořák, K. Horák, Z. Němec, O. Marek, I. Pospíšil, J. Veselý"
DUTCH_NAMES = "M. van der Berg, J. de la Cruz, P. da Silva, R. del Rio, H. von Arnim, S. van den Broek, L. dos Santos"


@pytest.mark.parametrize("text", ["", "2019 42 17.3", "Wu", "C6H6 + H2O " * 20, "\x00" * 100, CZECH_NAMES, DUTCH_NAMES])
def test_unknown_language_is_none(text):
    assert detect_language(text) is None


def test_foreign_names_leave_english():
    english = (
        "The following persons took part in the meeting and were admitted as members of the society in that year: "
    )
    assert detect_language(english + CZECH_NAMES).code == "en"
