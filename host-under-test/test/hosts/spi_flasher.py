"""A small host for the SPI bootloader (AN4286), right by default and wrong in one way on demand."""
import ctypes
import fcntl
import os
import sys
import time

sys.dont_write_bytecode = True
from flash_job import ACK, LONG_WAIT, NACK, WAIT, WRONG, Failed, main, xor

SYNC, BUSY = 0x5A, 0xA5
SPI_IOC_WR_MODE, SPI_IOC_WR_MAX_SPEED_HZ, SPI_IOC_MESSAGE = 0x40016B01, 0x40046B04, 0x40206B00
NO_ANSWER = 'no answer: reset the target into its bootloader (BOOT0 high), check the wiring'


class Transfer(ctypes.Structure):
    """struct spi_ioc_transfer (linux/spi/spidev.h)"""

    _fields_ = [
        ('tx_buf', ctypes.c_uint64),
        ('rx_buf', ctypes.c_uint64),
        ('len', ctypes.c_uint32),
        ('speed_hz', ctypes.c_uint32),
        ('rest', ctypes.c_uint8 * 8),
    ]


class Bootloader:
    def __init__(self, environment):
        self.fd = os.open(environment['VSTM32_PORT'], os.O_RDWR)
        fcntl.ioctl(self.fd, SPI_IOC_WR_MODE, bytes([0]))
        fcntl.ioctl(self.fd, SPI_IOC_WR_MAX_SPEED_HZ, (1_000_000).to_bytes(4, sys.byteorder))

    def exchange(self, data):
        out = ctypes.create_string_buffer(bytes(data), len(data))
        heard = ctypes.create_string_buffer(len(data))
        transfer = Transfer(ctypes.addressof(out), ctypes.addressof(heard), len(data), 1_000_000)
        fcntl.ioctl(self.fd, SPI_IOC_MESSAGE, transfer)
        return heard.raw

    def acknowledged(self, wait=WAIT):
        """Polls with dummies until the answer comes, and acknowledges it (AN4286 §2)."""
        until = time.monotonic() + wait
        self.exchange([0x00])
        heard = set()
        while True:
            byte = self.exchange([0x00])[0]
            if byte in (ACK, NACK):
                break
            heard.add(byte)
            if WRONG == 'polls-once' or time.monotonic() > until:
                last = f'MISO is 0x{byte:02x}'
                busy = 'busy for too long' if heard == {BUSY} else NO_ANSWER
                raise Failed(f'timeout: {busy}; {last}')
        self.exchange([ACK])
        if byte == NACK and WRONG != 'ignores-nacks':
            raise Failed('refused: the chip answers NACK; read-protected (RDP level 1)?')

    def connect(self):
        attempts = 1 if WRONG == 'syncs-once' else 5
        for attempt in range(attempts):
            self.exchange([SYNC])
            try:
                self.acknowledged(0.3)
                break
            except Failed as failed:
                # NACK: it was in sync before, and took 5A and two dummies for a command
                if 'NACK' in str(failed) and WRONG != 'never-resynchronises':
                    break
                if attempt == attempts - 1:
                    raise
        self.command(0x00)
        got = self.fetch(2)
        self.list = self.exchange([0x00] * got[0])
        self.acknowledged()
        self.command(0x02)
        got = self.fetch(3)
        self.pid = int.from_bytes(got[1:3], 'big')
        self.acknowledged()

    def fetch(self, count):
        return self.exchange([0x00] * (1 + count))[1:]

    def command(self, code):
        self.exchange([SYNC, code, code ^ 0xFF])
        self.acknowledged()

    def address(self, address):
        data = address.to_bytes(4, 'big')
        self.exchange(data + bytes([xor(data)]))
        try:
            self.acknowledged()
        except Failed as failed:
            raise Failed(f'invalid address 0x{address:08x}? {failed}')

    def read(self, address, count):
        self.command(0x11)
        self.address(address)
        self.exchange([count - 1, (count - 1) ^ 0xFF])
        self.acknowledged()
        return self.fetch(count)

    def write(self, address, data):
        self.command(0x31)
        self.address(address)
        block = bytes([len(data) - 1]) + data
        self.exchange(block + bytes([xor(block)]))
        self.acknowledged(LONG_WAIT)

    def erase(self, pages):
        self.command(0x44)
        count = (len(pages) - 1).to_bytes(2, 'big')
        self.exchange(count + bytes([xor(count)]))
        self.acknowledged()
        data = b''.join(page.to_bytes(2, 'big') for page in pages)
        self.exchange(data + bytes([xor(data)]))
        self.acknowledged(LONG_WAIT)

    def erase_all(self):
        self.command(0x44)
        self.exchange([0xFF, 0xFF, 0x00])
        self.acknowledged(LONG_WAIT)

    def unprotect(self):
        self.command(0x92)
        self.acknowledged(LONG_WAIT)

    def go(self, address):
        self.command(0x21)
        self.address(address)


if __name__ == '__main__':
    sys.exit(main(Bootloader, ['SPI']))
