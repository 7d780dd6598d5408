import './usart.suite.ts';
import './dfu.suite.ts';
import './i2c.suite.ts';
import './i3c.suite.ts';
import './can.suite.ts';
import './spi.suite.ts';
import './fdcan.suite.ts';
