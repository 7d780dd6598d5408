// The protocol's suites in one file: a target that cannot be shared is examined by one worker, over one connection.
import './i2c/connection.suite.ts';
import './i2c/time-outs.suite.ts';
import './i2c/commands.suite.ts';
import './i2c/get.suite.ts';
import './i2c/read-memory.suite.ts';
import './i2c/go.suite.ts';
import './i2c/write-memory.suite.ts';
import './i2c/erase.suite.ts';
import './i2c/protection.suite.ts';
import './i2c/get-checksum.suite.ts';
import './i2c/special.suite.ts';
import './i2c/common.suite.ts';
