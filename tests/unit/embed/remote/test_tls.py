"""Whom an encrypted connection is made to."""

from __future__ import annotations

import datetime as dt
import ipaddress
import ssl
from typing import TYPE_CHECKING

import pytest

from jinasearch.core.errors import Code, JinasearchError
from jinasearch.embed.encoder import Prompt

if TYPE_CHECKING:
    from pathlib import Path

pytest.importorskip("cryptography", reason="comes with the keyring on Linux")


def certificate(folder: Path, address: str) -> tuple[Path, Path]:
    """A certificate for `address` that nobody but itself vouches for, and its key."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test")])
    today = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - dt.timedelta(days=1))
        .not_valid_after(today + dt.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))]),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    chain, private = folder / "chain.pem", folder / "key.pem"
    chain.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return chain, private


@pytest.mark.parametrize(
    ("address", "trusted", "answered"),
    [("127.0.0.1", False, False), ("127.0.0.1", True, True), ("192.0.2.1", True, False)],
    ids=["unknown to this machine", "known to this machine", "of another host"],
)
def test_certificates(
    embedding_server, make_encoder, monkeypatch, tmp_path, address, trusted, answered
):
    chain, private = certificate(tmp_path, address)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, private)
    embedding_server.encrypt(context)
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(chain))
    encoder = make_encoder(url=embedding_server.url.replace("http:", "https:"))
    if answered:
        assert encoder.encode(["a"], Prompt.DOCUMENT).shape == (1, 8)
        return
    with pytest.raises(JinasearchError, match="prove who it is") as caught:
        encoder.encode(["a"], Prompt.DOCUMENT)
    assert caught.value.code is Code.REMOTE_FAILED
    assert embedding_server.asked == []
