"""Virtual STM32 boards whose factory bootloader a flashing tool talks to, steered from Python."""

from .board import Board, BoardState, Event, Fault, Memory, OptionField
from .client import Refusal, Stm32Error, TimedOut
from .server import Server

__all__ = [
    "Board",
    "BoardState",
    "Event",
    "Fault",
    "Memory",
    "OptionField",
    "Refusal",
    "Server",
    "Stm32Error",
    "TimedOut",
]
