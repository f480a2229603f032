"""The newest item wins, across threads."""

import threading

import pytest

from checkin.runtime.mailbox import Mailbox, MailboxClosed


def test_the_newest_wins() -> None:
    box: Mailbox[int] = Mailbox()
    assert box.put(1)
    assert not box.put(2)
    assert box.get(0) == 2
    assert box.get(0) is None
    assert box.dropped == 1


def test_a_waiting_reader_is_woken_and_closing_ends_it() -> None:
    box: Mailbox[int] = Mailbox()
    got: list[int] = []
    first = threading.Event()

    def read() -> None:
        while True:
            try:
                item = box.get(5)
            except MailboxClosed:
                return
            if item is not None:
                got.append(item)
                first.set()

    reader = threading.Thread(target=read)
    reader.start()
    box.put(7)
    assert first.wait(5)
    box.close()
    reader.join(5)
    assert not reader.is_alive()
    assert got == [7]
    box.put(8)
    with pytest.raises(MailboxClosed):
        box.get(0)


def test_what_lay_there_at_closing_can_be_taken() -> None:
    box: Mailbox[str] = Mailbox()
    box.put("last")
    box.close()
    assert box.get() == "last"
    assert box.closed
