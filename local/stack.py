"""A whole stack in one object: `async with LocalStack(Options(port=0)) as stack: …`."""

import asyncio
import contextlib
import functools
import logging
import socket
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from local.aws import client
from local.buckets import cors_of, create_buckets
from local.deployment import Deployment
from local.engine import Engine, running_engine
from local.errors import LocalStackError
from local.functions import Functions
from local.gateway.conversation import TimeLimits
from local.gateway.observer import Observer
from local.gateway.server import Gateway
from local.http_api.spec import DEFAULT
from local.json_types import Json
from local.layers import make_importable
from local.narration import Narrator
from local.object_store.gate import ObjectStoreGate
from local.object_store.notices import BucketNotices
from local.options import LogStyle, Options
from local.pages import PAGES
from local.playground.server import Playground
from local.poller import QueuePoller
from local.ports import listen, port_of
from local.queues import create_queues
from local.tables import create_tables
from local.template import ExpandedTemplate, declared_parameters, load_template
from local.tokens import DEFAULT_TTL_SECONDS, ISSUER_PARAMETER, PARAMETER, chosen_secret, make_token
from local.word_lists import WordListFile, word_list_parameters

logger = logging.getLogger(__name__)


class LocalStack:
    """Runs a template on this machine, in this event loop, until the `async with` block ends.

    Entering raises LocalStackError for errors that the user has to fix. Several stacks can run in one process; each
    has its own data.

    Attributes:
        options: the options that it runs with.
        template: the template that it runs. This and the following attributes exist only while it runs.
        tables: the tables' names, by logical id.
        queues: the queues' URLs, by logical id.
        buckets: the buckets' names, by logical id.
        functions: the functions; they can be invoked by logical id without the gateway.
        gateway: the gateway.
        issuer: the issuer that signs tokens; "" if this stack signs them.
        jwt_secret: the key that signs tokens; "" if an issuer signs them.
    """

    template: ExpandedTemplate
    tables: dict[str, str]
    queues: dict[str, str]
    buckets: dict[str, str]
    functions: Functions
    gateway: Gateway

    def __init__(self, options: Options | None = None) -> None:
        self.options = options or Options()
        self.issuer = self.options.parameters().get(ISSUER_PARAMETER, "")
        self.jwt_secret = "" if self.issuer else chosen_secret(self.options.jwt_secret)
        self._engine: Engine | None = None
        self._word_lists: WordListFile | None = None
        self._exits = contextlib.AsyncExitStack()
        self._address = ""

    async def __aenter__(self) -> "LocalStack":
        try:
            await self._start()
        except BaseException:
            await self._exits.aclose()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._exits.aclose()

    @property
    def url(self) -> str:
        """The address for clients: ws://<host>:<port>/<stage>."""
        return f"ws://{self._address}/{self._stage}"

    @property
    def http_url(self) -> str:
        """The address of the HTTP API, without a path: http://<host>:<port>; with its stage's name, if it has one."""
        if self.template.http_api is None:
            raise LocalStackError("the template has no HTTP API")
        stage = self.template.http_api.stage
        return f"http://{self._address}" + ("" if stage == DEFAULT else f"/{stage}")

    @property
    def management_endpoint(self) -> str:
        """The `endpoint_url` of boto3's apigatewaymanagementapi."""
        return f"http://{self._address}/{self._stage}"

    @property
    def engine(self) -> Engine:
        """The endpoints of all services."""
        assert self._engine is not None, "the stack is not running"
        return self._engine

    def token(self, uid: str, device_id: str = "phone", ttl_seconds: float = DEFAULT_TTL_SECONDS) -> str:
        """A token that the stack accepts; with a negative `ttl_seconds` an expired one.

        Raises LocalStackError if an issuer signs the tokens.
        """
        if self.issuer:
            raise LocalStackError(f"tokens come from {self.issuer}: get one there")
        return make_token(self.jwt_secret, uid, device_id, ttl_seconds)

    async def drop_connection(
        self, connection_id: str | None = None, *, uid: str | None = None, tells_disconnect: bool = True
    ) -> int:
        """Cuts connections without a close frame, as a network does, and returns how many there were.

        Args:
            connection_id: cut the connection with this id.
            uid: cut all connections of this person: the authorizer's context has it as `uid` or `principalId`.
            tells_disconnect: whether $disconnect is invoked; on AWS it is best effort.
        """
        dropped = [
            each
            for each in self.gateway.connections.values()
            if each.id == connection_id or (uid is not None and uid in _names(each.authorizer))
        ]
        for connection in dropped:
            connection.tells_disconnect = tells_disconnect
            connection.drop()
        await asyncio.sleep(0)
        return len(dropped)

    async def _start(self) -> None:
        options = self.options
        # First, because a port in use should be noticed at once.
        listener = self._exits.enter_context(listen(options.host, options.port))
        self._address = f"{'127.0.0.1' if options.host in _ANY else options.host}:{port_of(listener)}"
        self._engine = await self._enter_engine()
        deploying = asyncio.ensure_future(asyncio.to_thread(self._deploy))
        self._exits.push_async_callback(asyncio.wait, [deploying])
        self.template = await asyncio.shield(deploying)
        self._engine = replace(self.engine, s3=await self._open_object_store())
        self.functions = Functions(self.template, self.engine, options)
        self._exits.push_async_callback(self.functions.close)
        if self._word_lists is not None:
            watching = asyncio.create_task(self._word_lists.watch(), name="word lists")
            self._exits.push_async_callback(_cancelled, watching)
        await self._open_gateway(listener)
        for mapping in self.template.queue_mappings.values():
            if mapping.enabled:
                function = self.template.functions[mapping.function]
                sqs = client("sqs", self.engine.services, options.region)
                has_messages = functools.partial(self.engine.moto.sqs(options.region).has_messages, mapping.queue.name)
                poller = QueuePoller(
                    mapping, function, sqs, has_messages, self.functions.invoke, options.queue_poll_seconds
                )
                self._exits.push_async_callback(poller.close)

    async def _enter_engine(self) -> Engine:
        context = running_engine(self.options)
        # Even if this is cancelled, everything that the thread has started is ended.
        entering = asyncio.ensure_future(asyncio.to_thread(context.__enter__))
        self._exits.push_async_callback(_leave, context, entering)
        return await asyncio.shield(entering)

    def _deploy(self) -> ExpandedTemplate:
        """Creates the secret, the tables, the queues and the word lists. It blocks."""
        options, engine = self.options, self.engine
        parameters = options.parameters()
        if PARAMETER in declared_parameters(options.template) and PARAMETER not in parameters and not self.issuer:
            manager = client("secretsmanager", engine.services, options.region)
            secret = manager.create_secret(Name=f"{options.stack_name}-jwt", SecretString=self.jwt_secret)
            parameters[PARAMETER] = secret["ARN"]
        if options.word_lists:
            parameters = word_list_parameters(options.stack_name, engine.moto.account_id) | parameters
        place = Deployment(
            stack_name=options.stack_name,
            region=options.region,
            account_id=engine.moto.account_id,
            gateway=self._address,
            queues=engine.services,
        )
        template = load_template(options.template, parameters, place, keeps_rules=True)
        self.tables = create_tables(client("dynamodb", engine.dynamodb, options.region), template)
        self.queues = create_queues(client("sqs", engine.services, options.region), template)
        s3 = client("s3", engine.services, options.region)
        self.buckets = create_buckets(s3, template)
        if options.word_lists:
            layers = {layer for function in template.functions.values() for layer in function.layer_dirs}
            self._word_lists = WordListFile(Path(options.word_lists), s3, parameters, layers)
            self._word_lists.begin()
        return template

    async def _open_object_store(self) -> str:
        """The store of objects, at a port of its own. Returns its address."""
        options, template = self.options, self.template
        host, _, port = self._address.rpartition(":")
        origins = [f"http://{each}:{port}" for each in ("127.0.0.1", "localhost", host)]
        notices = BucketNotices(template, self.engine.moto.account_id, options.region, self._invoke)
        store = ObjectStoreGate(
            self.engine.services, cors_of(template, self.buckets, origins), options.region, notices.tell
        )
        listener = self._exits.enter_context(listen("127.0.0.1", 0))
        self._exits.push_async_callback(store.close)
        return await store.start(listener)

    async def _invoke(self, function: str, event: Mapping[str, Any]) -> Json:
        return await self.functions.invoke(function, event)

    async def _open_gateway(self, listener: socket.socket) -> None:
        if self.template.api is None:
            return
        options = self.options
        make_importable({layer for function in self.template.functions.values() for layer in function.layer_dirs})
        playground = Playground(self)
        self.gateway = Gateway(
            self.template.api,
            self.functions.invoke,
            TimeLimits(options.connection_idle_seconds, options.connection_seconds),
            None if options.in_process else options.integration_seconds,
            options.region,
            self.engine.moto.account_id,
            self._observer(),
            self.template.http_api,
            PAGES | playground.pages,
            playground.calls,
        )
        await self.gateway.start(listener)
        self._exits.push_async_callback(self.gateway.close)

    def _observer(self) -> Observer | None:
        if self.options.log is not LogStyle.HUMAN:
            return None
        return Narrator()

    @property
    def _stage(self) -> str:
        if self.template.api is None:
            raise LocalStackError("the template has no WebSocket API")
        return self.template.api.stage


async def _leave(context: contextlib.AbstractContextManager[Engine], entering: "asyncio.Future[Engine]") -> None:
    await asyncio.wait([entering])
    if entering.exception() is None:
        context.__exit__(None, None, None)


async def _cancelled(task: "asyncio.Task[None]") -> None:
    task.cancel()
    await asyncio.wait([task])


_ANY = frozenset({"0.0.0.0", "::", ""})  # noqa: S104 - what stands for every address of the machine


def _names(authorizer: dict[str, object] | None) -> set[object]:
    return {authorizer.get("uid"), authorizer.get("principalId")} if authorizer else set()
