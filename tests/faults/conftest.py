"""What the tests of faults share."""

import pytest

from tests.faults import processes as frame


@pytest.fixture
def started(transactional_db, tmp_path):
    """Starts processes of the marketplace on the test's database, which they see as it is committed."""
    with frame.processes(tmp_path) as processes:
        yield processes
