"""One way of embedding, in a process of its own: ours, and what a user would take instead.

    python embedding_engines.py ENGINE FOLDER THREADS [once]

A line of JSON in (`texts`, `query`: whether they are questions), a line out (`seconds`,
`cpu_seconds`, `peak` bytes of memory so far, `vectors` of the first texts). With `once` it only
loads the model: what is prepared the first time is not measured then. It imports nothing but
what its engine needs, so that peers can run in another environment. llama.cpp's server, the
program that `LLAMA_SERVER` names, is started by it and asked over HTTP.
"""

from __future__ import annotations

import base64
import json
import os
import resource
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Protocol

BATCH = 32
QUERY, DOCUMENT = "Query: ", "Document: "
LLAMA_OPTIONS = ("--parallel", "8", "--ctx-size", "16384", "--ubatch-size", "2048")


class Engine(Protocol):
    """Texts to vectors, each of length 1."""

    def encode(self, texts: list[str], *, query: bool) -> Any: ...


class Ours:
    """The program's own encoder, as its embed process loads it."""

    def __init__(self, folder: Path, threads: int, runtime: str, precision: str) -> None:
        from jinasearch.embed.encoder import Prompt
        from jinasearch.embed.load import load
        from jinasearch.embed.models.catalog import describe

        self.prompts = {True: Prompt.QUERY, False: Prompt.DOCUMENT}
        self.model = load(
            describe(str(folder)), threads=threads, runtime=runtime, precision=precision
        )

    def encode(self, texts: list[str], *, query: bool) -> Any:
        return self.model.encode(texts, self.prompts[query])


class PlainOnnx:
    """ONNX Runtime with its default options on the file as exported, batches sorted by length."""

    def __init__(self, folder: Path, threads: int) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3
        self.session = onnxruntime.InferenceSession(
            folder / "onnx" / "model.onnx", options, providers=["CPUExecutionProvider"]
        )
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.enable_padding()
        self.inputs = {node.name for node in self.session.get_inputs()}

    def encode(self, texts: list[str], *, query: bool) -> Any:
        import numpy as np

        order = sorted(range(len(texts)), key=lambda row: -len(texts[row]))
        vectors: list[Any] = [None] * len(texts)
        for start in range(0, len(order), BATCH):
            rows = order[start : start + BATCH]
            prompt = QUERY if query else DOCUMENT
            tokens = self.tokenizer.encode_batch([prompt + texts[row] for row in rows])
            mask = np.array([item.attention_mask for item in tokens])
            feed = {
                "input_ids": np.array([item.ids for item in tokens]),
                "attention_mask": mask,
                "position_ids": np.broadcast_to(np.arange(mask.shape[1]), mask.shape),
            }
            (hidden,) = self.session.run(
                None, {name: value for name, value in feed.items() if name in self.inputs}
            )
            pooled = hidden[np.arange(len(rows)), mask.sum(axis=1) - 1]
            pooled /= np.linalg.norm(pooled, axis=1, keepdims=True)
            for row, vector in zip(rows, pooled, strict=True):
                vectors[row] = vector
        return np.stack(vectors)


class SentenceTransformers:
    """sentence-transformers as its documentation says, with its default batches of 32."""

    def __init__(self, folder: Path, threads: int, **options: Any) -> None:
        import torch
        from sentence_transformers import SentenceTransformer

        torch.set_num_threads(threads)
        self.model = SentenceTransformer(str(folder), device="cpu", **options)

    def encode(self, texts: list[str], *, query: bool) -> Any:
        name = "query" if query else "document"
        return self.model.encode(texts, prompt_name=name, batch_size=BATCH, show_progress_bar=False)


class LlamaServer:
    """llama.cpp's server on a file of `embedding_gguf.py`, with room for 8 × 2,048 tokens."""

    def __init__(self, folder: Path, threads: int, kind: str) -> None:
        import httpx
        import psutil

        with socket.create_server(("127.0.0.1", 0)) as free:
            port = str(free.getsockname()[1])
        command = [os.environ["LLAMA_SERVER"], "--model", str(folder / "gguf" / f"{kind}.gguf")]
        command += ["--host", "127.0.0.1", "--port", port, "--embeddings", "--pooling", "last"]
        command += ["--threads", str(threads), *LLAMA_OPTIONS]
        self.process = psutil.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=600)
        while True:
            try:
                if self.client.get("/health").is_success:
                    break
            except httpx.TransportError:
                if self.process.poll() is not None:
                    raise
            time.sleep(0.02)

    def encode(self, texts: list[str], *, query: bool) -> Any:
        import numpy as np

        prompt = QUERY if query else DOCUMENT
        request = {"input": [prompt + text for text in texts], "encoding_format": "base64"}
        answer = self.client.post("/v1/embeddings", json=request).raise_for_status().json()
        found = sorted(answer["data"], key=lambda item: item["index"])
        raw = b"".join(base64.b64decode(item["embedding"]) for item in found)
        return np.frombuffer(raw, np.float32).reshape(len(texts), -1)

    def cpu_seconds(self) -> float:
        return float(sum(self.process.cpu_times()[:2]))

    def peak(self) -> int:
        status = Path(f"/proc/{self.process.pid}/status").read_text().split()
        return int(status[status.index("VmHWM:") + 1]) * 1024

    def close(self) -> None:
        self.process.terminate()
        self.process.wait()


def bf16() -> dict[str, Any]:
    """sentence-transformers' options for it."""
    import torch

    return {"model_kwargs": {"torch_dtype": torch.bfloat16}}


def openvino(threads: int) -> dict[str, Any]:
    """sentence-transformers' options for OpenVINO, which picks bf16 where the processor has it."""
    settings = {"INFERENCE_NUM_THREADS": threads}
    return {"backend": "openvino", "model_kwargs": {"ov_config": settings}}


ENGINES = {
    "ours, best": lambda folder, threads: Ours(folder, threads, "auto", "auto"),
    "ours, OpenVINO fp32": lambda folder, threads: Ours(folder, threads, "openvino", "fp32"),
    "ours, ONNX Runtime": lambda folder, threads: Ours(folder, threads, "onnx", "auto"),
    "ours, OpenVINO int8": lambda folder, threads: Ours(folder, threads, "openvino", "int8"),
    "ours, ONNX Runtime int8": lambda folder, threads: Ours(folder, threads, "onnx", "int8"),
    "plain ONNX Runtime": PlainOnnx,
    "sentence-transformers fp32": SentenceTransformers,
    "sentence-transformers bf16": lambda folder, threads: SentenceTransformers(
        folder, threads, **bf16()
    ),
    "sentence-transformers OpenVINO": lambda folder, threads: SentenceTransformers(
        folder, threads, **openvino(threads)
    ),
    "llama.cpp BF16": lambda folder, threads: LlamaServer(folder, threads, "bf16"),
    "llama.cpp Q8_0": lambda folder, threads: LlamaServer(folder, threads, "q8_0"),
}
"""By name: what is made of a model's folder and a number of threads."""


def main() -> None:
    """Answer requests until standard input ends."""
    name, folder, threads = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # libraries print
    began = time.perf_counter()
    engine = ENGINES[name](folder, threads)
    loaded = {
        "provider": f"{engine.model.provider}, {engine.model.precision}"
        if isinstance(engine, Ours)
        else "",
        "seconds": time.perf_counter() - began,
        "peak": peak(engine),
    }
    print(json.dumps(loaded), file=answers, flush=True)
    try:
        for line in [] if "once" in sys.argv[4:] else sys.stdin:
            request = json.loads(line)
            began, worked = time.perf_counter(), cpu_seconds(engine)
            vectors = engine.encode(request["texts"], query=request["query"])
            answer = {
                "seconds": time.perf_counter() - began,
                "cpu_seconds": cpu_seconds(engine) - worked,
                "peak": peak(engine),
                "vectors": [[float(number) for number in vector] for vector in vectors[:8]],
            }
            print(json.dumps(answer), file=answers, flush=True)
    finally:
        if isinstance(engine, LlamaServer):
            engine.close()


def cpu_seconds(engine: Engine) -> float:
    """The processor's time that it has taken, in seconds."""
    return engine.cpu_seconds() if isinstance(engine, LlamaServer) else time.process_time()


def peak(engine: Engine) -> int:
    """The most memory that it has held, in bytes."""
    if isinstance(engine, LlamaServer):
        return engine.peak()
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


if __name__ == "__main__":
    main()
