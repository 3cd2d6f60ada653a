import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from embedding_server import embedding_server, make_encoder
from fake_hub import fake_hub

__all__ = ["embedding_server", "fake_hub", "make_encoder"]
