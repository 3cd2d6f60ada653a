"""The engine's HTTP interface: thin routes over the facade, one codec, one gatekeeper."""

from __future__ import annotations

import asyncio
import hmac
import logging
from typing import TYPE_CHECKING, TypeVar

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import StreamingResponse

from jinasearch import __version__
from jinasearch.core.errors import Code, JinasearchError
from jinasearch.core.explanation import Explanation
from jinasearch.core.models import RulesPreview, Status
from jinasearch.core.preview import Preview
from jinasearch.engine import protocol
from jinasearch.engine.sessions import Caller

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from starlette.types import ASGIApp, Receive, Scope, Send

    from jinasearch.engine.engine import Engine
    from jinasearch.engine.lanes import Lanes

_log = logging.getLogger(__name__)

_STATUS_OF = {
    Code.BAD_REQUEST: 400,
    Code.MODEL_DIMENSION: 400,
    Code.UNAUTHORIZED: 401,
    Code.NO_PERMISSION: 403,
    Code.MODEL_CONSENT: 403,
    Code.REMOTE_CONSENT: 403,
    Code.REMOTE_UNENCRYPTED: 403,
    Code.REMOTE_FAILED: 502,
    Code.NOT_FOUND: 404,
    Code.EXISTS: 409,
    Code.FOLDER_KNOWN: 409,
    Code.DISK_FULL: 507,
    Code.INTERNAL: 500,
    Code.ENGINE_UNREACHABLE: 503,
}

_STOP = protocol.Stop()
_T = TypeVar("_T")


def make_app(engine: Engine, token: str, stop: Callable[[bool], None]) -> FastAPI:
    """The application. `stop` ends the server, for good if its user wants so."""
    app = FastAPI(
        title="jinasearch engine",
        version=__version__,
        description="Local search by meaning. Every request needs the token of engine.json.",
        docs_url=None,
        redoc_url=None,
        openapi_url="/v1/openapi.json",
        responses={"default": {"model": protocol.Failure, "description": "An error"}},
    )
    app.add_middleware(Gatekeeper, token=token)
    app.add_exception_handler(JinasearchError, _report)
    app.add_exception_handler(RequestValidationError, _report_invalid)
    app.add_exception_handler(HTTPException, _report_http)
    app.add_exception_handler(OverflowError, _report_unusable)
    app.add_exception_handler(UnicodeError, _report_unusable)
    app.add_exception_handler(Exception, _report_bug)
    lanes = engine.lanes
    _add_search(app, engine, lanes)
    _add_folders(app, engine, lanes)
    _add_files(app, engine, lanes)
    _add_portable(app, engine, lanes)
    _add_models(app, engine, lanes)
    _add_trials(app, engine, lanes)
    _add_remotes(app, engine, lanes)
    _add_model_folders(app, engine, lanes)
    _add_pace(app, engine, lanes)
    _add_process(app, engine, lanes, stop)
    return app


def _add_search(app: FastAPI, engine: Engine, lanes: Lanes) -> None:
    @app.post("/v1/search", response_model=protocol.SearchReply)
    async def search(request: protocol.SearchRequest, http: Request) -> Response:
        lane = lanes.at_once if request.mode is protocol.Mode.KEYWORDS else lanes.questions
        caller = Caller()
        work = lane.run(engine.searches.search, request, caller)
        return _json(200, await _while_waited_for(http, work, caller))

    @app.post("/v1/explain", response_model=Explanation)
    async def explain(request: protocol.ExplainRequest, http: Request) -> Response:
        caller = Caller()
        work = lanes.questions.run(engine.searches.explain, request, caller)
        return _json(200, await _while_waited_for(http, work, caller))

    @app.post("/v1/files/{file}/opened", response_model=protocol.Done)
    async def opened(file: int) -> Response:
        return _json(200, await lanes.work.run(engine.files.opened, file))

    @app.post("/v1/preview", response_model=Preview)
    async def preview(request: protocol.PreviewRequest) -> Response:
        return _json(200, await lanes.previews.run(engine.previews.preview, request))


def _add_folders(app: FastAPI, engine: Engine, lanes: Lanes) -> None:
    @app.get("/v1/folders", response_model=protocol.Folders)
    async def folders() -> Response:
        return _json(200, await lanes.at_once.run(engine.folders.listed))

    @app.post("/v1/folders", response_model=protocol.Folders)
    async def add_folders(request: protocol.AddFolders) -> Response:
        return _json(200, await lanes.work.run(engine.folders.add, request))

    @app.post("/v1/folders/propose", response_model=protocol.Proposals)
    async def propose_folders() -> Response:
        return _json(200, await lanes.work.run(engine.folders.proposed))

    @app.put("/v1/folders/{folder}/rules", response_model=protocol.Folders)
    async def set_rules(folder: int, request: protocol.SetRules) -> Response:
        return _json(200, await lanes.work.run(engine.folders.set_rules, folder, request))

    @app.post("/v1/folders/{folder}/rules/preview", response_model=RulesPreview)
    async def preview_rules(folder: int, request: protocol.SetRules) -> Response:
        return _json(200, await lanes.work.run(engine.folders.preview, folder, request))

    @app.post("/v1/folders/exclude", response_model=protocol.Exclusion)
    async def exclude(request: protocol.Exclude) -> Response:
        return _json(200, await lanes.work.run(engine.folders.exclude, request))

    @app.delete("/v1/folders/{folder}", response_model=protocol.Folders)
    async def remove_folder(folder: int) -> Response:
        return _json(200, await lanes.work.run(engine.folders.remove, folder))

    @app.post("/v1/folders/forget", response_model=protocol.Folders)
    async def forget_away(request: protocol.ForgetAway) -> Response:
        return _json(200, await lanes.work.run(engine.folders.forget_away, request))

    @app.post("/v1/rescan", response_model=protocol.Done)
    async def rescan() -> Response:
        return _json(200, await lanes.work.run(engine.folders.rescan))


def _add_files(app: FastAPI, engine: Engine, lanes: Lanes) -> None:
    @app.post("/v1/files", response_model=protocol.Files)
    async def files(request: protocol.FilesRequest) -> Response:
        return _json(200, await lanes.at_once.run(engine.files.listed, request))

    @app.post("/v1/files/retry", response_model=protocol.Retried)
    async def retry_failed(request: protocol.RetryRequest) -> Response:
        return _json(200, await lanes.work.run(engine.files.retry, request))

    @app.post("/v1/files/why", response_model=protocol.Why)
    async def why(request: protocol.WhyRequest) -> Response:
        return _json(200, await lanes.work.run(engine.files.why, request))

    @app.post("/v1/check", response_model=protocol.Findings)
    async def check() -> Response:
        found = await lanes.checks.run("a check of the library", engine.library.check)
        return _json(200, found)


def _add_portable(app: FastAPI, engine: Engine, lanes: Lanes) -> None:
    @app.post("/v1/library/export", response_model=protocol.Exported)
    async def export_library(request: protocol.Export) -> Response:
        found = await lanes.checks.run("a backup of the library", engine.library.export, request)
        return _json(200, found)

    @app.post("/v1/library/import/plan", response_model=protocol.ImportPlan)
    async def plan_import(request: protocol.Import) -> Response:
        return _json(200, await lanes.work.run(engine.library.plan_import, request))

    @app.post("/v1/library/import", response_model=protocol.ImportPlan)
    async def import_library(request: protocol.Import) -> Response:
        found = await lanes.checks.run("an import of a library", engine.library.take_in, request)
        return _json(200, found)

    @app.get("/v1/library/kept", response_model=protocol.Kept)
    async def kept() -> Response:
        return _json(200, await lanes.work.run(engine.library.kept))

    @app.post("/v1/library/kept/discard", response_model=protocol.Kept)
    async def discard(request: protocol.Discard) -> Response:
        return _json(200, await lanes.work.run(engine.library.discard, request))

    @app.post("/v1/repair", response_model=protocol.Done)
    async def repair() -> Response:
        return _json(200, await lanes.work.run(engine.library.repair))


def _add_model_folders(app: FastAPI, engine: Engine, lanes: Lanes) -> None:
    @app.post("/v1/models/folder", response_model=protocol.ModelEntry)
    async def add_model_folder(request: protocol.ModelFolder) -> Response:
        return _json(200, await lanes.work.run(engine.models.add_folder, request))

    @app.post("/v1/models/folder/forget", response_model=protocol.Models)
    async def forget_model_folder(request: protocol.ModelFolder) -> Response:
        return _json(200, await lanes.work.run(engine.models.forget_folder, request))


def _add_models(app: FastAPI, engine: Engine, lanes: Lanes) -> None:
    @app.get("/v1/models", response_model=protocol.Models)
    async def models() -> Response:
        return _json(200, await lanes.work.run(engine.models.listed))

    @app.post("/v1/models/use", response_model=protocol.Models)
    async def use_model(request: protocol.UseModel) -> Response:
        return _json(200, await lanes.work.run(engine.models.use, request))

    @app.post("/v1/models/plan", response_model=protocol.Plan)
    async def plan_model(request: protocol.UseModel) -> Response:
        return _json(200, await lanes.work.run(engine.models.plan, request))


def _add_trials(app: FastAPI, engine: Engine, lanes: Lanes) -> None:
    @app.post("/v1/models/verify", response_model=protocol.Findings)
    async def verify_model(request: protocol.VerifyModel) -> Response:
        found = await lanes.trials.run("a proof of a model", engine.models.verify, request)
        return _json(200, found)

    @app.post("/v1/models/bench", response_model=protocol.Bench)
    async def bench_models(request: protocol.BenchModels) -> Response:
        found = await lanes.trials.run("a measurement of models", engine.models.bench, request)
        return _json(200, found)

    @app.post("/v1/models/rerank", response_model=protocol.Models)
    async def rerank_with(request: protocol.RerankWith) -> Response:
        return _json(200, await lanes.work.run(engine.models.rerank_with, request))

    @app.post("/v1/models/download", response_model=protocol.Models)
    async def download_model(request: protocol.DownloadModel) -> Response:
        return _json(200, await lanes.work.run(engine.models.download, request))

    @app.delete("/v1/models/{name}/download", response_model=protocol.Models)
    async def cancel_download(name: str) -> Response:
        return _json(200, await lanes.work.run(engine.models.cancel_download, name))


def _add_remotes(app: FastAPI, engine: Engine, lanes: Lanes) -> None:
    @app.post("/v1/models/remote", response_model=protocol.RemoteModel)
    async def add_remote(request: protocol.AddRemote) -> Response:
        return _json(200, await lanes.work.run(engine.models.add_remote, request))

    @app.delete("/v1/models/{name}", response_model=protocol.Models)
    async def remove_model(name: str) -> Response:
        return _json(200, await lanes.work.run(engine.models.remove, name))


def _add_pace(app: FastAPI, engine: Engine, lanes: Lanes) -> None:
    @app.post("/v1/pause", response_model=Status)
    async def pause(request: protocol.Pause) -> Response:
        return _json(200, await lanes.at_once.run(engine.pause, request))

    @app.post("/v1/pace", response_model=Status)
    async def set_pace(request: protocol.SetPace) -> Response:
        return _json(200, await lanes.work.run(engine.set_pace, request))

    @app.get("/v1/autostart", response_model=protocol.Autostart)
    async def autostart() -> Response:
        return _json(200, await lanes.work.run(engine.autostart.state))

    @app.post("/v1/autostart", response_model=protocol.Autostart)
    async def set_autostart(request: protocol.SetAutostart) -> Response:
        return _json(200, await lanes.work.run(engine.autostart.change, request))


def _add_process(app: FastAPI, engine: Engine, lanes: Lanes, stop: Callable[[bool], None]) -> None:
    @app.get("/v1/hello", response_model=protocol.Hello)
    async def hello() -> Response:
        return _json(200, await lanes.at_once.run(engine.hello))

    @app.get("/v1/history", response_model=protocol.History)
    async def history() -> Response:
        return _json(200, await lanes.at_once.run(engine.history))

    @app.get("/v1/settings", response_model=protocol.SettingsReply)
    async def settings() -> Response:
        return _json(200, await lanes.at_once.run(engine.settings.listed))

    @app.patch("/v1/settings", response_model=protocol.SettingsReply)
    async def change_settings(request: protocol.ChangeSettings) -> Response:
        return _json(200, await lanes.work.run(engine.settings.change, request))

    @app.get("/v1/status", response_model=Status)
    async def status() -> Response:
        return _json(200, await lanes.at_once.run(engine.status))

    @app.post("/v1/stop", response_model=protocol.Done)
    async def stop_engine(request: protocol.Stop = _STOP) -> Response:
        stop(request.for_good)
        return _json(200, protocol.Done())

    @app.get("/v1/events", response_class=StreamingResponse)
    async def events() -> StreamingResponse:
        """Server-sent messages; the data of each is an Event."""
        return StreamingResponse(
            engine.events.stream(),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store"},
        )


class Gatekeeper:
    """Lets a request in only with the token, to our own loopback name, from no web page."""

    def __init__(self, app: ASGIApp, token: str) -> None:
        self._app = app
        self._expected = f"Bearer {token}".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer it with 401."""
        if scope["type"] != "http" or self._allowed(scope):
            await self._app(scope, receive, send)
            return
        refusal = _report_error(
            JinasearchError(
                Code.UNAUTHORIZED,
                "The engine does not know this client",
                "Send the token of engine.json as `Authorization: Bearer TOKEN`.",
            )
        )
        await refusal(scope, receive, send)

    def _allowed(self, scope: Scope) -> bool:
        headers = dict(scope["headers"])
        host = headers.get(b"host", b"").rsplit(b":", 1)[0]
        return (
            host in (b"127.0.0.1", b"localhost")
            and b"origin" not in headers
            and hmac.compare_digest(headers.get(b"authorization", b""), self._expected)
        )


async def _while_waited_for(http: Request, work: Coroutine[None, None, _T], caller: Caller) -> _T:
    """What `work` returns; it is told when its client goes."""
    working = asyncio.ensure_future(work)
    going = asyncio.ensure_future(http.receive())  # its body was read: all that comes is its end
    try:
        await asyncio.wait((working, going), return_when=asyncio.FIRST_COMPLETED)
    finally:
        going.cancel()
        if not working.done():
            caller.leave()
    return await working


def _json(status: int, value: object) -> Response:
    return Response(
        protocol.encode(value),
        status,
        media_type="application/json",
        headers={"Cache-Control": "no-store"},
    )


def _report_error(error: JinasearchError) -> Response:
    return _json(_STATUS_OF.get(error.code, 409), protocol.failure_of(error))


def _report(_: Request, error: Exception) -> Response:
    if not isinstance(error, JinasearchError):
        raise error
    return _report_error(error)


def _report_invalid(_: Request, error: Exception) -> Response:
    fields = ", ".join(
        ".".join(str(part) for part in found["loc"])
        for found in (error.errors() if isinstance(error, RequestValidationError) else [])
    )
    return _report_error(
        JinasearchError(
            Code.BAD_REQUEST, "The request cannot be read", f"Look at: {fields or 'its body'}."
        )
    )


def _report_http(request: Request, error: Exception) -> Response:
    """What the framework itself refuses: an unknown route or method, a body that is no JSON."""
    status = error.status_code if isinstance(error, HTTPException) else 400
    failure = protocol.Failure(
        Code.NOT_FOUND if status == 404 else Code.BAD_REQUEST,
        {
            404: "The engine has no such address",
            405: "This address does not take this method",
        }.get(status, "The request cannot be read"),
        "The addresses are in /v1/openapi.json.",
        request.url.path,
    )
    return _json(status, failure)


def _report_unusable(_: Request, __: Exception) -> Response:
    """JSON allows numbers of any size and half characters; the library has neither."""
    return _report_error(
        JinasearchError(
            Code.BAD_REQUEST,
            "The request cannot be used",
            "It holds a number that is too large, or half a character.",
        )
    )


def _report_bug(_: Request, error: Exception) -> Response:
    _log.error("a request failed", exc_info=error)
    failure = protocol.Failure(
        Code.INTERNAL,
        "The engine made a mistake",
        "The details are in engine.log in the library's folder.",
    )
    return _json(500, failure)
