import { spawnSync } from 'node:child_process';

/** Debian's Python if it has python-can (package python3-can). */
export const pythonWithCan: string | undefined = ['/usr/bin/python3', 'python3'].find(
  (python) => spawnSync(python, ['-c', 'import can, serial']).status === 0,
);

/** can-utils are installed. */
export const hasCanUtils = spawnSync('candump', ['-h']).error === undefined;

/** What both sessions need: `send` and `expect` on a python-can bus. */
const COMMON = `
import sys, struct, can

ACK = [0x79]
FLASH = 0x08000000
IMAGE = bytes((7 * n + n // 256) & 0xff for n in range(1024))

def expect(id, *bytes):
    message = bus.recv(10)
    assert message is not None, 'no answer to %x' % id
    got = (message.arbitration_id, list(message.data))
    assert got == (id, list(bytes)), 'got %x %s' % got

def read_frames(id, length):
    data = b''
    while len(data) < length:
        message = bus.recv(10)
        assert message is not None and message.arbitration_id == id
        data += bytes(message.data)
    return data[:length]
`;

/** A bus of python-can, whose arguments are the first argument as JSON. */
const PYTHON_CAN = `
import json
bus = can.Bus(**json.loads(sys.argv[1]))
`;

/** Connects, identifies, erases page 0, writes, verifies and starts, after AN3154, by python-can. Arguments of can.Bus as JSON. */
export const CAN_SESSION = `${COMMON}${PYTHON_CAN}
def send(id, *bytes):
    bus.send(can.Message(arbitration_id=id, data=bytes, is_extended_id=False))

send(0x79)
expect(0x79, *ACK)
send(0x02)
expect(0x02, *ACK); expect(0x02, 0x04, 0x13); expect(0x02, *ACK)
send(0x43, 0)
expect(0x43, *ACK)
send(0x43, 0)
expect(0x43, *ACK); expect(0x43, *ACK)
for at in range(0, len(IMAGE), 256):
    send(0x31, *struct.pack('>IB', FLASH + at, 255))
    expect(0x31, *ACK)
    for word in range(at, at + 256, 8):
        send(0x04, *IMAGE[word:word + 8])
        expect(0x31, *ACK)
    expect(0x31, *ACK)
for at in range(0, len(IMAGE), 256):
    send(0x11, *struct.pack('>IB', FLASH + at, 255))
    expect(0x11, *ACK)
    assert read_frames(0x11, 256) == IMAGE[at:at + 256], 'verify at %d' % at
    expect(0x11, *ACK)
send(0x31, *struct.pack('>IB', FLASH + 1024, 7))
expect(0x31, *ACK)
send(0x04, *struct.pack('<II', 0x20004000, FLASH + 0x101))
expect(0x31, *ACK); expect(0x31, *ACK)
send(0x21, *struct.pack('>I', FLASH + 1024))
expect(0x21, *ACK)
bus.shutdown()
print('started')
`;

/** A bus in CAN FD at an slcan adapter: Debian's python-can knows no CANable letters. The port is the first argument. */
const SLCAN_FD = `
import serial

LENGTHS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 20, 24, 32, 48, 64]

class Bus:
    def __init__(self, port):
        self.port = serial.Serial(port, timeout=10)
        for line in (b'C', b'S5', b'Y1', b'O'):
            self.port.write(line + b'\\r')
            assert self.port.read(1) in (b'\\r', b'\\a')
    def line(self):
        return self.port.read_until(b'\\r')[:-1].decode()
    def send(self, message):
        dlc = LENGTHS.index(len(message.data))
        self.port.write(b'b%03X%X%s\\r' % (message.arbitration_id, dlc, bytes(message.data).hex().encode()))
    def recv(self, timeout):
        line = self.line()
        while line == 'z':
            line = self.line()
        assert line[0] == 'b', repr(line)
        return can.Message(arbitration_id=int(line[1:4], 16), data=bytes.fromhex(line[5:]), is_fd=True)
    def shutdown(self):
        self.port.close()

bus = Bus(sys.argv[1])
`;

/** The session of CAN FD after AN5405; the product ID is the second argument. */
const fdcanSession = (bus: string): string => `${COMMON}${bus}
product = int(sys.argv[2], 16)

def send(id, *bytes):
    bus.send(can.Message(arbitration_id=id, data=bytes, is_extended_id=False, is_fd=True, bitrate_switch=True))

def whole(bytes):
    return bytes + b'\\xff' * (64 - len(bytes))

send(0x02)
expect(0x02, *ACK); expect(0x02, product >> 8, product & 0xff); expect(0x02, *ACK)
send(0x44, 0, 1)
expect(0x44, *ACK); expect(0x44, *ACK)
send(0x44, *whole(b'\\0\\0'))
expect(0x44, *ACK)
for at in range(0, len(IMAGE), 256):
    send(0x31, *struct.pack('>IB', FLASH + at, 255))
    expect(0x31, *ACK)
    for part in range(at, at + 256, 64):
        send(0x31, *IMAGE[part:part + 64])
    expect(0x31, *ACK)
for at in range(0, len(IMAGE), 256):
    send(0x11, *struct.pack('>IB', FLASH + at, 255))
    expect(0x11, *ACK)
    assert read_frames(0x11, 256) == IMAGE[at:at + 256], 'verify at %d' % at
    expect(0x11, *ACK)
send(0x31, *struct.pack('>IB', FLASH + 1024, 31))
expect(0x31, *ACK)
send(0x31, *whole(struct.pack('<II', 0x20004000, FLASH + 0x101)))
expect(0x31, *ACK)
send(0x21, *struct.pack('>I', FLASH + 1024))
expect(0x21, *ACK)
bus.shutdown()
print('started')
`;

export const FDCAN_SESSION = fdcanSession(PYTHON_CAN);
export const FDCAN_SLCAN_SESSION = fdcanSession(SLCAN_FD);
