import type { ConnectedBoard } from '../create-board.ts';
import type { Port } from '../ports.ts';

/** What `run` prints when the port can be opened: where it is, and what to type. */
export function readyText(board: ConnectedBoard, name: string): string {
  const { version, protocols } = board.bootloader;
  const title = `${board.device.id}, ${board.flashKiB} KiB flash, bootloader ${version} (USART protocol ${protocols.USART})`;
  const lines = Object.entries(board.ports).flatMap(([key, port]) => [
    '',
    `  ${(key === 'usart' ? board.usarts[0]! : key).padEnd(7)} ${port.path}`,
    ...hintsOf(port, name).map((hint) => `  ${hint}`),
  ]);
  return [title, ...lines].join('\n');
}

/** The line of `run --json`; fields are only added. */
export function readyJson(board: ConnectedBoard): string {
  return JSON.stringify({
    device: board.device.id,
    flashKiB: board.flashKiB,
    bootloader: board.bootloader.version,
    ports: board.ports,
  });
}

function hintsOf({ kind, path, host, port }: Port, name: string): readonly string[] {
  switch (kind) {
    case 'pty':
      return [
        `try     stm32flash -m 8n1 -w firmware.bin -v ${path}`,
        `        (8n1: a pty has no parity bit; with the usual 8E1: vstm32 exec ${name} -- stm32flash -w firmware.bin -v {usart})`,
      ];
    case 'tcp':
      return [
        `try     socat pty,link=/tmp/vstm32,raw,echo=0 tcp:${host}:${port} &`,
        '        stm32flash -m 8n1 -w firmware.bin -v /tmp/vstm32',
      ];
    case 'rfc2217':
      return [`try     stm32loader -p ${path} -e -w -v firmware.bin`];
  }
}
