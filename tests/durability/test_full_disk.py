"""A disk that is full: never a false "sparat", and work goes on when there is room again."""

from __future__ import annotations

import resource
from contextlib import closing
from pathlib import Path

from tests.conftest import GNV, Server, serving
from tests.durability.ledger import Ledger, assert_whole
from tests.durability.people import Colleague, strategists

PAGE = 20_000
MOST = 400


def _limit(server: Server, room: tuple[int, int]) -> None:
    """Let no file of the server grow beyond so many bytes, whichever process writes."""
    for process in server.processes:
        resource.prlimit(process, resource.RLIMIT_FSIZE, room)


def test_a_full_disk_never_says_saved(instance: Path) -> None:
    (token,) = strategists(instance, 1)
    person = Colleague(token, 0, Ledger())
    with serving(instance) as server, closing(person):
        person.move_to(int(server.url.rpartition(":")[2]))
        person.look(GNV)
        assert person.save(GNV, "10", "det finns plats")[0] == 200
        room = max(path.stat().st_size for path in instance.iterdir()) + 20 * PAGE
        kept = resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE)
        _limit(server, (room, kept[1]))
        refused = 0
        for number in range(MOST):
            status, told = person.save(GNV, "10", f"{number} " + "text " * (PAGE // 5))
            if status == 200:
                assert not refused, "a disk does not become less full by itself"
                continue
            assert status >= 500, told
            assert told["message"]
            refused += 1
            person.look(GNV)
            if refused == 20:
                break
        assert refused == 20, "the disk never became full: the harness proves nothing"
        assert_whole(instance, person.ledger)

        _limit(server, kept)
        for number in range(5):
            status, told = person.save(GNV, "10", f"plats igen {number}")
            assert status == 200, told
    assert_whole(instance, person.ledger)
