"""Stands in for STM32_Programmer_CLI, which is closed source: it takes the command line that ST documents
(UM2237) for a UART and does the work with the small host beside it. It shows that our command lines are well
formed, and nothing of how ST's program behaves on the wire.
"""
import os
import sys

import flasher

USAGE = 2


def usage(why):
    print(f'Error: {why}')
    sys.exit(USAGE)


def address(text):
    if not text.startswith('0x'):
        usage(f'{text} is not an address')
    return int(text, 16)


def connection(words):
    """-c port=/dev/ttyS0 br=115200 P=EVEN"""
    fields = {'br': '115200', 'P': 'EVEN'}
    while words and '=' in words[0]:
        name, value = words.pop(0).split('=', 1)
        fields[name] = value
    unknown = set(fields) - {'port', 'br', 'P'}
    if unknown or 'port' not in fields or fields['P'] not in ('EVEN', 'NONE'):
        usage(f'connection {fields}')
    return fields


def parse(words):
    """The environment that the small host reads."""
    job = {'VSTM32_JOB': 'detect', 'VSTM32_RESETS': '', 'VSTM32_FIRST_PAGE': '', 'VSTM32_PAGE_COUNT': ''}
    if not words or words.pop(0) != '-c':
        usage('-c comes first')
    fields = connection(words)
    job.update(VSTM32_PORT=fields['port'], VSTM32_BAUD=fields['br'])
    if fields['P'] == 'NONE':
        usage('the small host speaks even parity only')
    while words:
        option = words.pop(0)
        if option == '-w' and len(words) >= 2:
            job.update(VSTM32_JOB='write', VSTM32_IMAGE=words.pop(0))
            job['VSTM32_ADDRESS'] = hex(address(words.pop(0)))
        elif option == '-v' and job['VSTM32_JOB'] == 'write':
            job['VSTM32_JOB'] = 'write+verify'
        elif option == '-r' and len(words) >= 3:
            job.update(VSTM32_JOB='read', VSTM32_ADDRESS=hex(address(words.pop(0))))
            job.update(VSTM32_LENGTH=str(int(words.pop(0), 0)), VSTM32_IMAGE=words.pop(0))
        elif option == '-e' and words[:1] == ['all']:
            job['VSTM32_JOB'] = 'erase'
            words.pop(0)
        elif option == '-e' and words and words[0].isdigit():
            pages = []
            while words and words[0].isdigit():
                pages.append(int(words.pop(0)))
            if pages != list(range(pages[0], pages[0] + len(pages))):
                usage('the small host erases pages in a row only')
            job.update(VSTM32_JOB='erase', VSTM32_FIRST_PAGE=str(pages[0]), VSTM32_PAGE_COUNT=str(len(pages)))
        elif option == '-rdu':
            job['VSTM32_JOB'] = 'unprotect'
        elif option == '-g' and words:
            job.update(VSTM32_JOB='go', VSTM32_ADDRESS=hex(address(words.pop(0))))
        else:
            usage(f'{option} is not understood')
    return job


job = parse(sys.argv[1:])
try:
    flasher.do(job['VSTM32_JOB'], {**os.environ, **job})
except flasher.Failed as failed:
    print(f'Error: {failed}')
    sys.exit(1)
