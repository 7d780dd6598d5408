"""A small host for the USART bootloader (AN3155), right by default and wrong in one way on demand.

Its job, port and image come from the environment that vstm32 judge sets; the only argument is the way
in which it is wrong. Standard library alone.
"""
import fcntl
import os
import select
import struct
import sys
import termios
import time

WRONG = sys.argv[1] if len(sys.argv) > 1 else ''
ACK, NACK = 0x79, 0x1F
KIB = 1024
JOBS = {'detect', 'write+verify', 'write', 'read', 'erase', 'unprotect', 'go'}
SECTORS = [16 * KIB] * 4 + [64 * KIB]
F405 = SECTORS + [128 * KIB] * 7
# product ID: page sizes, bytes per write, bytes that are programmed at once, address of the flash size
PARTS = {
    0x410: ([KIB] * 128, 256, 4, 0x1FFFF7E0),
    0x413: (F405, 256, 4, 0x1FFF7A22),
    0x414: ([2 * KIB] * 256, 256, 4, 0x1FFFF7E0),
    0x415: ([2 * KIB] * 512, 256, 8, 0x1FFF75E0),
    0x417: ([128] * 512, 128, 8, None),
    0x416: ([256] * 512, 256, 8, None),
    0x419: (F405 * 2, 256, 4, None),
    0x423: (SECTORS + [128 * KIB], 256, 4, None),
    0x430: ([2 * KIB] * 512, 256, 4, 0x1FFFF7E0),
    0x435: ([2 * KIB] * 128, 256, 8, None),
    0x449: ([32 * KIB] * 4 + [128 * KIB] + [256 * KIB] * 3, 256, 8, None),
    0x450: ([128 * KIB] * 16, 256, 32, None),
    0x460: ([2 * KIB] * 64, 256, 8, None),
    0x474: ([8 * KIB] * 16, 256, 16, None),
    0x482: ([8 * KIB] * 256, 256, 16, None),
}
FLASH = 0x08000000
WAIT = 1.0
ERASE_WAIT = 36.0
NO_ANSWER = (
    'no answer: reset the target into its bootloader (BOOT0 high), and check the DTR and RTS '
    'reset lines, the baud rate and even parity (8E1)'
)


class Failed(Exception):
    pass


def xor(data):
    sum = 0
    for byte in data:
        sum ^= byte
    return sum


class Port:
    def __init__(self, path, baud):
        self.fd = os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        speed = getattr(termios, f'B{baud}')
        flags = termios.CS8 | termios.PARENB | termios.CREAD | termios.CLOCAL | termios.HUPCL
        try:
            control = [b'\0'] * len(termios.tcgetattr(self.fd)[6])
            termios.tcsetattr(self.fd, termios.TCSANOW, [0, 0, flags, 0, speed, speed, control])
            kept = termios.tcgetattr(self.fd)[2]
        except termios.error:
            kept = 0
        if not kept & termios.PARENB:
            raise Failed('the port does not keep even parity (8E1)')

    def line(self, name, on):
        request = termios.TIOCMBIS if on else termios.TIOCMBIC
        bit = termios.TIOCM_DTR if name == 'dtr' else termios.TIOCM_RTS
        fcntl.ioctl(self.fd, request, struct.pack('I', bit))

    def forget(self):
        termios.tcflush(self.fd, termios.TCIFLUSH)

    def write(self, data):
        try:
            os.write(self.fd, bytes(data))
        except OSError as error:
            raise Failed(f'the port is gone: {error}')

    def read(self, count, wait=WAIT):
        data = b''
        until = time.monotonic() + (1e6 if WRONG == 'waits-for-ever' else wait)
        while len(data) < count:
            left = until - time.monotonic()
            if left <= 0 or not select.select([self.fd], [], [], left)[0]:
                break
            try:
                more = os.read(self.fd, count - len(data))
            except OSError as error:
                raise Failed(f'the port is gone: {error}')
            if not more:
                raise Failed('the port is gone: disconnected')
            data += more
        return data


class Bootloader:
    def __init__(self, port):
        self.port = port

    def acknowledged(self, wait=WAIT):
        byte = self.port.read(1, wait)
        if not byte:
            raise Failed('timeout: no ACK')
        if byte[0] == ACK:
            return True
        if byte[0] == NACK:
            return WRONG == 'ignores-nacks'
        raise Failed(f'protocol: got byte 0x{byte[0]:02x} instead of ACK: wrong baud rate, or noise')

    def connect(self):
        for _ in range(2):
            self.port.write([0x7F])
            until = time.monotonic() + 0.5
            while time.monotonic() < until:
                byte = self.port.read(1, 0.5)
                if not byte:
                    break
                if byte[0] == NACK and WRONG != 'never-resynchronises':
                    return self.identify()
                if byte[0] == ACK:
                    return self.identify()
                if byte[0] == 0x7F:
                    raise Failed('echo: the port returns what is sent, the application or a single wire')
                if byte[0] != 0x00 or self.port.read(1, 0.1)[:1] != bytes([ACK]):
                    raise Failed(f'got byte 0x{byte[0]:02x} instead of ACK: baud rate or parity, or not a bootloader')
                return self.identify()
            if WRONG == 'never-resynchronises':
                break
        raise Failed(NO_ANSWER)

    def command(self, code, what):
        self.port.write([code, code ^ 0xFF])
        if self.acknowledged():
            return
        if what.startswith('Get'):
            raise Failed(f'protocol: {what} is refused: wrong baud rate, or noise')
        raise Failed(f'{what} is refused: the chip is read-protected (RDP level 1)')

    def identify(self):
        self.port.forget()
        self.command(0x00, 'Get')
        self.list = self.counted('Get')[1:]
        self.command(0x02, 'Get ID')
        id = self.counted('Get ID')
        self.pid = int.from_bytes(id[:2], 'big') if len(id) > 1 else id[0]

    def counted(self, what):
        count = self.port.read(1)
        if not count:
            raise Failed(f'protocol: {what} is cut short: timeout; not a bootloader?')
        data = self.port.read(count[0] + 2)
        if len(data) < count[0] + 2 or data[-1] != ACK:
            raise Failed(f'protocol: {what} has the wrong length; not a bootloader?')
        return data[:-1]

    def address(self, address, what):
        data = address.to_bytes(4, 'big')
        self.port.write(data + bytes([xor(data)]))
        if not self.acknowledged():
            raise Failed(f'{what} failed: invalid address 0x{address:08x} is refused')

    def read(self, address, count):
        self.command(0x11, 'Read')
        self.address(address, 'read')
        self.port.write([count - 1, (count - 1) ^ 0xFF])
        if not self.acknowledged():
            raise Failed(f'read failed: length {count} is refused')
        data = self.port.read(count)
        if len(data) < count:
            raise Failed('timeout: a read is cut short')
        return data

    def write(self, address, data):
        self.command(0x31, 'Write')
        self.address(address, 'write')
        count = len(data) - 1
        sum = 0xFF if WRONG == 'wrong-checksum' else count
        self.port.write(bytes([count]) + data + bytes([xor(data) ^ sum]))
        if not self.acknowledged(2.0):
            raise Failed(f'write failed at 0x{address:08x}')

    def erase_all(self):
        try:
            if 0x44 in self.list:
                self.command(0x44, 'Erase')
                self.port.write([0xFF, 0xFF, 0x00])
            else:
                self.command(0x43, 'Erase')
                self.port.write([0xFF, 0x00])
            if self.acknowledged(ERASE_WAIT):
                return True
        except Failed as failed:
            raise Failed(f'erase failed: {failed}')
        return False

    def erase(self, pages):
        for start in range(0, len(pages), 200):
            part = pages[start : start + 200]
            if 0x44 in self.list:
                self.command(0x44, 'Erase')
                data = b''.join(n.to_bytes(2, 'big') for n in [len(part) - 1] + part)
            elif 0x43 in self.list:
                self.command(0x43, 'Erase')
                data = bytes([len(part) - 1] + part)
            else:
                raise Failed('the list of Get has no erase command')
            self.port.write(data + bytes([xor(data)]))
            try:
                fine = self.acknowledged(ERASE_WAIT)
            except Failed as failed:
                raise Failed(f'erase failed: {failed}')
            if not fine:
                raise Failed('erase failed: the list is refused')


def image_of(path, address):
    data = open(path, 'rb').read()
    if not path.endswith('.hex'):
        return data
    cells, upper = {}, 0
    for line in data.decode().split():
        record = bytes.fromhex(line[1:])
        offset, kind = int.from_bytes(record[1:3], 'big'), record[3]
        if kind == 4:
            upper = int.from_bytes(record[4:6], 'big') << 16
        elif kind == 0:
            for index, byte in enumerate(record[4:-1]):
                cells[upper + offset + index] = byte
    return bytes(cells.get(at, 0xFF) for at in range(address, max(cells) + 1))


def part_of(loader):
    if loader.pid not in PARTS:
        raise Failed(f'unknown device: product ID 0x{loader.pid:03x} is not supported')
    pages, block, unit, register = PARTS[loader.pid]
    size = sum(pages)
    if register is not None:
        told = int.from_bytes(loader.read(register, 2), 'little') * KIB
        size = min(size, told) if told else size
    return pages, block, unit, size


def write(loader, environment, verify):
    address = int(environment['VSTM32_ADDRESS'], 0)
    image = image_of(environment['VSTM32_IMAGE'], address)
    pages, block, unit, size = part_of(loader)
    if not FLASH <= address < FLASH + size or address % unit:
        raise Failed(f'invalid address 0x{address:08x}: not in flash')
    if address + len(image) > FLASH + size:
        raise Failed(f'the image is too large: {len(image)} bytes, there are {size}')
    starts = [FLASH + sum(pages[:n]) for n in range(len(pages))]
    end = address + len(image)
    touched = [n for n, at in enumerate(starts) if at < end and at + pages[n] > address]
    if WRONG != 'never-erases':
        loader.erase(touched)
    data = image + b'\xff' * (-len(image) % unit)
    for at in range(0, len(data), block):
        loader.write(address + at, data[at : at + block])
    if not verify or WRONG == 'never-verifies':
        return
    for at in range(0, len(image), block):
        wanted = image[at : at + block]
        found = loader.read(address + at, len(wanted))
        for index, (a, b) in enumerate(zip(wanted, found)):
            if a != b:
                where = address + at + index
                raise Failed(f'verify failed at 0x{where:08x}: expected {a:02x}, found {b:02x}; write-protected?')


def do(job, environment):
    port = Port(environment['VSTM32_PORT'], environment['VSTM32_BAUD'] or '57600')
    if environment['VSTM32_RESETS']:
        port.line('rts', True)
        port.line('dtr', True)
        time.sleep(0.02)
        port.line('dtr', False)
        time.sleep(0.05)
    port.forget()
    try:
        run(job, Bootloader(port), environment)
    finally:
        if environment['VSTM32_RESETS']:
            try:
                port.line('rts', False)
                port.line('dtr', True)
                time.sleep(0.02)
                port.line('dtr', False)
            except OSError:
                pass


def run(job, loader, environment):
    loader.connect()
    if job in ('write', 'write+verify'):
        write(loader, environment, job == 'write+verify')
    elif job == 'read':
        address, left = int(environment['VSTM32_ADDRESS'], 0), int(environment['VSTM32_LENGTH'])
        data = b''
        while left > len(data):
            data += loader.read(address + len(data), min(256, left - len(data)))
        open(environment['VSTM32_IMAGE'], 'wb').write(data)
    elif job == 'erase':
        pages, _, _, size = part_of(loader)
        there = [n for n in range(len(pages)) if sum(pages[:n]) < size]
        if environment['VSTM32_FIRST_PAGE']:
            first, count = int(environment['VSTM32_FIRST_PAGE']), int(environment['VSTM32_PAGE_COUNT'])
            if first + count > len(there):
                raise Failed('erase failed: the page numbers exceed the part')
            loader.erase(list(range(first, first + count)))
        elif not loader.erase_all():
            loader.erase(there)
    elif job == 'unprotect':
        loader.command(0x92, 'Readout unprotect')
        if not loader.acknowledged(ERASE_WAIT):
            raise Failed('readout unprotect failed')
    elif job == 'go':
        loader.command(0x21, 'Go')
        loader.address(int(environment['VSTM32_ADDRESS'], 0), 'go')
    print(f'{job}: done, product ID 0x{loader.pid:03x}')


def main():
    job = os.environ['VSTM32_JOB']
    if job not in JOBS or (job != 'detect' and 'VSTM32_PORT' not in os.environ):
        return 77
    try:
        do(job, os.environ)
    except Failed as failed:
        print(f'error: {failed}')
        return 1
    return 0


if __name__ == '__main__':
    sys.exit(main())
