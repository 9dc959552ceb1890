"""The HTTP routes of live editing; docs/live-editing.md documents them.

They send no CORS headers and take JSON only, so that other sites' pages cannot call them; `origin`
refuses what passes ComfyUI's own comparison of origins.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from aiohttp import ClientError, web
from comfy.cli_args import args
from server import PromptServer

from . import service
from .origin import check_caller
from .request import LARGEST_BODY, NoPicture, read_json, read_picture_request, read_release

PICTURE = "/styleganex/live/picture"
RELEASE = "/styleganex/live/release"
BODY_SECONDS = 5.0  # within which a body of a few KB has come

logger = logging.getLogger(__name__)
Handler = Callable[[web.Request], Awaitable[web.Response]]


def register() -> None:
    """Add the routes to the running server; without one (a script) there is nothing to add."""
    server = getattr(PromptServer, "instance", None)
    if server is None:
        return
    known = {(route.method, route.path) for route in server.routes if hasattr(route, "path")}
    for path, handler in ((PICTURE, send_picture), (RELEASE, release)):
        if ("POST", path) not in known:
            server.routes.post(path)(_answer_errors(handler))


async def send_picture(request: web.Request) -> web.Response:
    asked = read_picture_request(await _read_json(request), check=service.find)
    body = await service.picture(asked)
    return web.Response(body=body, content_type="image/jpeg", headers={"Cache-Control": "no-store"})


async def release(request: web.Request) -> web.Response:
    handles, replaced = read_release(await _read_json(request))
    count = sum(service.store.release(handle, replaced=replaced) for handle in handles)
    return web.json_response({"released": count})


def _answer_errors(handler: Handler) -> Handler:
    async def answer(request: web.Request) -> web.Response:
        try:
            return await handler(request)
        except NoPicture as error:
            if error.status >= 500:
                logger.error("live preview: %s", error, exc_info=error.__cause__)
            response = web.json_response(error.as_json(), status=error.status)
            if not request.content.is_eof():
                response.force_close()  # what is left of the body is not waited for
            return response

    return answer


async def _read_json(request: web.Request) -> object:
    headers = request.headers
    opened = bool(args.enable_cors_header)
    check_caller(request.scheme, headers.get("Host"), headers.get("Origin"), opened=opened)
    if request.content_type != "application/json":
        raise NoPicture(415, "invalid", "the body is JSON: Content-Type: application/json.")
    try:
        data = await asyncio.wait_for(_read_body(request), BODY_SECONDS)
    except (asyncio.TimeoutError, TimeoutError) as error:
        raise NoPicture(
            408, "invalid", f"the body did not come within {BODY_SECONDS:g} s."
        ) from error
    except (ClientError, web.RequestPayloadError, OSError, EOFError) as error:
        raise NoPicture(400, "invalid", "the body broke off.") from error
    return read_json(data)


async def _read_body(request: web.Request) -> bytes:
    data = b""
    async for chunk in request.content.iter_any():
        data += chunk
        if len(data) > LARGEST_BODY:
            raise NoPicture(413, "invalid", f"the body is larger than {LARGEST_BODY} bytes.")
    return data
