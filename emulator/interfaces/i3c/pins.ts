/** What a target says of itself while an address is assigned to it (MIPI I3C Basic, ENTDAA). */
export interface I3cCharacteristics {
  /** Provisioned ID: 6 bytes, most significant first. */
  readonly pid: Uint8Array;
  /** Bus characteristics register. */
  readonly bcr: number;
  /** Device characteristics register. */
  readonly dcr: number;
}

/** An in-band interrupt, as the controller that accepted it knows it. */
export interface I3cInterrupt {
  /** The 7-bit dynamic address of the target. */
  readonly address: number;
  /** The mandatory data byte. */
  readonly byte: number;
}

/**
 * An I3C target, seen from the controller of its bus; one call per frame in SDR mode, from its START to
 * its STOP. A target cannot stretch SCL: it takes part in a frame or does not acknowledge its address.
 */
export interface I3cPins {
  /** A round of ENTDAA that offers a 7-bit address; `nack`: no target without an address is there. */
  assignAddress(address: number): I3cCharacteristics | 'nack';
  /** A broadcast CCC with its data; `nack`: no target is there. ENTDAA is `assignAddress`. */
  broadcast(code: number, data?: ArrayLike<number>): 'ack' | 'nack';
  /** A private write: no byte of it can be refused but the address. */
  write(address: number, bytes: ArrayLike<number>): 'ack' | 'nack';
  /** A private read of at most so many bytes: the target ends it earlier when it has no more. */
  read(address: number, most: number): Uint8Array | 'nack';
  /**
   * Calls `listener` for every in-band interrupt, in virtual time and never within another call; what is
   * raised while nobody listens waits.
   */
  onInterrupt(listener: (interrupt: I3cInterrupt) => void): void;
}
