"""What a view emits goes to the presenter's intent of the same name.  What takes a decision is not wired here."""

from __future__ import annotations

from ui.find.presenter import FindPresenter
from ui.find.view import FindView
from ui.gate.presenter import GatePresenter
from ui.gate.view import GateView
from ui.groups.presenter import GroupPresenter
from ui.groups.view import GroupView
from ui.guides.presenter import GuidesPresenter
from ui.guides.view import GuidesPanel
from ui.packets.presenter import PacketsPresenter
from ui.packets.view import PacketsView
from ui.scanner.presenter import ScannerPresenter
from ui.scanner.view import ScannerView
from ui.settings.keyplace import KeyPanel, KeyPresenter
from ui.settings.presenter import SettingsPresenter
from ui.settings.view import SettingsView
from ui.sync.presenter import SyncPresenter
from ui.sync.view import SyncView


def wire_gate(view: GateView, gate: GatePresenter) -> None:
    """The gate page."""
    view.yes_pressed.connect(gate.yes_pressed)
    view.no_pressed.connect(gate.no_pressed)
    view.undo_pressed.connect(gate.undo_pressed)
    view.direction_chosen.connect(gate.direction_chosen)
    view.entry_changed.connect(gate.entry_changed)
    view.entry_submitted.connect(gate.entry_submitted)
    view.remained_pressed.connect(gate.remained_pressed)


def wire_group(view: GroupView, group: GroupPresenter) -> None:
    """The card of a group."""
    view.member_pressed.connect(group.member_pressed)
    view.question_pressed.connect(group.question_pressed)
    view.one_by_one_pressed.connect(group.one_by_one_pressed)
    view.pass_pressed.connect(group.pass_pressed)
    view.away_pressed.connect(group.put_away)
    view.brief_pressed.connect(group.brief_pressed)
    view.sheet_pressed.connect(group.sheet_pressed)
    view.guest_pressed.connect(group.guest_pressed)
    view.form_changed.connect(lambda changes: group.form_changed(**changes))


def wire_find(view: FindView, find: FindPresenter) -> None:
    """The search by name."""
    view.query_changed.connect(find.query_changed)
    view.query_submitted.connect(find.query_submitted)
    view.action_pressed.connect(find.action_pressed)


def wire_sync(view: SyncView, sync: SyncPresenter) -> None:
    """The exchange page."""
    view.sync_pressed.connect(sync.sync_pressed)
    view.enrol_opened.connect(sync.enrol_opened)
    view.enrol_pressed.connect(sync.enrol_pressed)
    view.authority_chosen.connect(sync.authority_chosen)
    view.file_chosen.connect(sync.file_chosen)
    view.take_pressed.connect(sync.take_pressed)
    view.cancel_pressed.connect(sync.cancel_pressed)
    view.export_chosen.connect(sync.export_chosen)


def wire_packets(view: PacketsView, packets: PacketsPresenter) -> None:
    """The page of packets."""
    view.tab_chosen.connect(packets.tab_chosen)
    view.file_chosen.connect(packets.file_chosen)
    view.take_pressed.connect(packets.take_pressed)
    view.away_pressed.connect(packets.away_pressed)
    view.again_pressed.connect(packets.refreshed)
    view.everything_pressed.connect(packets.everything_pressed)
    view.place_chosen.connect(packets.place_chosen)
    view.key_copied.connect(packets.key_copied)
    view.key_saved.connect(packets.key_saved)
    view.doubted.connect(packets.doubted)


def wire_settings(view: SettingsView, settings: SettingsPresenter) -> None:
    """The settings, but for what concerns the window itself."""
    view.plant_chosen.connect(settings.plant_chosen)
    view.gate_chosen.connect(settings.gate_chosen)
    view.camera_chosen.connect(settings.camera_chosen)
    view.cameras_wanted.connect(settings.cameras_wanted)
    view.tone_tried.connect(settings.tone_tried)
    view.language_chosen.connect(settings.language_chosen)
    view.safety.chosen.connect(settings.switch_chosen)


def wire_key(view: KeyPanel, key: KeyPresenter) -> None:
    """Where the key to the data is."""
    view.chosen.connect(key.chosen)
    view.wished.connect(key.wished)


def wire_guides(view: GuidesPanel, guides: GuidesPresenter) -> None:
    """The switch of the page for guides' phones."""
    view.switched.connect(guides.switched)
    view.choice_made.connect(guides.choice_made)
    view.code_wanted.connect(guides.code_wanted)
    view.log_out_pressed.connect(guides.log_out_pressed)


def wire_scanner(view: ScannerView, scanner: ScannerPresenter) -> None:
    """The scanner's own page."""
    view.port_chosen.connect(scanner.port_chosen)
    view.speed_chosen.connect(scanner.speed_chosen)
    view.ports_wanted.connect(scanner.ports_wanted)
