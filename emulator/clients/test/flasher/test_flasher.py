"""How a user tests his flashing tool with the fixture stm32; MISTAKE plants one into it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

FLASHER = Path(__file__).with_name("flasher.py")
START, BLOCK = 0x0800_0000, 256
IMAGE = bytes(range(256)) * 4


@pytest.fixture
def flash(stm32, tmp_path):
    image = tmp_path / "image.bin"
    image.write_bytes(IMAGE)

    def run():
        words = [sys.executable, FLASHER, stm32.port, image, *os.environ.get("MISTAKE", "").split()]
        return subprocess.run(words, capture_output=True, text=True)

    return run


def test_writes_the_image(stm32, flash):
    assert flash().returncode == 0
    assert stm32.flash()[: len(IMAGE)] == IMAGE


def test_says_that_the_chip_is_protected(stm32, flash):
    stm32.protect(1)
    ended = flash()
    assert ended.returncode != 0 and "protected" in ended.stderr
    stm32.wait_for("nack", text="protected")


def test_notices_a_power_cut_in_the_third_block(stm32, flash):
    erase = 1
    cut = stm32.arm(at="flash", do="power-cut", operation=erase + 3, done=0.5)
    assert flash().returncode != 0
    assert len(cut.struck) == 1
    stm32.wait_for("program", address=START + BLOCK)
    stm32.power(True)
    assert flash().returncode == 0
    assert stm32.flash()[: len(IMAGE)] == IMAGE


def test_gives_up_at_a_block_that_is_refused(stm32, flash):
    refused = stm32.arm(at="reply", do="refuse", command="write-memory", address=START + 2 * BLOCK)
    ended = flash()
    assert len(refused.struck) == 1
    assert ended.returncode != 0 and "0x8000200" in ended.stderr


def test_reads_back_what_it_has_written(stm32, flash):
    erase = 1
    lie = stm32.arm(at="flash", do="lie", operation=erase + 2)
    ended = flash()
    assert len(lie.struck) == 1
    assert ended.returncode != 0 and "readback" in ended.stderr


def test_writes_a_small_chip_too(stm32_factory, tmp_path):
    small = stm32_factory("STM32F070x6")
    image = tmp_path / "image.bin"
    image.write_bytes(IMAGE)
    subprocess.run([sys.executable, FLASHER, small.port, image], check=True)
    assert small.read(START, len(IMAGE)) == IMAGE
