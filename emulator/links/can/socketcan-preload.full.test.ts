import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createBoard } from '../../connect/create-board.ts';

const python = ['/usr/bin/python3', 'python3'].find(
  (name) => spawnSync(name, ['-c', 'import socket; socket.CAN_RAW']).status === 0,
);

/** What the kernel answers to raw CAN sockets, asked of the preload library; argument: the interface's MTU. */
const PROGRAM = `
import errno, faulthandler, os, select, socket, struct, sys
faulthandler.dump_traceback_later(10, exit=True)
MTU = int(sys.argv[1])

def frame(id, data, size=16, length=None):
    return struct.pack('=IBBBB', id, len(data) if length is None else length, 0, 0, 0) + data.ljust(size - 8, b'\\0')

def fails(number, call, *arguments):
    try:
        call(*arguments)
    except OSError as error:
        assert error.errno == number, (error, call)
    else:
        raise AssertionError('%s did not fail' % call)

def can():
    return socket.socket(socket.PF_CAN, socket.SOCK_RAW, socket.CAN_RAW)

s = can()
fails(errno.ENODEV, s.bind, ('vcan7',))
s.bind(('can0',))
assert s.getsockname() == ('can0',)
assert s.getsockopt(socket.SOL_SOCKET, socket.SO_TYPE) == socket.SOCK_RAW
index = socket.if_nametoindex('can0')
assert socket.if_indextoname(index) == 'can0'
fails(errno.EINVAL, s.send, b'12345')
fails(errno.EINVAL, s.send, frame(1, b'', length=9))
fails(errno.EINVAL, s.setsockopt, socket.SOL_CAN_RAW, socket.CAN_RAW_FILTER, b'123')
fails(errno.ENOPROTOOPT, s.setsockopt, socket.SOL_CAN_RAW, 99, 1)
if MTU == 16:
    fails(errno.EINVAL, s.send, frame(1, b'', 72))
s.setblocking(False)
fails(errno.EAGAIN, s.recv, 16)
assert select.select([s], [], [], 0) == ([], [], [])
s.settimeout(0.05)
try:
    s.recv(16)
    raise AssertionError('a frame out of nothing')
except TimeoutError:
    pass

everything = can()
everything.bind(('',))
poller = select.epoll()
poller.register(s, select.EPOLLIN)
s.setsockopt(socket.SOL_CAN_RAW, socket.CAN_RAW_FD_FRAMES, 1)
first = 0x79 if MTU == 16 else 0x01
assert s.send(frame(first, b'')) == 16
assert poller.poll(10) == [(s.fileno(), select.EPOLLIN)]
peeked = s.recv(72, socket.MSG_PEEK)
data, sender = s.recvfrom(72)
assert peeked == data and sender == ('can0',) and len(data) == MTU
assert struct.unpack('=IB', data[:5]) == (first, 1) and data[8] == 0x79
assert everything.recv(72) == frame(first, b'')

copy = s.dup()
s.close()
while select.select([copy], [], [], 0.2)[0]:
    copy.recv(72)
copy.setsockopt(socket.SOL_CAN_RAW, socket.CAN_RAW_FILTER, b'')
copy.send(frame(0x02, b''))
assert select.select([copy], [], [], 0.2)[0] == []

child = os.fork()
if child == 0:
    mine = can()
    mine.bind(('can0',))
    mine.send(frame(0x7f, b'1'))
    os._exit(0)
os.waitpid(child, 0)
while True:
    if everything.recv(72)[:4] == struct.pack('=I', 0x7f):
        break

other = socket.socketpair()
other[0].send(b'not a frame')
assert other[1].recv(64) == b'not a frame'
`;

test.skipIf(python === undefined).each([
  ['STM32F405', '16'],
  ['STM32H723', '72'],
])('raw CAN sockets on a %s behave as those of Linux', async (part, mtu) => {
  const folder = await mkdtemp(join(tmpdir(), 'vstm32-can-'));
  try {
    await using board = await createBoard(part, { usart: 'pty' });
    const program = join(folder, 'program.py');
    await writeFile(program, PROGRAM);
    const result = await board.runTool([python!, program, mtu], { until: 30_000 });
    expect(result).toEqual({ exitCode: 0 });
    expect(board.state).toBe('bootloader');
  } finally {
    await rm(folder, { recursive: true });
  }
});
