"""The HTTP application: every route, over the ports it is given."""

from typing import Any, Final

from litestar import Litestar, Request, Router
from litestar.response import Response

from api import metrics
from api.auth import guard
from api.dependencies import Dependencies
from api.encoding import JsonAnswer
from api.errors import problem_answer
from api.openapi import describe
from api.request_id import answer_request_id
from api.rest.account import account_routes
from api.rest.audit import audit_routes
from api.rest.completeness import completeness_routes
from api.rest.health import health_routes
from api.rest.positions import position_routes
from api.rest.sessions import session_routes
from api.rest.tokens import token_routes
from api.rest.tracking import tracking_routes
from api.rest.trades import trade_routes
from api.rest.wallets import wallet_routes
from api.source import AnswerSource
from api.stream.route import stream_route
from api.webhooks import webhook_routes

BODY_BYTES_MAX: Final = 256 * 1024
"""Our largest request body has a few hundred bytes; larger ones are refused unread."""


def create_app(given: Dependencies) -> Litestar:
    """The application; it opens and closes nothing of what it is given."""

    def problem(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
        return problem_answer(request, error, given.outages)

    v1 = Router(
        "/v1",
        route_handlers=[
            *wallet_routes(given.wallets, given.completeness),
            *completeness_routes(given.completeness),
            *trade_routes(given.wallets, given.trades),
            *position_routes(given.wallets),
            *tracking_routes(given.bus, given.log, given.trackings, given.checkpoints),
            *token_routes(given.prices),
            *audit_routes(given.log, given.reader),
            *session_routes(given.accounts),
            *account_routes(given.accounts),
        ],
        guards=[guard(given.authenticator)],
        security=[{"bearer": []}],
    )
    return Litestar(
        [
            v1,
            stream_route(given.hub, given.reader, given.authenticator, given.source),
            *health_routes(given.health, given.source),
            *webhook_routes(
                given.inbox, given.webhook_secrets, given.webhook_body_max_bytes, given.source
            ),
        ],
        request_max_body_size=BODY_BYTES_MAX,
        response_class=JsonAnswer,
        exception_handlers={Exception: problem},
        before_send=[answer_request_id, AnswerSource(given.source), _count],
        openapi_config=describe(),
        lifespan=[given.hub.running],
        logging_config=None,
        debug=False,
    )


async def _count(message: Any, _scope: Any) -> None:
    if message["type"] == "http.response.start":
        metrics.count_answer(message["status"])
