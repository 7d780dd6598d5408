#!/usr/bin/env python3
"""A field update over CAN: by-can.py INTERFACE FIRMWARE

The firmware in the field hears the message 7A0#52 and jumps into the bootloader, which speaks AN3154 at
125 kbit/s. $ENTER is a command that brings the board there instead. For STM32F405.

Exit codes: 0 updated, 1 nobody answers, 2 usage, 3 another chip, 4 refused: it is protected, 5 reads back otherwise
"""

import os
import socket
import struct
import subprocess
import sys
import time

ACK, NACK = 0x79, 0x1F
HELLO, GET_ID, READ, GO, WRITE, ERASE = 0x79, 0x02, 0x11, 0x21, 0x31, 0x43
FLASH = 0x08000000
SECTORS = [16 << 10] * 4 + [64 << 10] + [128 << 10] * 7


class Refused(Exception):
    pass


def end(code, text):
    print(text)
    sys.exit(code)


class Can:
    def __init__(self, interface):
        self.socket = socket.socket(socket.PF_CAN, socket.SOCK_RAW, socket.CAN_RAW)
        self.socket.bind((interface,))

    def send(self, identifier, data=b""):
        self.socket.send(struct.pack("=IB3x8s", identifier, len(data), data))

    def answer(self, identifier, timeout=30):
        """Data of the next frame with this identifier."""
        self.socket.settimeout(timeout)
        while True:
            heard, length, data = struct.unpack("=IB3x8s", self.socket.recv(16))
            if heard == identifier:
                return data[:length]

    def acknowledged(self, identifier):
        if self.answer(identifier) != bytes([ACK]):
            raise Refused(f"command 0x{identifier:02x} is refused")


def connect(can):
    for _ in range(10):
        can.send(HELLO)
        try:
            if can.answer(HELLO, timeout=0.25) in (bytes([ACK]), bytes([NACK])):
                return True
        except socket.timeout:
            pass
    return False


def product_id(can):
    can.send(GET_ID)
    can.acknowledged(GET_ID)
    found = int.from_bytes(can.answer(GET_ID), "big")
    can.acknowledged(GET_ID)
    return found


def erase(can, length):
    last = next(n for n in range(len(SECTORS)) if sum(SECTORS[: n + 1]) >= length)
    can.send(ERASE, bytes([last]))
    can.acknowledged(ERASE)
    for start in range(0, last + 1, 8):
        can.send(ERASE, bytes(range(start, min(start + 8, last + 1))))
        can.acknowledged(ERASE)
    can.acknowledged(ERASE)


def write(can, address, block):
    can.send(WRITE, struct.pack(">IB", address, len(block) - 1))
    can.acknowledged(WRITE)
    for start in range(0, len(block), 8):
        can.send(0x04, block[start : start + 8])
        can.acknowledged(WRITE)
    can.acknowledged(WRITE)


def read(can, address, length):
    can.send(READ, struct.pack(">IB", address, length - 1))
    can.acknowledged(READ)
    block = b""
    while len(block) < length:
        block += can.answer(READ)
    can.acknowledged(READ)
    return block


def main():
    if len(sys.argv) != 3:
        end(2, __doc__)
    with open(sys.argv[2], "rb") as file:
        firmware = file.read()
    if not 0 < len(firmware) <= sum(SECTORS):
        end(2, "the firmware does not fit")
    firmware += b"\xff" * (-len(firmware) % 8)
    blocks = [(at, firmware[at : at + 256]) for at in range(0, len(firmware), 256)]

    can = Can(sys.argv[1])
    if "ENTER" in os.environ:
        subprocess.run(os.environ["ENTER"], shell=True, check=True)
    else:
        can.send(0x7A0, b"R")
        time.sleep(0.5)  # until the firmware has stopped what it does
    if not connect(can):
        end(1, "nobody answers: is the bus at 125 kbit/s, did the firmware jump?")
    if product_id(can) != 0x413:
        end(3, "another chip: this firmware is not for it")
    try:
        erase(can, len(firmware))
        for at, block in blocks:
            write(can, FLASH + at, block)
        wrong = [at for at, block in blocks if read(can, FLASH + at, len(block)) != block]
    except Refused as refused:
        end(4, f"not updated: {refused}: is the board protected?")
    if wrong:
        end(5, f"reads back otherwise from 0x{FLASH + wrong[0]:08x} on: not started")
    can.send(GO, struct.pack(">I", FLASH))
    can.acknowledged(GO)
    print(f"updated: {len(firmware)} bytes, read back and started")


try:
    main()
except socket.timeout:
    end(1, "it stopped answering: the board is still in its bootloader or off, try again")
