// The protocol's suites in one file: a target that cannot be shared is examined by one worker, over one connection.
import './can/connection.suite.ts';
import './can/settings.suite.ts';
import './can/get.suite.ts';
import './can/speed.suite.ts';
import './can/read-memory.suite.ts';
import './can/go.suite.ts';
import './can/write-memory.suite.ts';
import './can/erase.suite.ts';
import './can/protection.suite.ts';
import './can/common.suite.ts';
