"""One board of a server."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Optional, TypedDict, Union
from urllib.parse import quote

from .client import Client, Stm32Error


class BoardState(TypedDict):
    """What a board does now; ports are where hosts reach it."""

    id: str
    device: str
    productId: int
    flashKiB: int
    bootloader: str
    state: Literal["off", "held-in-reset", "starting", "bootloader", "application", "locked-up"]
    boot: Optional[dict[str, str]]
    protection: int
    selected: Optional[str]
    pins: dict[str, int]
    power: bool
    timeUs: float
    operations: int
    events: dict[str, int]
    ports: dict[str, dict[str, Any]]


class Memory(TypedDict):
    """A memory: its name, first address and length in bytes."""

    name: str
    address: int
    length: int


class OptionField(TypedDict):
    """A field of the option bytes: `stored` is what the next reset loads, `loaded` is in force."""

    name: str
    width: int
    stored: int
    loaded: int


@dataclass(frozen=True)
class Event:
    """An event of the trace: its number, virtual time in µs, kind, and fields; event["address"] is one of these."""

    seq: int
    time: float
    kind: str
    fields: dict[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.fields[name]

    def __str__(self) -> str:
        fields = " ".join(f"{name}={value}" for name, value in self.fields.items())
        return f"{self.time / 1000:12.3f} ms  {self.kind} {fields}"


class Fault:
    """A fault that is armed."""

    def __init__(self, board: Board, id: int) -> None:
        self.id = id
        self._board = board

    @property
    def struck(self) -> list[float]:
        """When it has struck, in µs of virtual time."""
        for armed in self._board._json("GET", "/faults"):
            if armed["id"] == self.id:
                return list(armed["struck"])
        raise Stm32Error(f"fault {self.id} is no longer armed")

    def disarm(self) -> None:
        self._board._json("DELETE", f"/faults/{self.id}")


class Board:
    """A board of a server; `Server` makes them."""

    def __init__(self, client: Client, state: BoardState) -> None:
        self.id = state["id"]
        self.ports = state["ports"]
        self._client = client
        self._path = f"/boards/{quote(self.id, safe='')}"
        self._memories: Optional[list[Memory]] = None
        #: Number of the first event since the board was made or restored.
        self.restored = state["events"]["last"] + 1
        self._next = self.restored

    @property
    def port(self) -> str:
        """What a host opens to reach the first USART, as /dev/pts/3."""
        return str(self.ports["usart"]["path"])

    def state(self) -> BoardState:
        """What the board does now."""
        return self._state("GET", "")

    def drive(self, pin: Literal["NRST", "BOOT0", "BOOT1"], level: Literal[0, 1]) -> BoardState:
        return self._state("PUT", f"/pins/{pin}", {"level": level})

    def power(self, on: bool) -> BoardState:
        return self._state("PUT", "/power", {"on": on})

    def reset(self) -> BoardState:
        """A pulse on NRST."""
        return self._state("POST", "/reset")

    def set_speed(self, speed: Union[Literal["instant", "real"], float]) -> BoardState:
        """What chip work costs: no time, as on the chip, or so many times less."""
        return self._state("PUT", "/speed", {"speed": speed})

    def protect(self, level: Literal[0, 1, 2]) -> BoardState:
        """Stores a readout protection level, and powers the chip off and on."""
        return self._state("PUT", "/protection", {"level": level})

    def memories(self) -> list[Memory]:
        return list(self._json("GET", "/memories"))

    def read(self, address: int, length: int) -> bytes:
        """Bytes at an address of the memory map, whatever protects them."""
        name, offset = self._at(address)
        query = {"offset": offset, "length": length}
        return self._client.ask_bytes("GET", f"{self._path}/memories/{name}", query=query)

    def write(self, address: int, data: bytes) -> None:
        """Puts bytes there at once, whatever protects them."""
        name, offset = self._at(address)
        self._client.ask_bytes("PUT", f"{self._path}/memories/{name}", data, {"offset": offset})

    def flash(self) -> bytes:
        """All of main flash."""
        return self._client.ask_bytes("GET", f"{self._path}/image")

    def hex(self) -> str:
        """Main flash as Intel HEX, but for what is erased."""
        return self._client.ask_bytes("GET", f"{self._path}/image", query={"format": "hex"}).decode()

    def load(
        self, image: Union[bytes, str, os.PathLike[str]], address: Optional[int] = None
    ) -> BoardState:
        """Puts an image into main flash: bytes, or a file, of .bin, .hex or .elf, told by its content."""
        if not isinstance(image, bytes):
            with open(image, "rb") as file:
                image = file.read()
        answer = self._client.ask_bytes("PUT", f"{self._path}/image", image, {"address": address})
        state: BoardState = json.loads(answer)
        return state

    def options(self) -> dict[str, OptionField]:
        """Fields of the option bytes by ST's names."""
        return {field["name"]: field for field in self._json("GET", "/options")}

    def set_options(self, **values: int) -> dict[str, OptionField]:
        """Stores fields of the option bytes, and powers the chip off and on."""
        return {field["name"]: field for field in self._json("PATCH", "/options", values)}

    def arm(
        self,
        *,
        at: Literal["flash", "link", "reply"],
        do: Literal[
            "power-cut", "reset", "lie", "slow", "drop", "corrupt", "duplicate", "insert", "refuse"
        ],
        operation: Optional[int] = None,
        done: Optional[float] = None,
        mask: Optional[Sequence[int]] = None,
        by: Optional[float] = None,
        direction: Optional[Literal["to-chip", "to-host"]] = None,
        nth: Optional[int] = None,
        value: Optional[int] = None,
        command: Optional[str] = None,
        address: Optional[int] = None,
    ) -> Fault:
        """Arms a fault, which counts from now on: at="flash", do="power-cut", operation=3."""
        named = dict(locals())
        del named["self"]
        body = {name: given for name, given in named.items() if given is not None}
        return Fault(self, self._json("POST", "/faults", body)["id"])

    def faults(self) -> list[Fault]:
        """The faults that are armed."""
        return [Fault(self, armed["id"]) for armed in self._json("GET", "/faults")]

    def disarm(self) -> None:
        """Disarms all faults."""
        self._json("DELETE", "/faults")

    def tool_env(self) -> dict[str, str]:
        """
        The environment for a tool of this machine to which the board's ports are real: parity, DTR and RTS arrive,
        what uses libusb-1.0 finds the chip, and `tool_ports` are there. Linux only.
        """
        return {**os.environ, **self._json("POST", "/preload")["env"]}

    def tool_ports(self) -> dict[str, str]:
        """What a tool in that environment opens: usart /dev/pts/3, usb 1-1, i2c /dev/i2c-1, can can0."""
        return dict(self._json("POST", "/preload")["ports"])

    def snapshot(self, name: Optional[str] = None) -> str:
        """Keeps memories, protection, pins, power, speed, faults and seed; returns the name."""
        body = {} if name is None else {"name": name}
        return str(self._json("POST", "/snapshots", body)["name"])

    def snapshots(self) -> list[str]:
        return list(self._json("GET", "/snapshots"))

    def restore(self, name: str) -> BoardState:
        """Puts a snapshot back and starts the chip anew; what was before no longer counts for `wait_for`."""
        state = self._state("POST", f"/snapshots/{quote(name, safe='')}/restore")
        self.restored = self._next = state["events"]["last"] + 1
        return state

    def forget(self, name: str) -> None:
        self._json("DELETE", f"/snapshots/{quote(name, safe='')}")

    def wait_for(
        self,
        kind: str,
        *,
        timeout: float = 10.0,
        since: Optional[int] = None,
        port: Optional[str] = None,
        name: Optional[str] = None,
        cause: Optional[str] = None,
        area: Optional[str] = None,
        address: Optional[int] = None,
        text: Optional[str] = None,
    ) -> Event:
        """
        Waits for an event, at most `timeout` s (0: what has been counts, and nothing is waited for); without `since`,
        one behind that of the last `wait_for` counts, or behind the last `restore`. Raises TimedOut, which says what
        came instead.
        """
        body = {
            "kind": kind,
            "timeoutMs": timeout * 1000,
            "since": self._next if since is None else since,
            "port": port,
            "name": name,
            "cause": cause,
            "area": area,
            "address": address,
            "text": text,
        }
        given = {name: value for name, value in body.items() if value is not None}
        event = _event(self._json("POST", "/wait", given))
        self._next = event.seq + 1
        return event

    def trace(
        self,
        *,
        kinds: Sequence[str] = (),
        ports: Sequence[str] = (),
        since: Optional[int] = None,
        most: Optional[int] = None,
    ) -> list[Event]:
        """Events that have been, from number `since` on; 1000 unless `most` says otherwise."""
        query = {**_filter(kinds, ports, since), "most": most}
        return [_event(each) for each in self._json("GET", "/trace", query=query)]

    def events(
        self, *, kinds: Sequence[str] = (), ports: Sequence[str] = (), since: Optional[int] = None
    ) -> Generator[Event, None, None]:
        """Events as they come; one of kind "dropped" tells how many were lost because they were read too slowly."""
        lines = self._client.lines(f"{self._path}/events", _filter(kinds, ports, since))
        number = 0
        with contextlib.closing(lines):
            for line in lines:
                field, _, value = line.decode().rstrip("\n").partition(": ")
                if field == "id":
                    number = int(value)
                elif field == "data":
                    fields = json.loads(value)
                    time, kind = fields.pop("time", 0), fields.pop("kind", "dropped")
                    yield Event(number, time, kind, fields)

    def remove(self) -> None:
        """Takes the board away from its server."""
        self._json("DELETE", "")

    def _state(self, method: str, path: str, body: Any = None) -> BoardState:
        state: BoardState = self._json(method, path, body)
        return state

    def _json(self, method: str, path: str, body: Any = None, query: Any = None) -> Any:
        return self._client.ask_json(method, f"{self._path}{path}", body, query)

    def _at(self, address: int) -> tuple[str, int]:
        if self._memories is None:
            self._memories = self.memories()
        for memory in self._memories:
            offset = address - memory["address"]
            if 0 <= offset < memory["length"]:
                return memory["name"], offset
        raise Stm32Error(f"no memory of board {self.id} is at 0x{address:x}")


def _event(numbered: Any) -> Event:
    fields = dict(numbered["event"])
    return Event(numbered["seq"], fields.pop("time"), fields.pop("kind"), fields)


def _filter(
    kinds: Sequence[str], ports: Sequence[str], since: Optional[int]
) -> dict[str, Union[str, int, None]]:
    return {"kinds": ",".join(kinds) or None, "ports": ",".join(ports) or None, "since": since}
