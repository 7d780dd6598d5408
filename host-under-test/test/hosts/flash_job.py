"""The jobs of a small flashing tool, whatever the bus: what the hosts for I2C, SPI, CAN and FDCAN share.

A host gives a class with connect, read, write, erase, erase_all, unprotect and go; its job, port and image
come from the environment that vstm32 judge sets; the only argument is the way in which it is wrong.
"""
import os
import sys

WRONG = sys.argv[1] if len(sys.argv) > 1 else ''
ACK, NACK = 0x79, 0x1F
JOBS = {'detect', 'write+verify', 'write', 'read', 'erase', 'unprotect', 'go'}
FLASH = 0x08000000
KIB = 1024
# seconds for a reply, and for an erase or whatever a chip is at work with
WAIT = 1e6 if WRONG == 'waits-for-ever' else 1.0
LONG_WAIT = 1e6 if WRONG == 'waits-for-ever' else 10.0

SECTORS = [16 * KIB] * 4 + [64 * KIB]
# product ID: page sizes, bytes that are programmed at once
PARTS = {
    0x413: (SECTORS + [128 * KIB] * 7, 4),
    0x415: ([2 * KIB] * 512, 8),
    0x421: (SECTORS + [128 * KIB] * 3, 4),
    0x441: (SECTORS + [128 * KIB] * 7, 4),
    0x44D: ([2 * KIB] * 128, 8),
    0x452: (SECTORS + [128 * KIB] * 3, 4),
    0x458: (SECTORS, 4),
    0x483: ([128 * KIB] * 8, 32),
    0x484: ([8 * KIB] * 256, 16),
}


class Failed(Exception):
    pass


def xor(data):
    sum = 0
    for byte in data:
        sum ^= byte
    return sum


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
    return PARTS[loader.pid]


def write(loader, environment, verify):
    address = int(environment['VSTM32_ADDRESS'], 0)
    image = image_of(environment['VSTM32_IMAGE'], address)
    pages, unit = part_of(loader)
    size = sum(pages)
    if not FLASH <= address < FLASH + size or address % unit:
        raise Failed(f'invalid address 0x{address:08x}: not in flash')
    end = address + len(image)
    if end > FLASH + size:
        raise Failed(f'the image is too large: {len(image)} bytes, there are {size}')
    starts = [FLASH + sum(pages[:n]) for n in range(len(pages))]
    touched = [n for n, at in enumerate(starts) if at < end and at + pages[n] > address]
    if WRONG != 'never-erases':
        erase(loader, touched)
    data = image + b'\xff' * (-len(image) % unit)
    for at in range(0, len(data), 256):
        try:
            loader.write(address + at, data[at : at + 256])
        except Failed as failed:
            raise Failed(f'write failed at 0x{address + at:08x}: {failed}')
    if not verify or WRONG == 'never-verifies':
        return
    for at in range(0, len(image), 256):
        wanted = image[at : at + 256]
        found = loader.read(address + at, len(wanted))
        for index, (a, b) in enumerate(zip(wanted, found)):
            if a != b:
                where = address + at + index
                raise Failed(f'verify failed at 0x{where:08x}: expected {a:02x}, found {b:02x}; write-protected?')


def erase(loader, pages=None):
    try:
        if pages is None:
            loader.erase_all()
        else:
            loader.erase(pages)
    except Failed as failed:
        raise Failed(f'erase failed: {failed}')


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
        pages, _ = part_of(loader)
        if environment['VSTM32_FIRST_PAGE']:
            first, count = int(environment['VSTM32_FIRST_PAGE']), int(environment['VSTM32_PAGE_COUNT'])
            if first + count > len(pages):
                raise Failed('erase failed: the page numbers exceed the part')
            erase(loader, list(range(first, first + count)))
        else:
            erase(loader)
    elif job == 'unprotect':
        loader.unprotect()
    elif job == 'go':
        try:
            loader.go(int(environment['VSTM32_ADDRESS'], 0))
        except Failed as failed:
            raise Failed(f'go failed: {failed}')
    print(f'{job}: done, product ID 0x{loader.pid:03x}')


def main(make, transports):
    """Does the job of the environment with the loader that `make` makes for a port; the exit code."""
    environment = os.environ
    job = environment['VSTM32_JOB']
    if job not in JOBS or environment['VSTM32_TRANSPORT'] not in transports or environment['VSTM32_RESETS']:
        return 77
    try:
        run(job, make(environment), environment)
    except Failed as failed:
        print(f'error: {failed}')
        return 1
    except OSError as error:
        print(f'error: the port fails: {error}')
        return 1
    return 0
