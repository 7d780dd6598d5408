"""HTTP and JSON over a unix socket or TCP."""

from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Generator
from typing import Any, Optional, Union
from urllib.parse import urlencode, urlsplit

Query = dict[str, Union[str, int, None]]


class Stm32Error(Exception):
    """What went wrong, and what to do about it."""


class Refusal(Stm32Error):
    """What a server refused; `status` is that of HTTP: 404 not there, 422 makes no sense, 429 too much at once."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class TimedOut(Refusal, TimeoutError):
    """The event that was waited for did not come in time."""


class Client:
    """Speaks the control API to one server: `where` is the path of its unix socket, or http://HOST:PORT."""

    def __init__(self, where: str, token: Optional[str] = None) -> None:
        self._where = where
        self._headers = {} if token is None else {"authorization": f"Bearer {token}"}
        self._idle: list[http.client.HTTPConnection] = []

    def ask_json(self, method: str, path: str, body: Any = None, query: Optional[Query] = None) -> Any:
        """What a route answers, with a body of JSON unless that is None."""
        sent = None if body is None else json.dumps(body).encode()
        answer = self.ask_bytes(method, path, sent, query, "application/json")
        return json.loads(answer) if answer else None

    def ask_bytes(
        self,
        method: str,
        path: str,
        body: Optional[bytes] = None,
        query: Optional[Query] = None,
        content_type: str = "application/octet-stream",
    ) -> bytes:
        """The bytes that a route answers."""
        headers = dict(self._headers)
        if body is not None:
            headers["content-type"] = content_type
        connection, response = self._ask(method, _with_query(path, query), body, headers)
        answer = response.read()
        if response.will_close:
            connection.close()
        else:
            self._idle.append(connection)
        return answer

    def lines(self, path: str, query: Optional[Query] = None) -> Generator[bytes, None, None]:
        """The lines of an answer as they come; closing the iterator ends it."""
        connection, response = self._ask("GET", _with_query(path, query), None, self._headers)
        try:
            yield from response
        finally:
            response.close()
            connection.close()

    def close(self) -> None:
        while self._idle:
            self._idle.pop().close()

    def _ask(
        self, method: str, path: str, body: Optional[bytes], headers: dict[str, str]
    ) -> tuple[http.client.HTTPConnection, http.client.HTTPResponse]:
        kept = self._idle.pop() if self._idle else None
        connection = kept or self._connection()
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            if kept is not None and isinstance(error, (ConnectionError, http.client.BadStatusLine)):
                return self._ask(method, path, body, headers)  # it had been closed meanwhile
            raise Stm32Error(
                f"no vstm32 answers on {self._where} ({error}): start one with vstm32 serve"
            ) from error
        if 200 <= response.status < 300:
            return connection, response
        answer = response.read()
        connection.close()
        kind = TimedOut if response.status == 408 else Refusal
        raise kind(_error_in(answer, response.status), response.status)

    def _connection(self) -> http.client.HTTPConnection:
        if not self._where.startswith(("http:", "https:")):
            return _UnixConnection(self._where)
        url = urlsplit(self._where)
        if url.scheme != "http" or url.hostname is None:
            raise Stm32Error(f"{self._where}: the control API is at http://HOST:PORT")
        return http.client.HTTPConnection(url.hostname, url.port)


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: str) -> None:
        super().__init__("vstm32")
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.connect(self._path)


def _with_query(path: str, query: Optional[Query]) -> str:
    given = {name: value for name, value in (query or {}).items() if value is not None}
    return f"{path}?{urlencode(given)}" if given else path


def _error_in(answer: bytes, status: int) -> str:
    try:
        return str(json.loads(answer)["error"])
    except (ValueError, KeyError, TypeError):
        return f"status {status}"
