/** What a message must say for a person to know what to do next. */
export type Cause =
  | 'no-answer'
  | 'not-a-bootloader'
  | 'garbled'
  | 'baud'
  | 'parity'
  | 'echo'
  | 'reset-target'
  | 'reset-lines'
  | 'unknown-device'
  | 'too-large'
  | 'bad-address'
  | 'unsupported-command'
  | 'protected'
  | 'erase-failed'
  | 'timeout'
  | 'verify-failed'
  | 'write-failed'
  | 'go-failed'
  | 'port-lost'
  | 'port-busy'
  | 'alignment'
  | 'no-device'
  | 'several-devices'
  | 'no-address'
  | 'transfer-size'
  | 'layout'
  | 'dfu-status'
  | 'usb-stall'
  | 'stretching'
  | 'bit-rate'
  | 'fd-required'
  | 'protocol';

/** Wordings by which a message names a cause; generous, since every tool has its own. */
const WORDINGS: Readonly<Record<Cause, RegExp>> = {
  'no-answer':
    /boot ?0|boot mode|bootloader mode|no (answer|response|reply)|not respond|not answer|check.*(reset|connection|wiring)/i,
  'not-a-bootloader':
    /not (a|the|in) boot ?loader|bootloader mode|unexpected (data|answer|bytes|response)|boot ?0|got byte|application/i,
  garbled: /garbl|baud|parity|noise|got (byte )?0x|instead of ACK/i,
  baud: /baud/i,
  parity: /parity|8e1|even|terminal flags|c_cflag|cannot handle device/i,
  echo: /echo|single.?wire|half.?duplex/i,
  'reset-target': /reset (the )?(target|device|chip|board|mcu)|power.?cycle|press.*reset/i,
  'reset-lines': /\b(dtr|rts|gpio)\b|reset (line|pin|option|sequence)|boot ?0/i,
  'unknown-device':
    /(unknown|unsupported|unrecogni[sz]ed|not supported).*(device|chip|id\b|pid|product)|(device|chip|pid).*(unknown|unsupported|not supported|unrecogni[sz]ed)/i,
  'too-large': /too (large|big|long)|exceed|does not fit|larger than|out of (range|flash)|beyond/i,
  'bad-address':
    /(invalid|bad|wrong|illegal|out of range|not valid).*address|address.*(invalid|bad|wrong|range|exceed|align|refus|nack|outside)|0x[0-9a-f]+ (is )?not (readable|erasable|writ)/i,
  'unsupported-command':
    /not (implemented|supported|available|offered)|unsupported|\bno .*command|unknown command/i,
  protected: /protect|rdp|wrp|locked/i,
  'erase-failed':
    /eras(e|ing).*(fail|error|time|nack|refus|not)|(fail|error|time|nack|can'?t).*eras/i,
  timeout: /time(d)?.?out|no (ack|answer|response|reply)|failed to read ack|not respond/i,
  'verify-failed': /verif|mismatch|differ|expected.*(found|got|read)/i,
  'write-failed':
    /(fail|error|nack|could ?n.t|unable).*(write|program|download)|(write|program|download).*(fail|error|nack)/i,
  'go-failed':
    /(execut|go\b|start|jump|run).*(fail|error|nack|refus)|(fail|error|nack|refus).*(execut|go\b|start|jump|run|vector)|stack pointer/i,
  'port-lost':
    /input\/output error|i\/o|disconnect|port|device .*(gone|lost|removed)|no (such )?device|hung|errno|read.*fail|write.*fail/i,
  'port-busy': /busy|in use|lock|exclusive|already open|resource temporarily/i,
  alignment: /align|multiple of/i,
  'no-device':
    /(no|not|can ?not).*(dfu|usb).*(device|found|available|open)|(device|dfu).*(not found|missing|not available)|no such device/i,
  'several-devices': /more than one|several|multiple|ambiguous|--path|--serial/i,
  'no-address': /address/i,
  'transfer-size': /transfer.?size|block size/i,
  layout: /layout|segment|descriptor/i,
  'dfu-status': /err[A-Z_]{4,}|status\s*[(=:]?\s*\d+|dfuERROR|not correctly executed/,
  'usb-stall': /pipe|stall/i,
  stretching: /stretch/i,
  'bit-rate': /bit ?rate|baud|[km]bit|bus.?(error|off)/i,
  'fd-required': /\bfd\b|flexible data|classic/i,
  protocol:
    /unexpected|protocol|bytes in|length|got byte|sync|invalid (reply|response|answer)|timed? ?out|nack/i,
};

/** The message names the cause. */
export function names(cause: Cause, output: string): boolean {
  return WORDINGS[cause].test(output);
}
