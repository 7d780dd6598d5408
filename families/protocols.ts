/** The interfaces of ST's bootloaders (AN2606), by the names of their buses. */
export type Protocol = 'USART' | 'I2C' | 'SPI' | 'CAN' | 'FDCAN' | 'USB' | 'I3C';
