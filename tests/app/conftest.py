"""People who may sign in, for the tests of whatever they may do."""

import pytest
from people import People


@pytest.fixture
def people(tmp_path):
    people = People(tmp_path)
    yield people
    people.records.close()


@pytest.fixture
def ada(people):
    return people.first()
