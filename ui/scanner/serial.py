"""A scanner on a serial or USB-COM port.  It may be pulled out and put back at any time; nobody has to press anything.

Codes come in the GUI thread.  Reading costs nothing while nothing comes; a port that is gone is tried once a second.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QIODevice, QObject, QTimer
from PySide6.QtSerialPort import QSerialPort, QSerialPortInfo

from ui.scanner.lines import Lines
from ui.scanner.state import SPEEDS, PortState

AGAIN_MS = 1000
PAUSE_MS = 60
"""A silence this long ends a code that has no suffix: ten times what a byte takes at 1,200 baud."""


def ports() -> list[tuple[str, str]]:
    """Ports of this PC: what opens them, and what a person knows them by."""
    found = []
    for info in QSerialPortInfo.availablePorts():
        where = info.portName()
        if where.startswith("ttyS") and not info.hasVendorIdentifier():
            continue  # the board's own port, there on every PC with nothing behind it
        told = " ".join(part for part in (info.manufacturer(), info.description()) if part and part != "n/a")
        found.append((info.systemLocation() if not where.startswith("COM") else where, f"{where} {told}".strip()))
    return found


class SerialScanner(QObject):
    """``taker`` gets each code, ``changed`` is called after ``state`` has changed."""

    def __init__(self, taker: Callable[[str], None], changed: Callable[[], None] = lambda: None) -> None:
        super().__init__()
        self._taker, self._changed = taker, changed
        self._name, self._speed = "", SPEEDS[0]
        self._device: QSerialPort | None = None
        self._lines = Lines()
        self.state = PortState.OFF
        self._again = QTimer(self)
        self._again.setInterval(AGAIN_MS)
        self._again.timeout.connect(self._look)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(lambda: self._hand_on(self._lines.pause()))

    @property
    def port(self) -> str:
        """The chosen port; empty for none."""
        return self._name

    @property
    def dropped(self) -> int:
        """What came and was no code."""
        return self._lines.dropped

    def use(self, name: str, speed: int) -> None:
        """Listens to this port from now on; an empty name is none.  Asking for the same again changes nothing."""
        if (name, speed) == (self._name, self._speed):
            return
        self._name, self._speed = name, speed
        self._close()
        if not name:
            self._again.stop()
            self._become(PortState.OFF)
            return
        self._again.start()
        self._open()

    def stop(self) -> None:
        """Listens no more."""
        self._again.stop()
        self._close()

    def _open(self) -> None:
        device = QSerialPort(self)
        device.setPortName(self._name)
        device.setBaudRate(self._speed)
        if not device.open(QIODevice.OpenModeFlag.ReadOnly):
            refused = device.error() is QSerialPort.SerialPortError.PermissionError
            device.deleteLater()
            self._become(PortState.BUSY if refused else PortState.LOST)
            return
        self._device = device
        self._lines = Lines()
        device.readyRead.connect(self._read)
        device.errorOccurred.connect(self._failed)
        self._become(PortState.OPEN)

    def _close(self) -> None:
        device, self._device = self._device, None
        self._pause.stop()
        if device is not None:
            device.blockSignals(True)
            device.close()
            device.deleteLater()

    def _look(self) -> None:
        """Once a second: a port that is gone says nothing on some systems, so its being there is asked."""
        if self._device is None:
            self._open()
        elif not self._there():
            self._lose()

    def _there(self) -> bool:
        device = self._device
        return device is not None and (not self._name.startswith("/") or Path(self._name).exists()) and device.isOpen()

    def _read(self) -> None:
        if self._device is None:
            return
        data = bytes(self._device.readAll().data())
        codes = self._lines.feed(data)
        if self._lines.holding:
            self._pause.start()
        else:
            self._pause.stop()
        self._hand_on(codes)

    def _hand_on(self, codes: list[str]) -> None:
        for code in codes:
            self._taker(code)

    def _failed(self, error: QSerialPort.SerialPortError) -> None:
        if error in (QSerialPort.SerialPortError.NoError, QSerialPort.SerialPortError.TimeoutError):
            return
        QTimer.singleShot(0, self, self._lose)  # a port must not be closed within its own signal

    def _lose(self) -> None:
        if self._device is not None:
            self._close()
            self._become(PortState.LOST)

    def _become(self, state: PortState) -> None:
        if state is not self.state:
            self.state = state
            self._changed()
