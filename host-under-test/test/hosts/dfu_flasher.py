"""A small host for the USB DFU bootloader (AN3156), right by default and wrong in one way on demand.

Its job, device and image come from the environment that vstm32 judge sets; the only argument is the way
in which it is wrong. Standard library alone: libusb-1.0 is called through ctypes.
"""
import ctypes
import os
import re
import struct
import sys
import time

WRONG = sys.argv[1] if len(sys.argv) > 1 else ''
JOBS = {'detect', 'write+verify', 'write', 'read', 'erase', 'unprotect', 'go'}
DETACH, DNLOAD, UPLOAD, GETSTATUS, CLRSTATUS, GETSTATE, ABORT = range(7)
IDLE, SYNC, BUSY, DNLOAD_IDLE, MANIFEST, UPLOAD_IDLE, ERROR = 2, 3, 4, 5, 7, 9, 10
STATUS = {1: 'errTARGET', 3: 'errWRITE', 4: 'errERASE', 11: 'errVENDOR', 14: 'errUNKNOWN', 15: 'errSTALLEDPKT'}
VENDOR, PRODUCT = 0x0483, 0xDF11
TIMEOUT_MS = 5000
# of one request; the answer behind a mass erase may come as late as the erase takes
MASS_ERASE_TIMEOUT_MS = 36000
# longest wait that a device is believed
LONGEST_POLL_MS = 40000
# GETSTATUS in dfuDNBUSY one after the other, and stalls of it, that are taken
MOST_POLLS = 20
MOST_STALLS = 3
DEFAULT_TRANSFER_SIZE = 1024
NO_DEVICE = 'no DFU device found: reset the target into its bootloader (BOOT0 high), with its USB alone connected'
GONE, STALLED, TIMED_OUT, IO = -4, -9, -7, -1
NAMES = {GONE: 'the port is gone (no such device)', STALLED: 'STALL', TIMED_OUT: 'timeout: no answer', IO: 'I/O error'}

usb = ctypes.CDLL('libusb-1.0.so.0')
usb.libusb_get_device_list.restype = ctypes.c_ssize_t
usb.libusb_get_device_list.argtypes = [ctypes.c_void_p, ctypes.POINTER(ctypes.POINTER(ctypes.c_void_p))]
for name in ('open', 'get_device_descriptor'):
    getattr(usb, f'libusb_{name}').argtypes = [ctypes.c_void_p, ctypes.c_void_p]
for name in ('get_bus_number', 'get_port_number'):
    getattr(usb, f'libusb_{name}').argtypes = [ctypes.c_void_p]
    getattr(usb, f'libusb_{name}').restype = ctypes.c_uint8
for name in ('claim_interface', 'set_interface_alt_setting'):
    getattr(usb, f'libusb_{name}').argtypes = [ctypes.c_void_p] + [ctypes.c_int] * (1 if name[0] == 'c' else 2)
usb.libusb_control_transfer.argtypes = [
    ctypes.c_void_p, ctypes.c_uint8, ctypes.c_uint8, ctypes.c_uint16, ctypes.c_uint16,
    ctypes.c_char_p, ctypes.c_uint16, ctypes.c_uint]


class Failed(Exception):
    pass


class UsbError(Failed):
    def __init__(self, code, what):
        super().__init__(f'{what}: {NAMES.get(code, code)}')
        self.code = code


class Device:
    def __init__(self, device):
        self.path = f'{usb.libusb_get_bus_number(device)}-{usb.libusb_get_port_number(device)}'
        self.handle = ctypes.c_void_p()
        code = usb.libusb_open(device, ctypes.byref(self.handle))
        if code < 0:
            raise UsbError(code, 'the device cannot be opened')
        raw = self.control(0x80, 6, 0x0200, 0, 9, 'configuration')
        raw = self.control(0x80, 6, 0x0200, 0, struct.unpack_from('<H', raw, 2)[0], 'configuration')
        self.transfer_size, self.alternates, at = DEFAULT_TRANSFER_SIZE, [], 0
        while at + 1 < len(raw) and raw[at] > 0:
            if raw[at + 1] == 4:
                self.alternates.append(self.text(raw[at + 8]))
            if raw[at + 1] == 0x21:
                self.transfer_size = struct.unpack_from('<H', raw, at + 5)[0] or DEFAULT_TRANSFER_SIZE
            at += raw[at]
        self.transfer_size = min(self.transfer_size, 4096)

    def control(self, kind, request, value, index, data, what, timeout=TIMEOUT_MS):
        length = data if isinstance(data, int) else len(data)
        buffer = ctypes.create_string_buffer(b'' if isinstance(data, int) else bytes(data), max(length, 1))
        got = usb.libusb_control_transfer(self.handle, kind, request, value, index, buffer, length, timeout)
        if got < 0:
            raise UsbError(got, what)
        return buffer.raw[:got]

    def text(self, index):
        try:
            raw = self.control(0x80, 6, 0x0300 | index, 0x0409, 255, 'string')
        except UsbError:
            return ''
        return raw[2:raw[0]].decode('utf-16le', 'replace')

    def out(self, request, value=0, data=b'', what=''):
        self.control(0x21, request, value, 0, data, what)

    def status(self, what, timeout=TIMEOUT_MS):
        raw = self.control(0xA1, GETSTATUS, 0, 0, 6, what, timeout)
        if len(raw) != 6:
            raise Failed(f'{what}: the status has {len(raw)} bytes, which the protocol does not know')
        return raw[0], int.from_bytes(raw[1:4], 'little'), raw[4]

    def begin(self):
        """Into dfuIDLE, whatever an earlier host has left."""
        for _ in range(MOST_POLLS):
            status, poll, state = self.status('GETSTATUS at the start')
            if state == IDLE:
                return
            if state == ERROR:
                self.out(CLRSTATUS, what='CLRSTATUS')
            elif state == BUSY:
                time.sleep(min(poll, LONGEST_POLL_MS) / 1000)
            else:
                self.out(ABORT, what='ABORT')
        raise Failed('the device does not go to dfuIDLE: reset the target')

    def idle(self):
        self.out(ABORT, what='ABORT')
        self.begin()

    def download(self, block, data, what, timeout=TIMEOUT_MS):
        self.out(DNLOAD, block, data, f'{what} failed')
        if WRONG == 'never-polls':
            return
        stalls, polls, busy = 0, 0, False
        while True:
            try:
                status, poll, state = self.status(f'{what} failed', timeout)
            except UsbError as error:
                stalls += 1
                if error.code != STALLED or stalls > MOST_STALLS or WRONG == 'ignores-poll-time':
                    raise
                time.sleep(0.1 * stalls)
                continue
            if WRONG == 'ignores-status':
                if state != BUSY:
                    return
            elif status != 0 or state == ERROR:
                self.out(CLRSTATUS, what='CLRSTATUS')
                hint = ': the chip may be read-protected (RDP)' if status == 11 else ''
                raise Failed(f'{what} failed, the device reports {STATUS.get(status, status)}{hint}')
            if state != BUSY:
                if not busy and WRONG != 'ignores-status':
                    raise Failed(f'{what} failed: unexpected state {state}')
                return
            busy, polls = True, polls + 1
            if poll > LONGEST_POLL_MS or polls > MOST_POLLS:
                raise Failed(f'{what} failed, timeout: the device is busy for ever, or says so (status 0, {poll} ms)')
            if WRONG != 'ignores-poll-time':
                time.sleep(poll / 1000)

    def command(self, opcode, address, what, timeout=TIMEOUT_MS):
        operand = b'' if address is None else struct.pack('<I', address)
        self.download(0, bytes([opcode]) + operand, what, timeout)

    def point(self, address):
        self.command(0x21, address, f'setting address 0x{address:08x}')

    def sectors(self):
        """(start, end) of each erase unit of all alternate settings that can be written."""
        for text in self.alternates[:1]:
            parts = text.split('/')
            for base, layout in zip(parts[1::2], parts[2::2]):
                at = int(base, 16)
                for count, size, unit, kind in re.findall(r'(\d+)\*(\d+)([KMB ]?)([a-g])', layout):
                    size = int(size) * {'K': 1024, 'M': 1024 * 1024}.get(unit, 1)
                    for _ in range(int(count)):
                        yield at, at + size
                        at += size

    def erase_for(self, address, length):
        for start, end in self.sectors():
            if start < address + length and end > address:
                self.command(0x41, start, f'erasing 0x{start:08x}')

    def write(self, address, image):
        size = 2048 if WRONG == 'ignores-transfer-size' else self.transfer_size
        for at in range(0, len(image), size):
            self.point(address + at)
            block = 1 if WRONG == 'starts-at-block-1' and at == 0 else 2
            self.download(block, image[at:at + size], f'writing 0x{address + at:08x}')

    def read(self, address, length):
        size, got = self.transfer_size, b''
        while len(got) < length:
            self.point(address + len(got))
            self.idle()
            got += self.upload(min(size, length - len(got)))
            self.idle()
        return got

    def upload(self, length):
        try:
            part = self.control(0xA1, UPLOAD, 2, 0, length, 'reading failed')
        except UsbError as error:
            if error.code != STALLED:
                raise
            status, _, _ = self.status('reading failed')
            hint = ': the chip may be read-protected (RDP)' if status == 11 else ''
            raise Failed(f'{error}, the device reports {STATUS.get(status, status)}{hint}') from None
        if not part:
            raise Failed('reading failed: nothing more comes')
        return part

    def leave(self, address):
        self.point(address)
        self.out(DNLOAD, 0, b'', 'starting failed')
        try:
            status, _, state = self.status('starting failed')
        except UsbError as error:
            if error.code in (GONE, TIMED_OUT, IO):
                return  # it is gone, as it should be
            raise
        if state != MANIFEST:
            raise Failed(f'starting failed: state {state}')


def found():
    usb.libusb_init(None)
    devices = ctypes.POINTER(ctypes.c_void_p)()
    count = usb.libusb_get_device_list(None, ctypes.byref(devices))
    for device in devices[:max(count, 0)]:
        descriptor = ctypes.create_string_buffer(18)
        if usb.libusb_get_device_descriptor(device, descriptor) < 0:
            continue
        if struct.unpack_from('<HH', descriptor.raw, 8) == (VENDOR, PRODUCT):
            yield device, descriptor.raw[16]


def path_of(device):
    return f'{usb.libusb_get_bus_number(device)}-{usb.libusb_get_port_number(device)}'


def chosen():
    devices = [(device, serial) for device, serial in found()]
    if not devices:
        raise Failed(NO_DEVICE)
    if WRONG == 'takes-the-first':
        return Device(devices[0][0])
    here = [device for device, _ in devices if path_of(device) == os.environ['VSTM32_PORT']]
    if not here:
        raise Failed(NO_DEVICE)
    return Device(here[0])


def gap(device, address, length):
    """The first address of the range that is in no sector."""
    at = address
    for start, end in device.sectors():
        if start <= at < end:
            at = end
    return None if at >= address + length else at


def check_range(device, address, length):
    beyond = gap(device, address, length)
    if beyond is not None:
        raise Failed(f'address 0x{beyond:08x} is out of range of the memory layout that the device tells')


def check_unprotected(device):
    try:
        device.point(0x08000000)
    except Failed as error:
        raise Failed(f'{error}; unlock it first') from None


def run(job):
    address = int(os.environ['VSTM32_ADDRESS'], 16)
    length = int(os.environ['VSTM32_LENGTH'])
    path = os.environ['VSTM32_IMAGE']
    device = chosen()
    usb.libusb_claim_interface(device.handle, 0)
    code = usb.libusb_set_interface_alt_setting(device.handle, 0, 0)
    if code < 0:
        raise UsbError(code, 'no answer to SET_INTERFACE')
    device.begin()
    if job in ('write', 'write+verify'):
        with open(path, 'rb') as file:
            image = file.read()
        check_range(device, address, len(image))
        if WRONG != 'never-erases':
            device.erase_for(address, len(image))
        device.write(address, image)
        # a chip that acknowledges and does nothing is found by reading back alone
        if WRONG not in ('never-verifies', 'starts-at-block-1', 'never-erases', 'never-polls', 'ignores-status', 'takes-the-first'):
            if device.read(address, len(image)) != image:
                raise Failed('verify failed: what is read back differs')
    elif job == 'read':
        data = device.read(address, length)
        with open(path, 'wb') as file:
            file.write(data)
    elif job == 'erase':
        check_unprotected(device)
        device.command(0x41, None, 'erasing', MASS_ERASE_TIMEOUT_MS)
        ends = [(start, end) for start, end in device.sectors()]
        for start in (ends[0][0], ends[-1][0]):
            if set(device.read(start, 64)) - {0xFF}:
                raise Failed('erasing failed: something is left')
    elif job == 'unprotect':
        try:
            device.command(0x92, None, 'unprotecting', MASS_ERASE_TIMEOUT_MS)
        except UsbError as error:
            if error.code != GONE:
                raise
    if job == 'go' or os.environ.get('VSTM32_STARTS'):
        head = device.read(address, 8)
        stack, entry = struct.unpack('<II', head)
        if stack >> 28 != 2 or entry >> 24 != 8:
            if job == 'go' and os.environ.get('VSTM32_STARTS') != '1':
                raise Failed('starting failed: there is no vector table (stack pointer)')
        device.leave(address)


def main():
    job = os.environ['VSTM32_JOB']
    if job not in JOBS:
        return 77
    try:
        run(job)
    except Failed as error:
        print(error)
        return 1
    return 0


sys.exit(main())
