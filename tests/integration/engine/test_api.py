"""The HTTP interface as a stranger, a web page, and a careless client meet it."""

import inspect
import json
import socket
from urllib.parse import urlsplit

import psutil
import pytest

from jinasearch.core.errors import Code
from jinasearch.core.models import Rules
from jinasearch.engine import protocol

JSON = {"Content-Type": "application/json"}

SAMPLES = {
    "request": {
        "search": protocol.SearchRequest("x"),
        "add_folders": protocol.AddFolders(()),
        "set_rules": protocol.SetRules(Rules()),
        "pause": protocol.Pause(paused=True),
        "preview": protocol.PreviewRequest(7),
        "set_pace": protocol.SetPace(),
        "preview_rules": protocol.SetRules(Rules()),
        "set_autostart": protocol.SetAutostart(on=False),
        "files": protocol.FilesRequest(),
        "change_settings": protocol.ChangeSettings({"embed.threads": None}),
        "retry_failed": protocol.RetryRequest(),
        "why": protocol.WhyRequest("file:///nothing"),
        "use_model": protocol.UseModel("x"),
        "plan_model": protocol.UseModel("x"),
        "rerank_with": protocol.RerankWith(),
        "add_model_folder": protocol.ModelFolder("/no/such/folder"),
        "forget_model_folder": protocol.ModelFolder("/no/such/folder"),
        "verify_model": protocol.VerifyModel("x"),
        "bench_models": protocol.BenchModels(("x",)),
        "download_model": protocol.DownloadModel("x"),
        "export_library": protocol.Export("file:///nowhere/a.jinasearch"),
        "plan_import": protocol.Import("file:///nowhere/a.jinasearch"),
        "import_library": protocol.Import("file:///nowhere/a.jinasearch"),
        "exclude": protocol.Exclude("file:///nothing"),
        "forget_away": protocol.ForgetAway("file:///nothing"),
        "discard": protocol.Discard("none"),
        "explain": protocol.ExplainRequest("x", 7),
        "add_remote": protocol.AddRemote("x", "http://127.0.0.1:9"),
    },
    "folder": 7,
    "file": 7,
    "name": "7",
    "for_good": True,
}


def calls() -> dict[str, protocol.Call]:
    """One call of every sort that the protocol has."""
    found = {}
    for name, make in inspect.getmembers(protocol, inspect.isfunction):
        if str(inspect.signature(make).return_annotation).startswith("Call["):
            given = {
                parameter: SAMPLES["request"][name]
                if parameter == "request"
                else SAMPLES[parameter]
                for parameter in inspect.signature(make).parameters
            }
            found[name] = make(**given)
    return found


# The door


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer wrong"},
        {"Authorization": "Bearer "},
        {"Authorization": "TOKEN"},
        {"Authorization": "Basic TOKEN"},
        {"Authorization": "Bearer TOKEN, Bearer TOKEN"},
        {"Cookie": "token=TOKEN"},
        {"X-Token": "TOKEN"},
        {"Authorization": "Bearer TOKEN", "Host": "evil.example"},
        {"Authorization": "Bearer TOKEN", "Host": "127.0.0.1.evil.example:80"},
        {"Authorization": "Bearer TOKEN", "Host": "evil.example:127.0.0.1"},
        {"Authorization": "Bearer TOKEN", "Host": ""},
        {"Authorization": "Bearer TOKEN", "Origin": "http://evil.example"},
        {"Authorization": "Bearer TOKEN", "Origin": "http://127.0.0.1"},
        {"Authorization": "Bearer TOKEN", "Origin": "null"},
    ],
)
def test_strangers_stay_outside(served, headers):
    token = served.address.token
    sent = {name: value.replace("TOKEN", token) for name, value in headers.items()}
    for method, path in (("GET", "/v1/status"), ("GET", "/v1/openapi.json"), ("POST", "/v1/stop")):
        answer = served.ask(method, path, headers=sent, token="")
        assert answer.status == 401
        assert answer.failure().code == Code.UNAUTHORIZED
        assert token.encode() not in answer.body


def test_the_token_is_no_part_of_an_address(served):
    answer = served.ask("GET", f"/v1/status?token={served.address.token}", token="")
    assert answer.status == 401


def test_a_preflight_of_a_web_page_is_refused(served):
    headers = {"Origin": "http://evil.example", "Access-Control-Request-Method": "POST"}
    answer = served.ask("OPTIONS", "/v1/search", headers=headers, token="")
    assert answer.status == 401


def test_localhost_is_a_name_of_ours(served):
    port = urlsplit(served.address.url).port
    assert served.ask("GET", "/v1/hello", headers={"Host": f"localhost:{port}"}).status == 200


def test_two_host_headers_are_no_way_in(served):
    place = urlsplit(served.address.url)
    lines = (
        "GET /v1/status HTTP/1.1",
        "Host: evil.example",
        f"Host: {place.netloc}",
        f"Authorization: Bearer {served.address.token}",
        "Connection: close",
    )
    with socket.create_connection((place.hostname, place.port), timeout=10) as connection:
        connection.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        answer = b""
        while piece := connection.recv(4096):
            answer += piece
    assert answer.split()[1] in (b"400", b"401")


def test_only_loopback_is_listened_on(served):
    engine = psutil.Process(served.address.pid)
    listening = [
        connection.laddr
        for process in (engine, *engine.children(recursive=True))
        for connection in process.net_connections("inet")
        if connection.status in (psutil.CONN_LISTEN, psutil.CONN_NONE)
    ]
    assert [(place.ip, place.port) for place in listening] == [
        ("127.0.0.1", urlsplit(served.address.url).port)
    ]


def test_the_token_is_only_in_its_file(served):
    token = served.address.token.encode()
    holders = [
        path.name
        for path in served.library.rglob("*")
        if path.is_file() and token in path.read_bytes()
    ]
    assert holders == ["engine.json"]
    command = psutil.Process(served.address.pid).cmdline()
    assert not any(served.address.token in part for part in command)


# What there is


def routes(served) -> dict[tuple[str, str], dict]:
    document = served.ask("GET", "/v1/openapi.json").json()
    return {
        (method.upper(), path): operation
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    }


def test_every_call_has_a_route_and_every_route_a_call(served):
    documented = set(routes(served)) - {("GET", "/v1/events")}

    def route_of(call) -> tuple[str, str]:
        for method, path in documented:
            parts, wanted = call.path.split("/"), path.split("/")
            if method == call.method and len(parts) == len(wanted):
                pairs = list(zip(parts, wanted, strict=True))
                if all(part == want or (part == "7" and "{" in want) for part, want in pairs):
                    return method, path
        raise AssertionError(f"no route for {call}")

    assert len(calls()) >= 17
    assert {route_of(call) for call in calls().values()} == documented


def test_the_document_names_the_types(served):
    document = served.ask("GET", "/v1/openapi.json").json()
    known = document["components"]["schemas"]
    by_route = routes(served)
    for name, call in calls().items():
        path = next(
            operation
            for (method, route), operation in by_route.items()
            if method == call.method
            and [p for p in route.split("/") if "{" not in p]
            == [p for p in call.path.split("/") if p != "7"]
        )
        shown = path["responses"]["200"]["content"]["application/json"]["schema"]["$ref"]
        assert shown.rsplit("/", 1)[-1] == call.reply.__name__, name
        if call.body is not None:
            taken = path["requestBody"]["content"]["application/json"]["schema"]["$ref"]
            assert taken.rsplit("/", 1)[-1] == type(call.body).__name__, name
        failure = path["responses"]["default"]["content"]["application/json"]["schema"]["$ref"]
        assert failure.endswith("/Failure")
        assert path.get("summary"), name
    assert set(known["Failure"]["properties"]) == {"code", "title", "message", "path"}


def test_every_harmless_call_is_answered_in_its_type(served):
    with served.client() as client:
        for name in (
            "hello",
            "status",
            "folders",
            "models",
            "check",
            "rescan",
            "retry_failed",
            "why",
        ):
            call = calls()[name]
            assert isinstance(client.send(call), call.reply), name
        assert client.send(protocol.hello()).pid == served.address.pid


# Careless clients


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("GET", "/v1/nowhere", None, 404, Code.NOT_FOUND),
        ("GET", "/", None, 404, Code.NOT_FOUND),
        ("GET", "/docs", None, 404, Code.NOT_FOUND),
        ("GET", "/v1/search", None, 405, Code.BAD_REQUEST),
        ("DELETE", "/v1/status", None, 405, Code.BAD_REQUEST),
        ("POST", "/v1/search", b"", 400, Code.BAD_REQUEST),
        ("POST", "/v1/search", b"{", 400, Code.BAD_REQUEST),
        ("POST", "/v1/search", b"\xff\xfe\x00", 400, Code.BAD_REQUEST),
        ("POST", "/v1/search", b"null", 400, Code.BAD_REQUEST),
        ("POST", "/v1/search", b"[" * 20_000, 400, Code.BAD_REQUEST),
        ("POST", "/v1/search", {}, 400, Code.BAD_REQUEST),
        ("POST", "/v1/search", ["x"], 400, Code.BAD_REQUEST),
        ("POST", "/v1/search", {"text": 7}, 400, Code.BAD_REQUEST),
        ("POST", "/v1/search", {"text": None}, 400, Code.BAD_REQUEST),
        ("POST", "/v1/search", {"text": "x", "mode": "magic"}, 400, Code.BAD_REQUEST),
        ("POST", "/v1/search", {"text": "x", "limit": "many"}, 400, Code.BAD_REQUEST),
        ("POST", "/v1/search", {"text": "x", "limit": 1.5}, 400, Code.BAD_REQUEST),
        ("POST", "/v1/search", {"text": "x", "folder": "home"}, 400, Code.BAD_REQUEST),
        ("POST", "/v1/folders", {"uris": "file:///tmp"}, 400, Code.BAD_REQUEST),
        ("POST", "/v1/folders", {"uris": ["http://evil.example/"]}, 400, Code.BAD_REQUEST),
        ("POST", "/v1/folders", {"uris": ["file://evil.example/x"]}, 400, Code.BAD_REQUEST),
        ("POST", "/v1/folders", {"uris": ["file:///no/such/folder"]}, 404, Code.NOT_FOUND),
        ("POST", "/v1/folders", {"uris": ["file:///tmp/%00"]}, 400, Code.BAD_REQUEST),
        ("POST", "/v1/folders", {"uris": ["file:relative"]}, 400, Code.BAD_REQUEST),
        ("POST", "/v1/folders", {"uris": ["file://[bad"]}, 400, Code.BAD_REQUEST),
        ("POST", "/v1/folders", {"uris": [], "rules": {"exclude": "x"}}, 400, Code.BAD_REQUEST),
        ("POST", "/v1/folders", {"uris": [], "rules": {"exclude": ["!"]}}, 400, Code.BAD_REQUEST),
        ("DELETE", "/v1/folders/999", None, 404, Code.NOT_FOUND),
        ("DELETE", "/v1/folders/x", None, 400, Code.BAD_REQUEST),
        ("DELETE", f"/v1/folders/{10**30}", None, 404, Code.NOT_FOUND),
        ("PUT", "/v1/folders/999/rules", {"rules": {}}, 404, Code.NOT_FOUND),
        ("POST", "/v1/files/999999/opened", None, 200, None),
        ("POST", "/v1/files/-1/opened", None, 200, None),
        ("POST", f"/v1/files/{10**30}/opened", None, 400, Code.BAD_REQUEST),
        ("POST", "/v1/files", {"states": ["eaten"]}, 400, Code.BAD_REQUEST),
        ("POST", "/v1/files", {"uris": ["http://evil.example/"]}, 400, Code.BAD_REQUEST),
        ("POST", "/v1/files/why", {"uri": "file:///tmp/%00"}, 400, Code.BAD_REQUEST),
        ("POST", "/v1/files", {"folder": 10**30}, 400, Code.BAD_REQUEST),
        ("POST", "/v1/pause", {"paused": "perhaps"}, 400, Code.BAD_REQUEST),
        ("POST", "/v1/pause", {"paused": True, "seconds": -5}, 400, Code.BAD_REQUEST),
        ("POST", "/v1/pause", b'{"paused": true, "seconds": NaN}', 400, Code.BAD_REQUEST),
        ("POST", "/v1/models/use", {"name": "nobody"}, 404, Code.NOT_FOUND),
        ("POST", "/v1/models/use", {"name": "starter", "dimension": 7}, 400, Code.MODEL_DIMENSION),
        ("POST", "/v1/models/use", {"name": "starter", "dimension": -1}, 400, Code.MODEL_DIMENSION),
        ("POST", "/v1/models/use", {"name": "/no/such/folder"}, 409, Code.MODEL_MISSING),
        ("POST", "/v1/models/folder", {"path": "/no/such/folder"}, 409, Code.MODEL_MISSING),
        ("POST", "/v1/models/folder", {"path": "folder"}, 400, Code.BAD_REQUEST),
        ("POST", "/v1/models/folder/forget", {"path": "/no/folder"}, 404, Code.NOT_FOUND),
        ("POST", "/v1/models/use", {"name": "jina-v5-nano"}, 409, Code.MODEL_MISSING),
        ("POST", "/v1/models/download", {"name": "nobody"}, 404, Code.NOT_FOUND),
        ("POST", "/v1/models/download", {"name": "jina-v5-nano"}, 403, Code.MODEL_CONSENT),
        ("POST", "/v1/models/download", {"name": "starter"}, 400, Code.BAD_REQUEST),
        ("DELETE", "/v1/models/jina-v5-nano/download", None, 404, Code.NOT_FOUND),
    ],
)
def test_what_cannot_be_done_is_told(served, method, path, body, status, code):
    answer = served.ask(method, path, body)
    assert answer.status == status, answer.body
    if code is not None:
        failure = answer.failure()
        assert failure.code == code
        assert failure.title
    assert served.ask("GET", "/v1/hello").status == 200


def test_a_body_that_is_no_json_by_its_header_is_refused(served):
    answer = served.ask(
        "POST", "/v1/search", b'{"text": "sea"}', headers={"Content-Type": "text/plain"}
    )
    assert answer.status == 400
    assert answer.failure().code == Code.BAD_REQUEST


def search(served, **request):
    return served.ask("POST", "/v1/search", request)


@pytest.mark.parametrize("mode", list(protocol.Mode))
@pytest.mark.parametrize("limit", [0, -1, 10**9])
def test_a_limit_out_of_bounds_is_brought_into_them(served, limit, mode):
    answer = search(served, text="albatross", mode=mode, limit=limit)
    assert answer.status == 200
    assert answer.json()["hits"][0]["name"] == "sea.txt"


@pytest.mark.parametrize("limit", [10**20, -(10**20)])
def test_a_limit_beyond_any_number_is_no_mistake_of_the_engine(served, limit):
    assert search(served, text="albatross", limit=limit).status in (200, 400)


@pytest.mark.parametrize("text", ["", " ", "\n\t", "-", '"', '""', "*", "-albatross"])
@pytest.mark.parametrize("mode", list(protocol.Mode))
def test_a_question_without_words_has_no_answer(served, text, mode):
    answer = search(served, text=text, mode=mode)
    assert answer.status == 200
    assert answer.json()["text"] == text
    assert answer.json()["hits"] == []


@pytest.mark.parametrize(
    "text",
    [
        "\x00",
        "albatross\x00sea",
        "\u202ealbatross",
        "a\u0301" * 300,
        "👩‍👩‍👧‍👦 " * 50,
        "\U0010ffff\ufffe",
        "albatross OR AND NOT NEAR(",
        "')}; DROP TABLE files; --",
        "{text} %s \\",
        "海" * 3000,
    ],
)
@pytest.mark.parametrize("mode", list(protocol.Mode))
def test_odd_text_is_a_question_like_any_other(served, text, mode):
    answer = search(served, text=text, mode=mode)
    assert answer.status == 200, answer.body
    assert answer.json()["text"] == text


@pytest.mark.parametrize("mode", list(protocol.Mode))
def test_a_very_long_question_is_answered(served, mode):
    answer = search(served, text="albatross sea " * 7200, mode=mode)
    assert answer.status == 200, answer.body[:300]
    long_words = search(served, text=" ".join(f"w{number}" for number in range(15_000)), mode=mode)
    assert long_words.status == 200, long_words.body[:300]
    assert search(served, text="x" * 100_000, mode=mode).status == 200


def test_half_a_character_is_refused_or_answered_but_breaks_nothing(served):
    for body in (b'{"text": "\\ud800"}', b'{"text": "sea \\udc80 bird"}'):
        answer = served.ask("POST", "/v1/search", body)
        assert answer.status in (200, 400), answer.body
        if answer.status == 400:
            assert answer.failure().code == Code.BAD_REQUEST
    for body in (
        b'{"uris": ["file:///\\ud800"]}',
        b'{"uris": [], "rules": {"exclude": ["\\ud800"]}}',
    ):
        answer = served.ask("POST", "/v1/folders", body)
        assert answer.status in (200, 400, 404), answer.body
    assert search(served, text="albatross").json()["hits"]


def test_a_folder_nobody_knows_has_no_hits(served):
    nowhere = search(served, text="albatross", folder=999).json()
    assert nowhere["hits"] == []
    assert nowhere["left_out"] > 0
    assert search(served, text="albatross", folder=10**30).status == 400


def test_answers_are_kept_by_no_cache(served):
    with served.client() as client:
        answer = client._http.get("/v1/status")
    assert answer.headers["cache-control"] == "no-store"
    assert "server" not in answer.headers
    assert not any(name.startswith("access-control") for name in answer.headers)
    assert json.loads(answer.content)["library"] == str(served.library)
