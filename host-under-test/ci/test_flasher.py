"""pytest: each scenario is a test. TOOL and ONLY in the environment choose what is judged."""
import json
import os
import subprocess
import tempfile

import pytest


def judged():
    tool = os.environ.get('TOOL', 'my-flasher.yaml')
    command = ['npx', 'vstm32', 'judge', '--tool', tool]
    for prefix in os.environ.get('ONLY', '').split():
        command += ['--only', prefix]
    with tempfile.TemporaryDirectory() as folder:
        report = os.path.join(folder, 'judged.json')
        done = subprocess.run([*command, '--json', report], capture_output=True, text=True)
        if done.returncode > 1:
            raise RuntimeError(done.stderr)
        with open(report, encoding='utf-8') as file:
            return [run for each in json.load(file)['tools'] for run in each['runs']]


@pytest.mark.parametrize('run', judged(), ids=lambda run: run['id'])
def test_flasher(run):
    if run['verdict'] == 'unsupported':
        pytest.skip(run['says'])
    assert not run['unexpected'], '\n'.join([run['verdict'], run['says'], run['repeat']])
