"""One server of each major version that the rules are shown on."""

from collections.abc import Iterator

import pytest
from corpus.servers import at_hand

from alembic_proof.provision import Server, provide

AT_HAND = {major: request for major, request in at_hand().items() if major in (15, 16, 18)}


@pytest.fixture(scope="module", params=sorted(AT_HAND, reverse=True), ids="pg{}".format)
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """A server of one version."""
    with provide(AT_HAND[request.param]) as provided:
        yield provided
