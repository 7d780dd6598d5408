"""A server of boards."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import socket
import subprocess
import tempfile
import threading
from types import TracebackType
from typing import Any, Optional, Union

from .board import Board
from .client import Client, Stm32Error

#: What an option of `vstm32 run` may be.
Option = Union[str, int, float, bool, list[str]]

#: s; npx may have to look around first.
_START = 60.0


class Server:
    """A server that this process has started, or that runs anyway; ends with a `with` block."""

    def __init__(
        self, client: Client, process: Optional[subprocess.Popen[str]], folder: Optional[str]
    ) -> None:
        self._client = client
        self._process = process
        self._folder = folder

    @classmethod
    def start(cls) -> Server:
        """
        Starts `vstm32 serve`, which ends with this process: the command in the variable VSTM32, `vstm32` on the
        PATH, or `npx vstm32`.
        """
        folder = tempfile.mkdtemp(prefix="vstm32-")
        local = hasattr(socket, "AF_UNIX")
        place = ["--control", os.path.join(folder, "api")] if local else ["--http", "127.0.0.1:0"]
        command = _command()
        words = [*command, "serve", "--attached", "--json", *place]
        try:
            with tempfile.TemporaryFile("w+") as said:
                process = subprocess.Popen(
                    words,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=said,
                    text=True,
                    start_new_session=True,  # Ctrl-C is for the tests, which end it when they are done
                )
                late = threading.Timer(_START, process.kill)
                late.start()
                assert process.stdout is not None
                line = process.stdout.readline()
                late.cancel()
                if line == "":
                    process.communicate()
                    said.seek(0)
                    raise Stm32Error(f"{shlex.join(command)} does not serve: {said.read().strip()}")
            ready = json.loads(line)
            return cls(Client(ready.get("control") or ready["api"]), process, folder)
        except BaseException as error:
            shutil.rmtree(folder, ignore_errors=True)
            if isinstance(error, OSError):
                raise Stm32Error(
                    f"{shlex.join(command)} does not start ({error}): set VSTM32 to the command that starts vstm32"
                ) from error
            raise

    @classmethod
    def at(cls, where: str, token: Optional[str] = None) -> Server:
        """A server that runs: the path of its socket (--control), or http://HOST:PORT (--http)."""
        return cls(Client(where, token), None, None)

    def create(self, device: str, *, id: Optional[str] = None, **options: Option) -> Board:
        """One more board, with the options of `vstm32 run`: usart="tcp", rdp=1, option=["nBOOT_SEL=0"]."""
        named = {name.replace("_", "-"): value for name, value in options.items()}
        body: dict[str, Any] = {"device": device, **named}
        if id is not None:
            body["id"] = id
        return Board(self._client, self._client.ask_json("POST", "/boards", body))

    def boards(self) -> list[Board]:
        return [Board(self._client, state) for state in self._client.ask_json("GET", "/boards")]

    def board(self, id: Optional[str] = None) -> Board:
        """The board of this name; without one, the only board."""
        boards = self.boards()
        found = [board for board in boards if id in (None, board.id)]
        if len(found) == 1:
            return found[0]
        names = ", ".join(board.id for board in boards) or "none"
        raise Stm32Error(f"name one of the boards that there are: {names}")

    def close(self) -> None:
        """Ends the server where this has started it."""
        self._client.close()
        if self._process is None:
            return
        process, self._process = self._process, None
        process.communicate()  # closes its standard input, at which it ends
        shutil.rmtree(self._folder or "", ignore_errors=True)

    def __enter__(self) -> Server:
        return self

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self.close()


def _command() -> list[str]:
    """What starts vstm32."""
    given = shlex.split(os.environ.get("VSTM32", ""))
    if given:
        return given
    found = shutil.which("vstm32")
    if found is not None:
        return [found]
    npx = shutil.which("npx")
    if npx is not None:
        return [npx, "--no", "--offline", "vstm32"]  # what is not installed is not asked for
    raise Stm32Error(
        "there is no vstm32 here: npm install it, or set VSTM32 to the command that starts it"
    )
