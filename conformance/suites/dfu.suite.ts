// The protocol's suites in one file: a target that cannot be shared is examined by one worker, over one connection.
import './dfu/connection.suite.ts';
import './dfu/requests.suite.ts';
import './dfu/upload.suite.ts';
import './dfu/download.suite.ts';
import './dfu/options.suite.ts';
import './dfu/erase.suite.ts';
import './dfu/protection.suite.ts';
import './dfu/leave.suite.ts';
import './dfu/common.suite.ts';
