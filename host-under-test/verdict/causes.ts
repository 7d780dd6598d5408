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

/** It did not happen, in the words of tools. */
const FAILS =
  '\\b(fail(s|ed|ure|ing)?|errors?|timed?[ -]?out|timeout|nack|refus(ed|es|al)|reject(s|ed)|cannot|can ?not|can.t|could ?n.t|could not|unable|not (be|possible|correctly|acknowledged|allowed|permitted|supported|done|implemented|available))\\b';

/** Either order, in one line and within a few words. */
function near(one: string, other: string): string {
  return `(${one})[^\\n]{0,60}(${other})|(${other})[^\\n]{0,60}(${one})`;
}

/** A wait that came to its end; not one that is set or told of. */
const TIMED_OUT =
  '\\btimed[ -]?out\\b|(?<!\\b(set|setting|poll|detach|default|with|using|a|the) )\\btime-?out\\b(?! *(of|to|is|set|=|\\d))|\\b(time-?out) (error|occurred|occured|while|waiting)|ETIMEDOUT|LIBUSB_ERROR_TIMEOUT';

/** The name of a port as messages have it. */
const PORT =
  '/dev/\\S+|\\b(serial )?port\\b|\\btty\\w*|\\bCOM\\d+|\\bpts\\b|\\binterface\\b|\\badapter\\b';

/** Wordings by which a message names a cause, in whole words; generous, since every tool has its own. */
const WORDINGS: Readonly<Record<Cause, readonly string[]>> = {
  'no-answer': [
    '\\bboot ?0\\b|\\bboot (mode|pins?|configuration)\\b|\\bbootloader mode\\b',
    '\\bno (answer|response|reply|ack)\\b|\\bnot (respond|answer|acknowledge)(ing|ed|s)?\\b|\\bfail(ed|s) to respond\\b',
    '\\bcheck\\b[^\\n]*\\b(reset|connections?|wiring|cable)\\b',
    TIMED_OUT,
  ],
  'not-a-bootloader': [
    '\\bnot (a|the|in|in the) boot ?loader\\b|\\bbootloader mode\\b|\\bboot ?0\\b|\\bboot mode\\b',
    '\\bunexpected (data|answer|bytes?|response|reply)\\b|\\bgot byte\\b|\\bunknown response\\b',
    '\\bapplication (is running|runs|answers)\\b|\\b(by|running|runs) (the|an|its) application\\b|\\bthe application or\\b',
  ],
  garbled: [
    '\\bgarbled?\\b|\\bbaud\\b|\\bbaud ?rate\\b|\\bparity\\b|\\bnoisy?\\b|\\bnoise\\b',
    '\\bgot (byte )?0x|\\binstead of ACK\\b|\\bunknown response\\b[^\\n]*0x',
  ],
  baud: ['\\bbaud\\b|\\bbaud ?rate\\b'],
  parity: ['\\bparity\\b|\\b8e1\\b|\\bterminal flags\\b|\\bc_cflag\\b|\\bcannot handle device\\b'],
  echo: ['\\becho(es|ed)?\\b|\\bsingle.?wire\\b|\\bhalf.?duplex\\b'],
  'reset-target': [
    '\\breset (the |your )?(target|device|chip|board|mcu)\\b|\\bpower.?cycle\\b|\\bpress\\b[^\\n]*\\breset\\b',
  ],
  'reset-lines': [
    '\\b(dtr|rts|gpio)\\b|\\breset (lines?|pins?|options?|sequence)\\b|\\bboot ?0\\b',
  ],
  'unknown-device': [
    '\\b(unknown|unsupported|unrecogni[sz]ed|not supported)\\b(\\W+\\w+){0,3}?\\W+(device|chip|id|pid|product|mcu)\\b',
    '\\b(device|chip|pid|product id|mcu)\\b[^\\n]*\\b(unknown|unsupported|not supported|unrecogni[sz]ed|no type known)\\b',
  ],
  'too-large': [
    '\\btoo (large|big|long)\\b|\\bexceed(s|ed|ing)?\\b|\\b(does|do|will) ?n.?t fit\\b|\\bdoes not fit\\b|\\blarger than\\b|\\bout of (range|flash)\\b|\\bbeyond\\b|\\bbigger than\\b',
  ],
  'bad-address': [
    '\\b(invalid|bad|wrong|illegal|out of range|not valid)\\b[^\\n]*\\baddress\\b',
    '\\baddress\\b[^\\n]*\\b(invalid|bad|wrong|range|exceeds?|(mis)?align(ed)?|refused|nack|outside|not valid)\\b',
    '\\baddress (was |is )?(failed|fails|rejected|refused|nacked)\\b',
    '\\bset[ _-]?address( pointer)?\\b[^\\n]*\\b(fail(s|ed)?|error|refused|stalled)\\b',
    '\\b0x[0-9a-f]+ (is |can |can ?not be )?(not (be )?)?(readable|erasable|erased|writ[a-z]+)\\b',
  ],
  'unsupported-command': [
    '\\bnot (implemented|supported|available|offered)\\b|\\bunsupported\\b|\\bno (\\w+ ){0,2}command\\b|\\bunknown command\\b',
  ],
  protected: [
    '\\b(write|read|readout|read-out)?[ -]?(un)?protect(ed|ion)\\b|\\b(write|read|readout|read-out|flash)[ -](un)?protect\\b|--unprotect\\b|\\brdp\\b|\\bwrp\\b',
    near('\\block(ed)?\\b', '\\b(flash|chip|mcu|sectors?|bank|option bytes|part|memory)\\b'),
    '\\bunlock (it|the (chip|flash|device))\\b',
  ],
  'erase-failed': [near('(?<![a-z])eras(e|ed|es|ing|ure)(?![a-z])', FAILS)],
  timeout: [
    TIMED_OUT,
    '\\bno (ack|answer|response|reply)\\b|\\bfailed to read ack\\b|\\bnot respond(ing)?\\b|\\bfail(ed|s) to respond\\b',
  ],
  'verify-failed': [
    near('\\bverif(y|ied|ies|ying|ication)\\b', `${FAILS}|\\bdoes not match\\b`),
    '\\bmismatch(es)?\\b|\\bdiffer(s|ent|ence)?\\b|\\bexpected\\b[^\\n]*\\b(found|got|read)\\b',
  ],
  'write-failed': [
    near(
      '\\b(writ(e|es|ing|ten)|program(s|med|ming)?|(down|up)load(s|ed|ing)?|flashing)\\b',
      FAILS,
    ),
  ],
  'go-failed': [
    near('\\b(execut(e|es|ed|ing|ion)|go|start(s|ed|ing)?|jump(s|ed|ing)?|run)\\b', FAILS),
    `\\bvector table\\b|\\bstack pointer\\b`,
  ],
  'port-lost': [
    '\\binput/output error\\b|\\bI/O (error|failure)\\b|\\bE(IO|NXIO|NODEV|BADF)\\b|\\bLIBUSB_ERROR_(NO_DEVICE|IO|NOT_FOUND)\\b|\\bhung up\\b|\\berrno\\b',
    '\\bdisconnect(s|ed)?\\b|\\bno such device\\b|\\bdevice\\b[^\\n]*\\b(gone|lost|removed|unplugged|vanished)\\b|\\blost (the )?device\\b',
    near('\\bno such file or directory\\b', PORT),
    near(
      PORT,
      '\\b(gone|lost|closed|vanished|disappeared|removed|fails?|failed|error|not open|unavailable|cannot|can.t)\\b',
    ),
  ],
  'port-busy': [
    '\\bbusy\\b|\\bin use\\b|\\block(ed|s)?\\b|\\bexclusive(ly)?\\b|\\balready open\\b|\\bresource temporarily\\b',
  ],
  alignment: ['\\b(mis|un)?align(ed|ment)?\\b|\\bmultiple of\\b'],
  'no-device': [
    '\\b(no|not|can ?not|could not)\\b[^\\n]*\\b(dfu|usb|device)\\b[^\\n]*\\b(device|found|available|open(ed)?|there)\\b',
    '\\b(device|dfu)\\b[^\\n]*\\b(not found|missing|not available|not there)\\b|\\bno such device\\b|\\bno (dfu )?devices?\\b',
  ],
  'several-devices': [
    '\\bmore than one\\b|\\b(several|multiple)\\b(\\W+\\w+){0,3}?\\W+(devices?|boards?|interfaces)\\b|\\bambiguous\\b|--path\\b|--serial\\b',
  ],
  'no-address': [
    near(
      '\\baddress\\b',
      '\\b(no|missing|needs?|needed|requires?d?|give|given|specify|use|must|without|option)\\b',
    ),
  ],
  'transfer-size': ['\\btransfer.?size\\b|\\bblock size\\b|\\bwTransferSize\\b'],
  layout: [
    '\\b(memory )?layout\\b|\\bsegments?\\b|(?<!\\bfile )\\bdescriptors?\\b|\\bmemory map\\b',
  ],
  'dfu-status': [
    '\\berr[A-Z_]{4,}\\b|\\bstatus\\s*[(=:]?\\s*\\d+|\\bdfuERROR\\b|\\bnot correctly executed\\b|\\bstatus is not OK\\b',
  ],
  'usb-stall': ['\\bstall(s|ed)?\\b|\\bpipe error\\b|LIBUSB_ERROR_PIPE|\\bEPIPE\\b'],
  stretching: ['\\bstretch(es|ed|ing)?\\b'],
  'bit-rate': [
    '\\bbit ?rate\\b|\\bbaud\\b|\\bbaud ?rate\\b|\\b\\d+ ?[km]bit|\\bbus.?(error|off|heavy)\\b',
  ],
  'fd-required': [
    '\\bCAN[ -]?FD\\b|\\bFDCAN\\b|\\bFD frames?\\b|\\bflexible data\\b|\\bclassic\\b',
  ],
  protocol: [
    '\\bunexpected\\b|\\bprotocol\\b|\\bbytes in\\b|\\bbytes sent in\\b|\\bgot byte\\b|\\bre-?sync\\b|\\bout of sync\\b|\\bunknown response\\b|\\bbad reply\\b',
    near('\\blength\\b', '\\b(wrong|invalid|unexpected|bad|mismatch|does not match)\\b'),
    '\\binvalid (reply|response|answer)\\b|\\bnack\\b',
    TIMED_OUT,
  ],
};

/** Of these the letters' case counts, since DFU names its states so. */
const BY_CASE: ReadonlySet<Cause> = new Set(['dfu-status']);

const PATTERNS = new Map(
  Object.entries(WORDINGS).map(([cause, wordings]) => [
    cause,
    new RegExp(wordings.join('|'), BY_CASE.has(cause as Cause) ? '' : 'i'),
  ]),
);

/** The message names the cause. */
export function names(cause: Cause, output: string): boolean {
  return PATTERNS.get(cause)!.test(output);
}

/** Every cause that a message can name. */
export const CAUSES = Object.keys(WORDINGS) as readonly Cause[];
