import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { boardOf } from '../test/boards.ts';
import { DfuHost } from '../test/hosts/dfu-host.ts';
import { PcapngWriter } from './pcapng.ts';

const hasTshark = spawnSync('tshark', ['--version']).status === 0;
const about = {
  device: 'STM32F405',
  bootloader: '9.1',
  ports: [
    { name: 'USB', bus: 'usb' },
    { name: 'USART1', bus: 'uart' },
  ],
} as const;

/** What tshark shows of a session that `run` makes, told that the device speaks DFU. */
function shown(run: (host: DfuHost) => void, fields: readonly string[]): string[][] {
  const folder = mkdtempSync(join(tmpdir(), 'vstm32-usb-'));
  try {
    const writer = new PcapngWriter(about);
    const chunks = [...writer.header()];
    const onTrace = (event: Parameters<PcapngWriter['event']>[0]): void =>
      void chunks.push(...writer.event(event));
    run(new DfuHost(boardOf('STM32F405RG', { onTrace })));
    const file = join(folder, 'session.pcapng');
    writeFileSync(file, Buffer.concat(chunks));
    const options = ['-n', '-r', file, '-d', 'usb.device==0x10001,usbdfu', '-T', 'fields'];
    const { stdout, stderr } = spawnSync(
      'tshark',
      [...options, ...fields.flatMap((field) => ['-e', field])],
      { encoding: 'utf8' },
    );
    expect(stderr.split('\n').filter((line) => !/^$|running as|user "root"/i.test(line))).toEqual(
      [],
    );
    return stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => line.split('\t'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test.skipIf(!hasTshark)('tshark decodes the descriptors of a capture', () => {
  const rows = shown(
    (host) => host.enumerate().text(4),
    [
      'usb.idVendor',
      'usb.bcdDevice',
      'usbdfu.descriptor.wTransferSize',
      'usb.bString',
      '_ws.malformed',
    ],
  );
  expect(rows.some(([vendor, version]) => vendor === '0x0483' && version === '0x2200')).toBe(true);
  const strings = rows.map(([, , , text]) => text);
  expect(strings).toContain('@Internal Flash  /0x08000000/04*016Kg,01*064Kg,07*128Kg');
  expect(rows.filter((row) => row.at(-1) !== '')).toEqual([]);
});

test.skipIf(!hasTshark)('tshark decodes the requests, states and poll times of a session', () => {
  const rows = shown(
    (host) => {
      host.enumerate().idle();
      host.erase(0x0800_0000);
      host.write(0x0800_0000, [1, 2, 3, 4]);
      host.read(0x0800_0000, 4);
      host.request('UPLOAD', { wValue: 1, wLength: 4 });
    },
    ['_ws.col.Info', 'usb.urb_status', 'frame.comment', '_ws.malformed'],
  );
  const infos = rows.map(([info]) => info!);
  expect(infos).toContain(
    'Rcvd Response: Get Status = Status: errFirmware, PollTimeout: 0 ms, State: dfuError',
  );
  expect(infos).toContain(
    'Rcvd Response: Get Status = Status: OK, PollTimeout: 100 ms, State: dfuDownloadBusy',
  );
  expect(infos).toContain('Sent Command: Download Block Number=2');
  expect(infos).toContain('Sent Command: Upload Block Number=2');
  const stalled = rows.filter(([, status]) => status === '-32');
  expect(stalled.map(([, , comment]) => comment)).toEqual([
    'STALL: UPLOAD of block 1 in dfuUPLOAD-IDLE',
  ]);
  const comments = rows.map(([, , comment]) => comment);
  expect(comments).toContain('command erase (0x41) at 0x08000000');
  expect(rows.filter((row) => row.at(-1) !== '')).toEqual([]);
});
