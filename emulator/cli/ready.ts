import { interfaces } from '../../families/index.ts';
import type { ConnectedBoard } from '../connect/create-board.ts';
import type { Port } from '../connect/ports.ts';
import { tsharkLine } from './traces/dissector.ts';
import { I3C_IN_MEMORY } from './text/i3c-text.ts';

/** The port that usbip(8) takes by itself. */
const USBIP_PORT = 3240;

/** What listens on every interface has no address of its own to show. */
const EVERY_ADDRESS: ReadonlySet<string> = new Set(['0.0.0.0', '::']);

/** Lets every user open the bootloader over USB. */
export const UDEV_RULE =
  'SUBSYSTEM=="usb", ATTR{idVendor}=="0483", ATTR{idProduct}=="df11", MODE="0666"';

/** What `run` prints when the port can be opened: where it is, and what to type; `capture` is the file of `--pcapng`. */
export function readyText(
  board: ConnectedBoard,
  name: string,
  url?: string,
  capture?: string,
): string {
  const { version, protocols } = board.bootloader;
  const title = `${board.device.id}, ${board.flashKiB} KiB flash, bootloader ${version} (USART protocol ${protocols.USART})`;
  const lines = Object.entries(board.ports).flatMap(([key, port]) => [
    '',
    `  ${(key === 'usart' ? board.usarts[0]! : key).padEnd(7)} ${port.path}`,
    ...hintsOf(board, key, port, name).map((hint) => `  ${hint}`),
  ]);
  const unlinked = board.i3cs.flatMap((each) => ['', `  ${each.padEnd(7)} ${I3C_IN_MEMORY}`]);
  const api =
    url === undefined
      ? []
      : ['', `  page    ${url}   (shows the board; its API: ${url}/openapi.json)`];
  const read = capture === undefined ? [] : ['', `  capture ${tsharkLine(capture)}`];
  return [title, ...lines, ...unlinked, ...api, ...read].join('\n');
}

/** The line of `run --json`; fields are only added. */
export function readyJson(board: ConnectedBoard, url?: string): string {
  return JSON.stringify({
    device: board.device.id,
    flashKiB: board.flashKiB,
    bootloader: board.bootloader.version,
    ports: board.ports,
    ...(url === undefined ? {} : { api: url }),
  });
}

/** What a user of these links should know beforehand; `run` knows no tool whose DTR and RTS it could see. */
export function warningsOf(board: ConnectedBoard, wire = 'none'): readonly string[] {
  const ports = Object.entries(board.ports);
  const open = ports.filter(([, { host }]) => host !== undefined && EVERY_ADDRESS.has(host));
  const { kind } = board.ports.usart;
  return [
    ...open.map(
      ([key, { kind, host }]) =>
        `${key} (${kind}) listens on every address (${host}): whoever reaches this machine can read, write and erase the chip; 127.0.0.1 keeps it to this machine`,
    ),
    ...(wire !== 'none' && (kind === 'pty' || kind === 'tcp')
      ? [
          `--wire has no effect: ${kind} carries no DTR and RTS; use vstm32 exec, or --usart rfc2217:HOST:PORT or usbip`,
        ]
      : []),
  ];
}

function hintsOf(
  board: ConnectedBoard,
  key: string,
  { kind, path, host, port }: Port,
  name: string,
): readonly string[] {
  switch (kind) {
    case 'pty':
      return [
        `try     stm32flash -m 8n1 -w firmware.bin -v ${path}`,
        `        (8n1: a pty has no parity bit; with the usual 8E1: vstm32 exec ${name} -- stm32flash -w firmware.bin -v {usart})`,
        NO_LINES,
      ];
    case 'tcp':
      return [
        `try     socat pty,link=/tmp/vstm32,raw,echo=0 tcp:${host}:${port} &`,
        '        stm32flash -m 8n1 -w firmware.bin -v /tmp/vstm32',
        NO_LINES,
      ];
    case 'rfc2217':
      return [`try     stm32loader -p ${path} -e -w -v firmware.bin`];
    case 'buspirate':
      return ['try     any program for a Bus Pirate v3 in binary mode (BBIO1)'];
    case 'slcan':
      return [
        ...slcanHints(board, key, path),
        `        (or a network interface for one program: vstm32 exec ${name} -- candump {can})`,
      ];
    case 'usbip':
      return key === 'usb'
        ? usbHints(path, host!, port!, name)
        : [
            'try     sudo modprobe vhci-hcd',
            `        ${attach(path, host!, port!)}`,
            `        ${adapterHint(board, key)}`,
          ];
  }
}

const NO_LINES =
  '        (no DTR or RTS either: a tool that resets the chip by them needs vstm32 exec, --usart rfc2217 or usbip)';

/** What to do with an adapter that is attached. */
function adapterHint(board: ConnectedBoard, key: string): string {
  if (/^i2c/i.test(key)) return 'sudo modprobe i2c-dev; i2cdetect -l';
  if (!/can/i.test(key)) return 'stm32flash -w firmware.bin -v /dev/ttyACM0';
  const { nominal, data } = canRates(board, key);
  const fd = data === undefined ? '' : ` dbitrate ${data} fd on`;
  return `sudo ip link set can0 up type can bitrate ${nominal}${fd}; candump can0`;
}

/** What to do with an slcan adapter; classic programs for one know no CAN FD. */
function slcanHints(board: ConnectedBoard, key: string, path: string): readonly string[] {
  const { nominal, data } = canRates(board, key);
  if (data === undefined) {
    return [`try     python3 -m can.logger -i slcan -c ${path} -b ${nominal}`];
  }
  return [
    `try     a program for a CANable with CAN FD, at ${nominal} bit/s and ${data} bit/s for data`,
    '        (one that opens the channel without a rate follows the chip)',
  ];
}

/** Rates in bits per second at which a node is to be spoken to; those of data only where there is CAN FD. */
function canRates(
  board: ConnectedBoard,
  key: string,
): { readonly nominal: number; readonly data?: number } {
  if (!board.isFd(key === 'can' ? board.cans[0]! : key)) return interfaces.CAN.rates;
  return board.device.fdcanRates ?? interfaces.FDCAN.rates;
}

function attach(busid: string, host: string, port: number): string {
  const tcpPort = port === USBIP_PORT ? '' : ` --tcp-port ${port}`;
  const remote = EVERY_ADDRESS.has(host) ? 'ADDRESS' : host;
  return `sudo usbip${tcpPort} attach -r ${remote} -b ${busid}`;
}

/** How a Linux machine attaches the device, and lets anybody use it. */
function usbHints(busid: string, host: string, port: number, name: string): readonly string[] {
  return [
    'try     sudo modprobe vhci-hcd',
    `        ${attach(busid, host, port)}   (again each time the chip has dropped off the bus)`,
    '        dfu-util -a 0 -s 0x08000000:leave -D firmware.bin',
    `        (without root or kernel module: vstm32 exec ${name} -- dfu-util -a 0 -s 0x08000000:leave -D firmware.bin)`,
    `rule    echo '${UDEV_RULE}' | sudo tee /etc/udev/rules.d/70-stm32-dfu.rules && sudo udevadm control --reload`,
    '        (before the attach: dfu-util then needs no sudo)',
  ];
}
