"""What the Python client does beyond what its README shows."""

import os

import pytest

from vstm32 import BoardState, Refusal, Server, Stm32Error, TimedOut

FLASH = 0x0800_0000


def test_the_state_is_what_its_type_says(stm32):
    assert set(stm32.state()) == set(BoardState.__annotations__)


def test_memory_options_pins_power_and_speed_are_put_back(stm32):
    stm32.snapshot("mine")
    stm32.write(FLASH + 4, b"\1\2\3")
    assert stm32.read(FLASH + 3, 5) == b"\xff\1\2\3\xff"
    assert stm32.flash()[4:7] == b"\1\2\3" and stm32.hex().startswith(":020000040800F2")
    assert stm32.set_options(BOR_LEV=1)["BOR_LEV"]["stored"] == 1
    stm32.drive("BOOT0", 0)
    stm32.set_speed("real")
    assert stm32.power(False)["state"] == "off"
    state = stm32.restore("mine")
    assert (state["state"], state["pins"]["BOOT0"]) == ("bootloader", 1)
    assert stm32.options()["BOR_LEV"]["loaded"] == 3
    assert stm32.read(FLASH + 4, 3) == b"\xff" * 3
    stm32.forget("mine")
    assert "mine" not in stm32.snapshots()


def test_an_image_is_loaded_from_bytes_and_from_a_file(stm32, tmp_path):
    (tmp_path / "image.bin").write_bytes(b"\5\6")
    stm32.load(tmp_path / "image.bin")
    stm32.load(b"\7", address=FLASH + 16)
    assert stm32.read(FLASH, 2) + stm32.read(FLASH + 16, 1) == b"\5\6\7"


def test_faults_are_listed_and_disarmed(stm32):
    one = stm32.arm(at="link", do="corrupt", direction="to-chip", nth=1, value=0x55)
    assert [fault.id for fault in stm32.faults()] == [one.id] and one.struck == []
    one.disarm()
    with pytest.raises(Stm32Error, match="no longer armed"):
        one.struck
    with pytest.raises(Refusal, match="operation") as refused:
        stm32.arm(at="flash", do="lie")
    assert refused.value.status == 400


def test_waits_go_on_behind_the_last_and_say_what_came_instead(stm32):
    stm32.reset()
    stm32.reset()
    first, second = stm32.wait_for("reset"), stm32.wait_for("reset")
    assert first.seq < second.seq
    with pytest.raises(TimedOut, match="no reset within 1 ms; what came"):
        stm32.wait_for("reset", timeout=0.001)
    assert [event.seq for event in stm32.trace(kinds=["reset"], since=stm32.restored)] == [
        first.seq,
        second.seq,
    ]


def test_who_does_not_wait_is_told_at_once(stm32):
    with pytest.raises(TimedOut, match="no reset within 0 ms; nothing came"):
        stm32.wait_for("reset", timeout=0)
    stm32.reset()
    assert stm32.wait_for("reset", timeout=0)["cause"] == "NRST"
    with pytest.raises(Refusal, match="timeoutMs"):
        stm32.wait_for("reset", timeout=-1)


def test_events_are_read_as_they_come(stm32):
    events = stm32.events(kinds=["reset"], since=stm32.restored)
    stm32.reset()
    assert next(events).kind == "reset"
    events.close()


def test_a_connection_that_was_kept_and_has_been_closed_is_made_again(stm32_factory):
    with Server.start() as server:
        board = server.create("STM32F405", id="mine", usart="tcp")
        assert server.board().id == "mine" and server.board("mine").ports == board.ports
        for kept in server._client._idle:
            kept.sock.shutdown(2)
        assert board.state()["id"] == "mine"
        with pytest.raises(Refusal, match="no option of a board is called rpd; did you mean rdp"):
            server.create("STM32F405", rpd=1)
    with pytest.raises(Stm32Error, match="no vstm32 answers"):
        board.state()


@pytest.mark.parametrize(
    "command, path, says",
    [
        ("false", "", "false does not serve"),
        ("/nowhere/vstm32", "", "set VSTM32"),
        ("", "/nowhere", "there is no vstm32 here: npm install it"),
    ],
)
def test_a_server_that_does_not_start_says_why(monkeypatch, command, path, says):
    monkeypatch.setenv("VSTM32", command)
    monkeypatch.setenv("PATH", path or os.environ["PATH"])
    with pytest.raises(Stm32Error, match=says):
        Server.start()


@pytest.mark.parametrize("times", [1, 2])
def test_a_board_that_a_test_removes_is_made_again(stm32, stm32_factory, times):
    other = stm32_factory("STM32F405")
    other.remove()
    assert stm32.state()["state"] == "bootloader"
    stm32.remove()
