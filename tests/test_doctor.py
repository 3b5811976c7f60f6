"""The check-up of the machine, and the lines that a check-up is made of."""

from __future__ import annotations

from helpers import checkup
from helpers.checkup import Result
from helpers.lesson import doctor


def test_a_step_gives_one_line_or_several_and_a_broken_one_is_a_line_too(capsys):
    def check_one(what):
        return Result("one", True, what)

    def check_two(what):
        return [Result("two", True, what), Result("three", False, what)]

    def check_nothing(what):
        raise OSError("no such thing")

    found = checkup.run((check_one, check_two, check_nothing), "said")
    assert [(one.name, one.ok, one.text) for one in found[:3]] == [("one", True, "said"), ("two", True, "said"), ("three", False, "said")]
    assert found[3] == Result("nothing", False, "OSError: no such thing")
    assert capsys.readouterr().out.splitlines()[2:] == ["[FAIL] three: said", "[FAIL] nothing: OSError: no such thing"]


def test_doctor_reports_what_breaks(monkeypatch, capsys):
    monkeypatch.setattr(doctor, "TENSORFLOW", "import os; os.abort()")  # as on a CPU without AVX
    results = doctor.check()
    assert [result.name for result in results if not result.ok] == ["TensorFlow"]
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(results) and all(line.startswith(("[OK]", "[FAIL]")) for line in lines)


def test_doctor_sees_onednn_compute(capsys):
    results = {result.name: result for result in doctor.check_tensorflow()}
    assert results["TensorFlow"].ok and results["oneDNN"].ok and "hidden" in results["GPU"].text
