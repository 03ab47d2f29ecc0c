"""One server of each major version that the rules are shown on."""

from collections.abc import Iterator

import pytest
from corpus.servers import asked_for

from alembic_proof.provision import Server, provide

AT_HAND = asked_for(1)


@pytest.fixture(scope="module", params=sorted(AT_HAND, reverse=True), ids="pg{}".format)
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """A server of one version."""
    with provide(AT_HAND[request.param]) as provided:
        yield provided
