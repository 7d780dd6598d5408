/** Where a port of a board is reached. */
export interface Port {
  /** How a host opens it. */
  readonly kind: 'pty' | 'tcp' | 'rfc2217' | 'usbip' | 'buspirate' | 'slcan';
  /**
   * What a host opens: `/dev/pts/3`, pyserial's `socket://HOST:PORT` and `rfc2217://HOST:PORT`, or the busid
   * (`1-1`) that `usbip attach` takes, of the chip or of an adapter.
   */
  readonly path: string;
  /** Where a server listens; undefined where there is none. */
  readonly host?: string;
  /** TCP port of the server. */
  readonly port?: number;
}

/** The linked ports: the first USART of the line is `usart`, others go by their names; `usb`. */
export interface Ports {
  /** Of the first USART of the line. */
  readonly usart: Port;
  readonly [name: string]: Port;
}
