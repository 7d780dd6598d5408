import type { Application } from '../chip/application.ts';
import type { Alarm, Clock, Micros } from '../clock.ts';
import type { UsartPort } from '../interfaces/usart/port.ts';

const BANNER = new TextEncoder().encode('vstm32: your application is running\r\n');
const BANNER_EVERY: Micros = 500_000;
/** The application's USART. */
const FRAME = { baud: 115_200, dataBits: 8, parity: false, stopBits: 1 };

/** The virtual application at work on its USART, until the chip leaves it. */
export class RunningApplication {
  readonly #application: Application;
  readonly #clock: Clock;
  readonly #port: UsartPort | undefined;
  readonly #jump: (address: number) => void;
  #alarm: Alarm | undefined;

  constructor(
    application: Application,
    clock: Clock,
    port: UsartPort | undefined,
    jump: (address: number) => void,
  ) {
    this.#application = application;
    this.#clock = clock;
    this.#port = port;
    this.#jump = jump;
    port?.connect((bytes) => this.#receive(bytes), FRAME);
    if (application.kind === 'banner') this.#print();
  }

  stop(): void {
    this.#alarm?.cancel();
    this.#port?.disconnect();
  }

  #print(): void {
    this.#alarm = this.#clock.wait(BANNER_EVERY, () => {
      this.#port?.transmit(BANNER);
      this.#print();
    });
  }

  #receive(bytes: Uint8Array): void {
    const { kind, trigger, address } = this.#application;
    if (kind === 'echo') this.#port?.transmit(bytes);
    if (kind === 'jump' && bytes.includes(trigger!)) this.#jump(address!);
  }
}
