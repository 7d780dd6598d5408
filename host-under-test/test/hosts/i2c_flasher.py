"""A small host for the I2C bootloader (AN4221), right by default and wrong in one way on demand."""
import errno
import fcntl
import os
import sys
import time

sys.dont_write_bytecode = True
from flash_job import ACK, LONG_WAIT, NACK, WAIT, WRONG, Failed, main, xor

I2C_SLAVE, I2C_TIMEOUT = 0x0703, 0x0702
BUSY = 0x76
# bytes behind the count of Get: longer lists are read whole too, what is beyond them is 0xFF
MOST_LISTED = 40
NO_ANSWER = 'no answer at the address: reset the target into its bootloader (BOOT0 high)'


class Bootloader:
    def __init__(self, environment):
        self.fd = os.open(environment['VSTM32_PORT'], os.O_RDWR)
        fcntl.ioctl(self.fd, I2C_SLAVE, int(environment['VSTM32_I2C_ADDRESS'], 0))

    def patience(self, seconds):
        fcntl.ioctl(self.fd, I2C_TIMEOUT, min(int(seconds * 100), 100_000))

    def send(self, data):
        try:
            os.write(self.fd, bytes(data))
        except OSError as error:
            raise Failed(self.why(error))

    def fetch(self, count):
        try:
            return os.read(self.fd, count)
        except OSError as error:
            raise Failed(self.why(error))

    def why(self, error):
        if error.errno == errno.ETIMEDOUT:
            return 'timeout: SCL is held for too long, or the adapter cannot wait (clock stretching)'
        if error.errno in (errno.ENXIO, errno.EIO):
            return f'{NO_ANSWER}, or the port is gone: {error}'
        return f'the port fails: {error}'

    def acknowledged(self, wait=WAIT):
        """Polls for as long as the chip says that it is busy."""
        self.patience(wait)
        until = time.monotonic() + wait
        if WRONG == 'sleeps-instead-of-polling' and wait == LONG_WAIT:
            time.sleep(1.5)
        while True:
            byte = self.fetch(1)[0]
            if byte == ACK:
                return
            if byte == NACK:
                if WRONG == 'ignores-nacks':
                    return
                raise Failed('refused: the chip answers NACK; read-protected (RDP level 1)?')
            if byte != BUSY:
                raise Failed(f'protocol: got byte 0x{byte:02x} instead of ACK: no clock stretching, or the chip has reset; reset the target')
            if time.monotonic() > until:
                raise Failed('timeout: busy for too long')

    def command(self, code):
        self.send([code, code ^ 0xFF])
        self.acknowledged()

    def connect(self):
        for attempt in range(3):
            try:
                self.command(0x00)
                break
            except Failed:
                if attempt == 2:
                    raise
                time.sleep(1.2)  # longer than the chip waits within a command
        got = self.fetch(1 + 1 + MOST_LISTED)
        self.list = got[2 : 2 + got[0]]
        self.acknowledged()
        self.command(0x02)
        got = self.fetch(8)  # of two bytes of ID or more: what is beyond them is 0xFF
        self.pid = int.from_bytes(got[1:3], 'big')
        self.acknowledged()

    def address(self, address):
        data = address.to_bytes(4, 'big')
        self.send(data + bytes([xor(data)]))
        try:
            self.acknowledged()
        except Failed as failed:
            raise Failed(f'invalid address 0x{address:08x}? {failed}')

    def no_stretch(self, code, other):
        return other if other in self.list else code

    def read(self, address, count):
        self.command(0x11)
        self.address(address)
        self.send([count - 1, (count - 1) ^ 0xFF])
        self.acknowledged()
        more = 1 if WRONG == 'over-reads' else 0
        return self.fetch(count + more)[:count]

    def write(self, address, data):
        self.command(self.no_stretch(0x31, 0x32))
        self.address(address)
        block = bytes([len(data) - 1]) + data
        self.send(block + bytes([xor(block)]))
        if WRONG != 'never-waits':
            self.acknowledged(LONG_WAIT)

    def start_erase(self):
        code = self.no_stretch(0x44, 0x45)
        if code not in self.list:
            raise Failed('the list of Get has no erase command: not supported')
        self.command(code)

    def erase(self, pages):
        self.start_erase()
        count = (len(pages) - 1).to_bytes(2, 'big')
        self.send(count + bytes([xor(count)]))
        self.acknowledged()
        data = b''.join(page.to_bytes(2, 'big') for page in pages)
        self.send(data + bytes([xor(data)]))
        self.acknowledged(LONG_WAIT)

    def erase_all(self):
        self.start_erase()
        self.send([0xFF, 0xFF, 0x00])
        self.acknowledged(LONG_WAIT)

    def unprotect(self):
        self.command(self.no_stretch(0x92, 0x93))
        self.acknowledged(LONG_WAIT)

    def go(self, address):
        self.command(0x21)
        self.address(address)


if __name__ == '__main__':
    sys.exit(main(Bootloader, ['I2C']))
