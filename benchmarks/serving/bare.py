"""The bare server: validates a request as ours does, and answers a constant.

    python benchmarks/serving/bare.py SERVER PORT

It has the route, checks, bounds and deadlines of ours, and no model, selector or log.
"""

from __future__ import annotations

import asyncio
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from benchmarks.serving.configured import configured  # noqa: E402 - found once the path above is
from benchmarks.serving.question import CONSTANT  # noqa: E402
from contracts.config import instantiate  # noqa: E402
from contracts.contract import latest  # noqa: E402
from production.service.access import LOOPBACK, Guard  # noqa: E402
from production.service.app import Service  # noqa: E402
from production.service.asgi import Asgi  # noqa: E402
from production.service.asks import AskDecoder  # noqa: E402
from production.service.http import HttpResponse  # noqa: E402
from production.service.place import bind  # noqa: E402
from production.service.process import hide_pandas, loop_factory  # noqa: E402
from production.service.routes import post  # noqa: E402
from production.service.servers.port import Patience  # noqa: E402
from production.service.timed import Timed  # noqa: E402

if TYPE_CHECKING:
    from production.service.http import HttpRequest
    from production.service.servers.port import Server


def main(name: str, port: str) -> None:
    """Serve until the process is ended."""
    hide_pandas()
    config = configured(f"server={name}", f"serving.port={port}")
    contract = latest(ROOT / config.paths.published, config.product.name)
    decode = AskDecoder(contract.input_columns, rows=config.serving.limits.rows).one

    def answer(request: HttpRequest) -> HttpResponse:
        decode(request.body)
        return HttpResponse(body=CONSTANT)

    handle = Timed("/predict", answer)
    route = post("/predict", "predict", handle, "Validate, and answer a constant.")
    service = Service([route], guard=Guard(hosts=LOOPBACK, required=False), deadline=30)
    application = Asgi(service, body=config.serving.limits.body, seconds=10)
    server: Server = instantiate(config.server, "server")
    with closing(bind(config)) as bound, asyncio.Runner(loop_factory=loop_factory()) as runner:
        runner.run(
            server.serve(
                application,
                socket=bound,
                patience=Patience(headers=10, idle=30, drain=1),
                started=lambda: None,
                stop=asyncio.Event(),
            )
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
