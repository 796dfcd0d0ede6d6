import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.checks.names.names import check_facts, edit_distance

NAMING = "naming"
WORDS = st.text(alphabet="abcd", max_size=6)


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("Dr. Wu won.", None),
        ("Dr. Chien-Shiung Wu won.", None),
        ("DR. CHIEN-SHIUNG WU", None),
        ("Dr. Wu's medal.", None),
        ("Dr. Chien-Shuing Wu won.", "Chien-Shuing"),
        ("Dr. Chien-Shiun Wu won.", "Chien-Shiun"),
        ("Dr. Chien Shiung Wu won.", "Chien Shiung Wu"),
        ("Dr. Chien-shiung Wu won.", "Chien-shiung Wu"),
        ("Dr. Wuu won.", "Wuu"),
        ("Dr. Wo won.", "Wo"),
        ("Dr. Woo won.", "Woo"),
        ("Woo asks that it be approved.", None),
        ("We won; Wu won.", None),
        ("Prof. Wu won.", "Prof. Wu"),
        ("Ms. Chien-Shiung Wu won.", "Ms. Chien-Shiung Wu"),
        ("Mr. Wu won.", "Mr. Wu"),
        ("Dr Wu won.", "Dr Wu"),
        ("The letter calls her “Professor Wu” [@nms-record, p. 1].", None),
        ("Dr. Rabi taught there.", None),
    ],
)
def test_beneficiary_name_and_honorific(run, wu, text, quote):
    findings = run(NAMING, f"Line.\n\n{text}\n", wu, "background")
    assert [finding.quote for finding in findings] == ([] if quote is None else [quote])
    assert all((finding.severity, finding.line) == ("error", 3) for finding in findings)


@given(WORDS, WORDS)
def test_edit_distance_is_a_metric(left, right):
    assert edit_distance(left, right) == edit_distance(right, left)
    assert (edit_distance(left, right) == 0) == (left == right)
    assert edit_distance(left, right) <= max(len(left), len(right))


def test_swapped_letters_count_once():
    assert edit_distance("shiung", "shuing") == 1


def rename(case, name, surname, honorific="Dr."):
    person = case.beneficiary.model_copy(update={"name": name, "surname": surname, "honorific": honorific})
    return case.model_copy(update={"beneficiary": person})


@pytest.mark.parametrize(
    ("name", "surname", "text", "quote"),
    [
        ("Niamh O'Bannon", "O'Bannon", "Dr. O’Bannon won, and Dr. Niamh O’Bannon’s prize.", None),
        ("Niamh O’Bannon", "O’Bannon", "Dr. O'Bannon won O'Bannon's prize.", None),
        ("Niamh O’Bannon", "O’Bannon", "Dr. O'Banon won.", "O'Banon"),
        ("Niamh O’Bannon", "O’Bannon", "Dr. O Bannon won.", "O Bannon"),
        ("Niamh O'Bannon", "O'Bannon", "She won [@obannon, p. 2], see obannon.example/obannon.", None),
        ("Suryawati", "Suryawati", "Dr. Suryawati won.", None),
        ("Suryawati", "Suryawati", "Dr. Suryavati won.", "Suryavati"),
        ("Åse Østby", "Østby", "Dr. Østby won. DR. ØSTBY. Åse Østby", None),
        ("Åse Østby", "Østby", "Dr. Østbye won.", "Østbye"),
        ("Åse Østby", "Østby", "Dr. Ostby won.", "Ostby"),
        ("Åse Østby", "Østby", "Dr. Åsa Østby won.", "Åsa"),
        ("Jana Šedivá", "Šedivá", "Dr. Sediva won.", "Sediva"),
        ("Jana Šedivá", "Šedivá", "Dr. Šedviá won.", "Šedviá"),
        ("Jana Šedivá", "Šedivá", "Dr. Sedvia won.", "Sedvia"),
        ("Ana García-Ruiz", "García-Ruiz", "Dr. García\u2011Ruiz and Dr. García\u00ad-Ruiz won.", None),
        ("Ana García-Ruiz", "García-Ruiz", "Dr. Garcia Ruiz won.", "Garcia Ruiz"),
        ("Ana García-Ruiz", "García-Ruiz", "Dr. García-Ruis won.", "García-Ruis"),
        ("Jan van den Berg", "van den Berg", "Dr. van den Berg won. Van den Berg's prize.", None),
        ("Jan van den Berg", "van den Berg", "Dr. van der Berg won.", "van der Berg"),
        ("Jan van den Berg", "van den Berg", "Dr. Vandenberg won.", "Vandenberg"),
        ("Jan van den Berg", "van den Berg", "Then De Berg and Den Haag were seen.", None),
        ("J. R. Ewing-Olt III", "Ewing-Olt", "Dr. J. R. Ewing-Olt III won.", None),
        ("Amir St. John", "St. John", "Dr. St. John won.", None),
        ("Kalea ʻAukai", "ʻAukai", "Dr. 'Aukai and Dr. ‘Aukai won.", None),
        ("Gülşah Işık", "Işık", "Dr. Işık won. DR. IŞIK.", None),
        ("Gülşah Işık", "Işık", "Dr. Isik won.", "Isik"),
        ("Maria Weiß", "Weiß", "Dr. Weiß won. DR. WEISS.", None),
        ("İpek Şahin", "Şahin", "DR. ŞAHİN and DR. İPEK ŞAHİN won.", None),
        ("İpek Şahin", "Şahin", "DR. ŞAHİM won.", "ŞAHİM"),
        ("Inês d'Ávila", "d'Ávila", "Dr. d’Ávila won. D’Ávila won.", None),
        ("Inês d'Ávila", "d'Ávila", "Dr. d’Ávile won.", "d’Ávile"),
        ("Ana d'Amico", "d'Amico", "Dr. d'Amiko won.", "d'Amiko"),
        ("Сергей Иванов", "Иванов", "Dr. Иванов won.", None),
        ("Сергей Иванов", "Иванов", "Dr. Иваноф won.", "Иваноф"),
        ("陈静", "陈静", "Dr. 陈静 won.", None),
        ("陈静", "陈静", "Dr. 陈青 won.", "陈青"),
        ("王小明", "王", "Then 王小明 won.", None),
        ("王小明", "王", "Then 王小朋 won.", "王小朋"),
        ("김민수", "김", "Then 김민슈 won.", "김민슈"),
        ("अनिल कुमार", "कुमार", "Dr. कुमार won.", None),
        ("अनिल कुमार", "कुमार", "Dr. कुमर won.", "कुमर"),
        ("سارة منصور", "منصور", "Dr. \u2067منصور\u2069 won.", None),
        ("سارة منصور", "منصور", "Dr. منصوري won.", "منصوري"),
        ("سارة منصور", "منصور", "Dr. منـصور won.", None),
    ],
)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_name_of_any_script(run, minimal, name, surname, text, quote, form):
    case = rename(minimal, name, surname)
    findings = run(NAMING, unicodedata.normalize(form, text), case)
    assert [finding.quote for finding in findings] == ([] if quote is None else [unicodedata.normalize(form, quote)])
    assert all(finding.severity == "error" for finding in findings)


ALPHABETS = (
    "aáåbcçčdđeéęgğiıílłmnñoöøprřsšßtuůvyžæœ", "ạảấầẩẫậắằẳẵặđẹẻẽềểễệỉịhmnt", "абвгдежзийклмнопрстуфхцчшэюяїєґ",
    "αβγδεζηθικλμνοπρστυφχψωάέήίόύώ", "აბგდევზთიკლმნოპრსტუფქ", "ابتثجحخدذرزسشصضطعغفقكلمنهوي", "אבגדהוזחטיכלמנסעפצקרשת",
    "कखगघचजटडतथदनपबमयरलवशसह", "김이박최정강조윤장임한오", "陈静王芳李娜张伟刘洋赵敏",
)  # fmt: skip
SURNAMES = st.sampled_from(ALPHABETS).flatmap(
    lambda letters: st.tuples(
        st.sampled_from(("", "O'", "van der ")), st.text(letters, min_size=5, max_size=8), st.sampled_from(("", "-Ost"))
    )
)
FORMS = (
    str,
    str.upper,
    lambda name: unicodedata.normalize("NFD", name),
    lambda name: name.replace("'", "’"),
    lambda name: name.replace("-", "\u2011").replace(" ", "\xa0"),
    lambda name: f"{name[:4]}\u00ad{name[4:]}",
)


@given(SURNAMES, st.sampled_from(FORMS), st.integers(1, 3))
def test_forms_of_a_name_and_slips(minimal, run, parts, form, place):
    before, letters, after = parts
    first = letters[0].upper() if len(letters[0].upper()) == 1 else "A"
    letters = first + letters[1:]
    surname = before + letters + after
    case = rename(minimal, f"Ada {surname}", surname)
    assert run(NAMING, f"Then Dr. {form(surname)} won. Dr. {form(f'Ada {surname}')}’s medal.", case) == []
    slip = letters[:place] + letters[place + 1 :]
    assert [finding.severity for finding in run(NAMING, f"Then Dr. {before}{slip}{after} won.", case)] == ["error"]


def test_decomposed_name_in_the_file(run, minimal):
    case = rename(minimal, unicodedata.normalize("NFD", "Renée Müller"), unicodedata.normalize("NFD", "Müller"))
    assert run(NAMING, "Dr. Müller and Dr. Renée Müller won.", case) == []
    assert [finding.quote for finding in run(NAMING, "Dr. Müler won.", case)] == ["Müler"]


def test_honorific_of_several_words(run, minimal):
    case = rename(minimal, "Åse Østby", "Østby", "Prof. Dr.")
    assert run(NAMING, "Prof. Dr. Østby won.", case) == []
    assert [finding.quote for finding in run(NAMING, "Mr. Østby won.", case)] == ["Mr. Østby"]
    assert run(NAMING, "Mr. Østby Ødegård won.", case) == []


@pytest.mark.parametrize("other", ["Łukasz Żak", "Иван Петров", "陈静", "Dr. Øye"])
def test_person_of_any_script_has_pronouns(run, minimal, other):
    case = rename(minimal, "Åse Østby", "Østby")
    assert [finding.quote for finding in run(NAMING, "Dr. Østby said that he won.", case)] == ["he"]
    assert run(NAMING, f"Dr. Østby met {other}, and he agreed.", case) == []


def test_slip_in_case_file_is_found(run, minimal):
    assert list(check_facts(minimal)) == []
    claim = minimal.claims[0]
    item = claim.items[0]
    fact = item.elements["received"][0].model_copy(update={"text": "Dr. Exemple received it."})
    item = item.model_copy(update={"elements": {**item.elements, "received": (fact,)}})
    case = minimal.model_copy(update={"claims": (claim.model_copy(update={"items": (item,)}),)})
    for findings in (list(check_facts(case)), run(NAMING, "Dr. Exemple received it [@medal].", case)):
        (finding,) = findings
        assert (finding.severity, finding.quote) == ("error", "Exemple")
        assert finding.message == "'Exemple' looks like a misspelling of 'Example'. The case file has the same slip."


def test_name_in_exhibit_is_no_slip(run, minimal):
    text = "Dr. Éxample judged it."
    assert [finding.quote for finding in run(NAMING, text, minimal)] == ["Éxample"]
    medal = minimal.documents["medal"].model_copy(update={"pages": ("Judged by E\u0301xample.",)})
    case = minimal.model_copy(update={"documents": {**minimal.documents, "medal": medal}})
    assert run(NAMING, text, case) == []
