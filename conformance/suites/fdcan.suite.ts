// The protocol's suites in one file: a target that cannot be shared is examined by one worker, over one connection.
import './fdcan/start.suite.ts';
import './fdcan/settings.suite.ts';
import './fdcan/get.suite.ts';
import './fdcan/read-memory.suite.ts';
import './fdcan/go.suite.ts';
import './fdcan/write-memory.suite.ts';
import './fdcan/erase-memory.suite.ts';
import './fdcan/protection.suite.ts';
import './fdcan/special.suite.ts';
import './fdcan/common.suite.ts';
