// The protocol's suites in one file: a target that cannot be shared is examined by one worker, over one connection.
import './spi/connection.suite.ts';
import './spi/frames.suite.ts';
import './spi/get.suite.ts';
import './spi/read-memory.suite.ts';
import './spi/go.suite.ts';
import './spi/write-memory.suite.ts';
import './spi/erase.suite.ts';
import './spi/protection.suite.ts';
import './spi/get-checksum.suite.ts';
import './spi/special.suite.ts';
import './spi/common.suite.ts';
