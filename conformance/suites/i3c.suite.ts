// The protocol's suites in one file: a target that cannot be shared is examined by one worker, over one connection.
import './i3c/start.suite.ts';
import './i3c/commands.suite.ts';
import './i3c/get.suite.ts';
import './i3c/read-memory.suite.ts';
import './i3c/go.suite.ts';
import './i3c/write-memory.suite.ts';
import './i3c/erase.suite.ts';
import './i3c/protection.suite.ts';
import './i3c/special.suite.ts';
import './i3c/common.suite.ts';
