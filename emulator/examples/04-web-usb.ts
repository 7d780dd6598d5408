// npx tsx emulator/examples/04-web-usb.ts
import { createBoard } from '../index.ts'; // outside this repository: from 'vstm32'

await using board = await createBoard('STM32F405');
const usb = board.webUsb(); // in place of navigator.usb

const device = await usb.requestDevice({ filters: [{ vendorId: 0x0483, productId: 0xdf11 }] });
console.log(device.productName);
for (const { interfaceName } of device.configuration!.interfaces[0]!.alternates) {
  console.log(`  ${interfaceName}`);
}

await device.open();
await device.selectConfiguration(1);
await device.claimInterface(0);
await device.selectAlternateInterface(0, 0);

const request = { requestType: 'class', recipient: 'interface', value: 0, index: 0 } as const;
const [CLRSTATUS, GETSTATUS, DFU_IDLE] = [4, 3, 2];
await device.controlTransferOut({ ...request, request: CLRSTATUS });
const { data } = await device.controlTransferIn({ ...request, request: GETSTATUS }, 6);
console.log(data!.getUint8(4) === DFU_IDLE ? 'dfuIDLE' : `state ${data!.getUint8(4)}`);
