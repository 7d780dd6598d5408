"""
A flashing tool as a user might have written it, with mistakes to choose from:
    flasher.py PORT IMAGE [calls-protected-done | takes-silence-for-ack | passes-nack-over | trusts-ack]
"""

import sys

import serial

START, BLOCK = 0x0800_0000, 256
ACK, NACK = 0x79, 0x1F


class Refused(Exception):
    pass


class Flasher:
    def __init__(self, port: str, mistake: str = "") -> None:
        self.line = serial.Serial(port, 115200, timeout=0.3)
        self.mistake = mistake

    def ask(self, what: str, *data: int) -> None:
        self.line.write(bytes(data))
        answer = self.line.read(1)
        if answer == b"" and self.mistake != "takes-silence-for-ack":
            raise TimeoutError(f"{what}: no answer")
        if answer == bytes([NACK]):
            raise Refused(f"{what}: refused")

    def command(self, what: str, opcode: int) -> None:
        self.ask(what, opcode, opcode ^ 0xFF)

    def address(self, what: str, address: int) -> None:
        data = address.to_bytes(4, "big")
        self.ask(what, *data, xor(data))

    def write(self, address: int, block: bytes) -> None:
        what = f"write at 0x{address:x}"
        self.command(what, 0x31)
        self.address(what, address)
        data = bytes([len(block) - 1]) + block
        self.ask(what, *data, xor(data))

    def read(self, address: int, length: int) -> bytes:
        what = f"read at 0x{address:x}"
        self.command(what, 0x11)
        self.address(what, address)
        self.ask(what, length - 1, (length - 1) ^ 0xFF)
        return self.line.read(length)

    def flash(self, image: bytes) -> None:
        self.ask("sync", 0x7F)
        try:
            self.command("erase", 0x44)
        except Refused:
            if self.mistake == "calls-protected-done":
                return
            raise Refused("the chip is protected") from None
        self.ask("erase", 0xFF, 0xFF, 0x00)
        written = []
        for at in range(0, len(image), BLOCK):
            try:
                self.write(START + at, image[at : at + BLOCK])
                written.append(at)
            except Refused:
                if self.mistake != "passes-nack-over":
                    raise
        if self.mistake == "trusts-ack":
            return
        for at in written:
            block = image[at : at + BLOCK]
            read = self.read(START + at, len(block))
            if read == b"" and self.mistake == "takes-silence-for-ack":
                continue
            if read != block:
                raise Refused(f"readback at 0x{START + at:x}: differs")


def xor(data: bytes) -> int:
    sum = 0
    for byte in data:
        sum ^= byte
    return sum


if __name__ == "__main__":
    port, image, *mistakes = sys.argv[1:]
    with open(image, "rb") as file:
        content = file.read()
    try:
        Flasher(port, *mistakes).flash(content)
    except (Refused, TimeoutError, serial.SerialException) as error:
        sys.exit(f"flasher: {error}")
