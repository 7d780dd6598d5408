// The protocol's suites in one file: a target that cannot be shared is examined by one worker, over one connection.
import './usart/connection.suite.ts';
import './usart/get.suite.ts';
import './usart/read-memory.suite.ts';
import './usart/go.suite.ts';
import './usart/write-memory.suite.ts';
import './usart/erase.suite.ts';
import './usart/extended-erase.suite.ts';
import './usart/protection.suite.ts';
import './usart/get-checksum.suite.ts';
import './usart/special.suite.ts';
import './usart/common.suite.ts';
