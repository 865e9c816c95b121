"""The audit of a real `galleria serve`: signed when it stops, and after a kill only not signed yet."""

import signal
import stat
import time

from serving import serving, sign_in, sign_up, until

from galleria.app.audit_check import check_audit
from galleria.storage.audit_heads import HEADS, read_heads
from galleria.storage.audit_key import key_file

EMPTY = "site: {id: shop, time_zone: UTC}\ncameras: []\n"


def test_signed_at_the_stop_and_found_whole_after_a_kill(tmp_path):
    site, folder = tmp_path / "site.yaml", tmp_path / "own"
    site.write_text(EMPTY)
    with serving(site, folder) as running:
        sign_up(running)
        # Seen while it runs: a first head, and then what came after it.
        until(lambda: check_audit(folder).vouched >= 1, "a first head")
        assert check_audit(folder).findings == ()
        running.web.cookies.clear()
        sign_in(running)
        running.process.send_signal(signal.SIGTERM)
        assert running.process.wait(60) == 0
    stopped = check_audit(folder)
    assert stopped.findings == ()
    assert stopped.vouched == stopped.entries >= 2
    assert abs(stopped.signed - time.time()) < 60
    assert stat.S_IMODE(key_file(folder).stat().st_mode) == 0o600
    with serving(site, folder) as running:
        sign_in(running)
        running.process.kill()
        running.process.wait(60)
    killed = check_audit(folder)
    assert killed.findings == ()
    assert (killed.entries, killed.vouched) == (stopped.entries + 1, stopped.vouched)
    assert read_heads(folder / HEADS).heads[-1].size == stopped.entries
    with serving(site, folder) as running:
        assert running.stop() == 0
    assert check_audit(folder).vouched == killed.entries
