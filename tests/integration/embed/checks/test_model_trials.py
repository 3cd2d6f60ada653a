"""`models plan`, `verify` and `bench` through a running engine."""

import shutil
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.engine import protocol


def ask(served, call):
    with served.client() as client:
        return client.send(call)


def test_the_starter_proves_itself(served):
    found = ask(served, protocol.verify_model(protocol.VerifyModel("starter")))
    assert [finding.name for finding in found.findings if not finding.ok] == []
    assert len(found.findings) >= 2


def test_a_model_that_gives_no_numbers_does_not(served, tiny, tmp_path):
    broken = tmp_path / "broken"
    shutil.copytree(tiny.folder, broken)
    model = onnx.load(broken / "onnx" / "model.onnx")
    for weight in model.graph.initializer:
        value = numpy_helper.to_array(weight)
        if value.dtype == np.float32 and value.ndim == 2:
            weight.CopyFrom(numpy_helper.from_array(value * np.float32(np.nan), weight.name))
    onnx.save(model, broken / "onnx" / "model.onnx")
    with pytest.raises(JinasearchError) as raised:
        ask(served, protocol.verify_model(protocol.VerifyModel(str(broken))))
    assert raised.value.code == Code.EMBED_FAILED


def test_all_models_that_are_here_are_measured(served):
    found = ask(served, protocol.bench_models(protocol.BenchModels(seconds=0.1)))
    assert [model.name for model in found.models] == ["starter"]
    (starter,) = found.models
    assert starter.problem == ""
    assert starter.passages_per_second > 0
    assert starter.memory_bytes > 0
    assert starter.query_ms > 0
    assert starter.busy_query_ms > 0
    assert found.recommended == "starter"
    assert found.vectors > 0
    assert starter.seconds_for_library == found.vectors / starter.passages_per_second
    assert ask(served, protocol.status()).paused is False


def test_meanwhile_it_is_told_that_work_rests(served):
    with ThreadPoolExecutor() as threads:
        call = protocol.bench_models(protocol.BenchModels(("starter",), 1.0))
        measured = threads.submit(ask, served, call)
        served.until(lambda: ask(served, protocol.status()).trying, "a trial that is told")
        measured.result()
    assert not ask(served, protocol.status()).trying


def test_a_plan_tells_disk_and_after_a_measurement_time(served, tiny):
    unmeasured = ask(served, protocol.plan_model(protocol.UseModel(str(tiny.folder), 16)))
    assert unmeasured.dimension == 16
    assert unmeasured.seconds is None
    whole = ask(served, protocol.plan_model(protocol.UseModel(str(tiny.folder))))
    assert whole.vectors == unmeasured.vectors > 0
    assert whole.bytes_needed > unmeasured.bytes_needed > 0
    assert whole.bytes_free > 0
    folder = protocol.ModelFolder(str(tiny.folder))
    ask(served, protocol.add_model_folder(folder))
    ask(served, protocol.bench_models(protocol.BenchModels((str(tiny.folder),), 0.1)))
    assert ask(served, protocol.plan_model(protocol.UseModel(str(tiny.folder)))).seconds > 0
    ask(served, protocol.forget_model_folder(folder))


def test_a_plan_for_what_cannot_be_used_is_refused(served):
    with pytest.raises(JinasearchError) as raised:
        ask(served, protocol.plan_model(protocol.UseModel("jina-v5-small")))
    assert raised.value.code == Code.MODEL_MISSING
