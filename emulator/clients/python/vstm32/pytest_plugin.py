"""Boards for pytest: the fixtures stm32 and stm32_factory."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Any, Callable

import pytest

from .board import Board
from .client import Refusal
from .server import Server

_AS_MADE = "as-made"
#: The status of what is not there.
_GONE = 404
#: Events that the report of a failure shows.
_SHOWN = 40


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addini("stm32_device", "the part of the fixture stm32", default="STM32F405")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers",
        "stm32(device, **options): the part of the fixture stm32, and options of vstm32 run: rdp=1",
    )


@pytest.fixture(scope="session")
def stm32_server() -> Iterator[Server]:
    """One server for all tests."""
    with Server.start() as server:
        yield server


@pytest.fixture(scope="session")
def _stm32_boards() -> dict[str, Board]:
    return {}


@pytest.fixture
def stm32(
    request: pytest.FixtureRequest, stm32_server: Server, _stm32_boards: dict[str, Board]
) -> Board:
    """A board as it was made, put back by a snapshot before each test."""
    marker = request.node.get_closest_marker("stm32")
    device = request.config.getini("stm32_device")
    if marker is not None and marker.args:
        device = marker.args[0]
    options = {} if marker is None else marker.kwargs
    key = repr((device, sorted(options.items())))
    if key in _stm32_boards:
        try:
            _stm32_boards[key].restore(_AS_MADE)
            return _stm32_boards[key]
        except Refusal as refusal:
            if refusal.status != _GONE:  # a test has removed it
                raise
    board = _stm32_boards[key] = stm32_server.create(device, **options)
    board.snapshot(_AS_MADE)
    board.restore(_AS_MADE)
    return board


@pytest.fixture
def stm32_factory(stm32_server: Server) -> Iterator[Callable[..., Board]]:
    """Makes boards of any part, which are gone behind the test: stm32_factory("STM32G071", rdp=1)."""
    made: list[Board] = []

    def make(device: str, **options: Any) -> Board:
        made.append(stm32_server.create(device, **options))
        return made[-1]

    yield make
    for board in made:
        try:
            board.remove()
        except Refusal as refusal:
            if refusal.status != _GONE:  # the test has removed it
                raise


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, None]:
    """Shows what the chip saw where a test fails."""
    report = (yield).get_result()
    board = getattr(item, "funcargs", {}).get("stm32")
    if report.when != "call" or not report.failed or not isinstance(board, Board):
        return
    try:
        last = board.state()["events"]["last"]
        events = board.trace(since=max(board.restored, last - _SHOWN + 1))
    except Exception as error:  # the report of the test is worth more
        report.sections.append(("what the chip saw", str(error)))
        return
    report.sections.append(("what the chip saw", "\n".join(str(event) for event in events)))
