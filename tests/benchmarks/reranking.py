"""How long re-ranking takes, in what memory, beside sentence-transformers on the same files.

    python tests/benchmarks/reranking.py FOLDER TEXTS… [--questions N]     (extra `export`)

Makes cross-encoders with random weights in FOLDER, in the shapes of MS MARCO MiniLM-L6 and of BGE
reranker base (which is also Jina reranker v2's), with a tokenizer trained on the texts. Speed does
not depend on the weights' values. Each question is scored with 30 passages drawn at random, once
through the program's own process and once by `CrossEncoder.predict` with as many threads, turn by
turn, so that both have the same machine; the largest difference of a score is told.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import psutil
from embedding_texts import passages, read
from table import Table, machine, megabytes

from jinasearch.embed.process.reranking import RerankProcess
from jinasearch.search.rerank import FILES

COMMAND = [sys.executable, "-m", "jinasearch", "_embed"]
PAD, START, END = "<pad>", "<s>", "</s>"
VOCABULARY = 30_000
SHAPES: dict[str, dict[str, int]] = {
    "minilm-l6": {
        "vocab_size": 30_522,
        "hidden_size": 384,
        "intermediate_size": 1536,
        "num_hidden_layers": 6,
        "num_attention_heads": 12,
    },
    "xlm-r-base": {
        "vocab_size": 250_002,
        "hidden_size": 768,
        "intermediate_size": 3072,
        "num_hidden_layers": 12,
        "num_attention_heads": 12,
    },
}


def main() -> None:
    """Measure each shape and print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("texts", type=Path, nargs="+")
    parser.add_argument("--questions", type=int, default=10)
    parser.add_argument("--shapes", nargs="*", default=list(SHAPES), choices=list(SHAPES))
    options = parser.parse_args()
    print(machine())
    texts = list(read(options.texts))
    drawn = passages(iter(texts), FILES * (options.questions + 1), 3)
    table = Table()
    for name in options.shapes:
        folder = options.folder / name
        if not (folder / "onnx" / "model.onnx").exists():
            make(folder, SHAPES[name], texts)
        measure(table, name, folder, drawn)
    print("\n" + table.markdown())


def measure(table: Table, name: str, folder: Path, drawn: list[str]) -> None:
    """One model: ours and theirs, turn by turn."""
    import torch
    from sentence_transformers import CrossEncoder

    threads = psutil.cpu_count(logical=False) or 1
    torch.set_num_threads(threads)
    process = RerankProcess(COMMAND, str(folder), 0, threads, 600, background=False)
    theirs = CrossEncoder(str(folder), device="cpu", activation_fn=torch.nn.Sigmoid())
    ours_took, theirs_took, off = [], [], 0.0
    try:
        began = time.perf_counter()
        process.scores("wake", ["up"])
        table.add(f"{name}, loading", f"{time.perf_counter() - began:.1f} s")
        for start in range(FILES, len(drawn) - FILES + 1, FILES):
            some = drawn[start : start + FILES]
            question = " ".join(drawn[start - FILES].split()[:8])
            began = time.perf_counter()
            scores = process.scores(question, some)
            ours_took.append(time.perf_counter() - began)
            began = time.perf_counter()
            wanted = theirs.predict([(question, text) for text in some])
            theirs_took.append(time.perf_counter() - began)
            off = max(off, float(abs(scores - wanted).max()))
        memory = process.memory_bytes()
    finally:
        process.stop()
    both = statistics.median(ours_took), statistics.median(theirs_took)
    words = statistics.mean(len(text.split()) for text in drawn)
    table.add(f"{name}, {FILES} passages", f"{both[0]:.2f} s", f"of {words:.0f} words, median")
    table.add(
        f"{name}, sentence-transformers", f"{both[1]:.2f} s", f"{both[1] / both[0]:.1f} times"
    )
    table.add(f"{name}, memory", megabytes(memory))
    table.add(f"{name}, largest difference of a score", f"{off:.1e}")


def make(folder: Path, shape: dict[str, int], texts: list[str]) -> None:
    """A model with random weights, its tokenizer, and its graph as optimum exports it."""
    import torch
    from optimum.exporters.onnx import main_export
    from transformers import BertConfig, BertForSequenceClassification

    tokenizer(texts).save_pretrained(folder)
    torch.manual_seed(0)
    config = BertConfig(
        **shape, max_position_embeddings=512, initializer_range=0.1, pad_token_id=0, num_labels=1
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    main_export(
        str(folder),
        folder / "onnx",
        task="text-classification",
        library_name="transformers",
        do_validation=False,
    )


def tokenizer(texts: list[str]) -> Any:
    """A byte-level tokenizer that joins pairs as BERT does."""
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers
    from tokenizers.processors import TemplateProcessing
    from transformers import PreTrainedTokenizerFast

    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=[PAD, START, END],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    made.train_from_iterator(texts, trainer)
    made.post_processor = TemplateProcessing(
        single=f"{START} $A {END}",
        pair=f"{START} $A {END} $B:1 {END}:1",
        special_tokens=[(START, 1), (END, 2)],
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=made,
        pad_token=PAD,
        cls_token=START,
        sep_token=END,
        model_max_length=512,
        model_input_names=["input_ids", "token_type_ids", "attention_mask"],
    )


if __name__ == "__main__":
    main()
