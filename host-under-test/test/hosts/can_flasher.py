"""A small host for the CAN (AN3154) and FDCAN (AN5405) bootloaders, right by default and wrong in one way on demand.

Raw CAN sockets of the standard library.
"""
import socket
import struct
import sys

sys.dont_write_bytecode = True
from flash_job import ACK, LONG_WAIT, NACK, WAIT, WRONG, Failed, main

CAN_MTU, CANFD_MTU, BRS = 16, 72, 1
NO_ANSWER = 'no answer: reset the target into its bootloader (BOOT0 high), check the bit rate'
SPEEDS = {125_000: 1, 250_000: 2, 500_000: 3, 1_000_000: 4}


class Bus:
    """Frames of data to and from the chip, by their identifiers."""

    def __init__(self, interface, fd):
        self.fd = fd and WRONG != 'classic-frames'
        self.socket = socket.socket(socket.PF_CAN, socket.SOCK_RAW, socket.CAN_RAW)
        if fd:
            self.socket.setsockopt(socket.SOL_CAN_RAW, socket.CAN_RAW_FD_FRAMES, 1)
        self.socket.bind((interface,))

    def send(self, id, data=b''):
        size = CANFD_MTU if self.fd else CAN_MTU
        flags = BRS if self.fd else 0
        head = struct.pack('=IBBBB', id, len(data), flags, 0, 0)
        try:
            self.socket.send(head + bytes(data).ljust(size - 8, b'\0'))
        except OSError as error:
            why = 'the interface does not carry CAN FD: an FD adapter is needed' if self.fd else 'the port fails'
            raise Failed(f'{why} ({error})')

    def receive(self, wait):
        self.socket.settimeout(min(wait, 1e5))
        try:
            frame = self.socket.recv(CANFD_MTU)
        except TimeoutError:
            raise Failed(f'timeout: {NO_ANSWER}')
        except OSError as error:
            raise Failed(f'the port is gone: {error}')
        id, length = struct.unpack('=IB', frame[:5])
        return id, frame[8 : 8 + length]

    def forget(self):
        self.socket.setblocking(False)
        try:
            while self.socket.recv(CANFD_MTU):
                pass
        except OSError:
            pass


class Bootloader:
    def __init__(self, environment):
        self.bus = Bus(environment['VSTM32_PORT'], environment['VSTM32_TRANSPORT'] == 'FDCAN')
        self.baud = int(environment['VSTM32_BAUD'] or 0)

    def acknowledged(self, wait=WAIT):
        _, data = self.bus.receive(wait)
        if data == bytes([ACK]):
            return
        if data == bytes([NACK]):
            if WRONG == 'ignores-nacks':
                return
            raise Failed('refused: the chip answers NACK; invalid address, or read-protected (RDP level 1)?')
        raise Failed(f'protocol: got bytes {data.hex()} instead of ACK')

    def collected(self, count, wait=WAIT):
        data = b''
        while len(data) < count:
            _, more = self.bus.receive(wait)
            data += more
        return data[:count]

    def connect(self):
        self.hello()
        if self.baud:
            self.change_speed()
        self.bus.send(0x02)
        self.acknowledged()
        self.pid = int.from_bytes(self.collected(2), 'big')
        self.acknowledged()

    def hello(self):
        attempts = 4
        for attempt in range(attempts):
            self.bus.send(0x79)
            try:
                _, data = self.bus.receive(0.5)
            except Failed:
                if attempt == attempts - 1:
                    raise
                continue
            if data == bytes([ACK]) or WRONG != 'never-resynchronises':
                self.bus.forget()
                return
            raise Failed('protocol: the chip refuses to connect')

    def change_speed(self):
        self.bus.send(0x03, [SPEEDS[self.baud]])
        self.acknowledged()
        try:
            self.acknowledged()
        except Failed as failed:
            raise Failed(f'the bit rate of {self.baud} does not come about: {failed}; reset the target')

    def read(self, address, count):
        self.bus.send(0x11, struct.pack('>IB', address, count - 1))
        self.acknowledged()
        data = self.collected(count)
        self.acknowledged()
        return data

    def write(self, address, data):
        self.bus.send(0x31, struct.pack('>IB', address, len(data) - 1))
        self.acknowledged()
        parts = [data[at : at + 8] for at in range(0, len(data), 8)]
        if WRONG == 'never-waits':
            for part in parts:
                self.bus.send(0x04, part)
        for part in parts:
            if WRONG != 'never-waits':
                self.bus.send(0x04, part)
            self.acknowledged()
        self.acknowledged(LONG_WAIT)

    def erase(self, pages):
        self.bus.send(0x43, [len(pages) - 1])
        self.acknowledged()
        for at in range(0, len(pages), 8):
            self.bus.send(0x43, pages[at : at + 8])
            self.acknowledged(LONG_WAIT)
        self.acknowledged(LONG_WAIT)

    def erase_all(self):
        self.bus.send(0x43, [0xFF])
        self.acknowledged()
        self.acknowledged(LONG_WAIT)

    def unprotect(self):
        self.bus.send(0x92, [0x00])
        self.acknowledged()
        self.acknowledged(LONG_WAIT)

    def go(self, address):
        self.bus.send(0x21, struct.pack('>I', address))
        self.acknowledged()


class FdBootloader(Bootloader):
    """What AN5405 does otherwise than AN3154."""

    def hello(self):
        attempts = 4
        for attempt in range(attempts):
            self.bus.send(0x02)
            try:
                self.acknowledged(0.5)
                self.collected(2)
                self.acknowledged()
                return
            except Failed as failed:
                if 'timeout' not in str(failed) or attempt == attempts - 1:
                    raise
            if WRONG != 'never-starts':
                self.bus.send(0x111, [0x5A])  # from protocol 2.2 on nothing else starts it
                self.bus.forget()

    def whole(self, data):
        return data + b'\xff' * (-len(data) % 64)

    def write(self, address, data):
        self.bus.send(0x31, struct.pack('>IB', address, len(data) - 1))
        self.acknowledged()
        whole = self.whole(data)
        for at in range(0, len(whole), 64):
            self.bus.send(0x31, whole[at : at + 64])
        self.acknowledged(LONG_WAIT)

    def erase(self, pages):
        for start in range(0, len(pages), 32):
            part = pages[start : start + 32]
            self.bus.send(0x44, len(part).to_bytes(2, 'big'))
            self.acknowledged()
            self.acknowledged()
            self.bus.send(0x44, self.whole(b''.join(page.to_bytes(2, 'big') for page in part)))
            self.acknowledged(LONG_WAIT)

    def erase_all(self):
        self.bus.send(0x44, [0xFF, 0xFF])
        self.acknowledged()
        self.acknowledged(LONG_WAIT)

    def unprotect(self):
        self.bus.send(0x92)
        self.acknowledged()
        self.acknowledged(LONG_WAIT)


def make(environment):
    fd = environment['VSTM32_TRANSPORT'] == 'FDCAN'
    return (FdBootloader if fd else Bootloader)(environment)


if __name__ == '__main__':
    sys.exit(main(make, ['CAN', 'FDCAN']))
