"""One server of each major version at hand."""

from collections.abc import Iterator

import pytest

from . import servers, sides

AT_HAND = servers.at_hand()


@pytest.fixture(scope="session", params=sorted(AT_HAND, reverse=True), ids="pg{}".format)
def ground(request: pytest.FixtureRequest) -> Iterator[servers.Ground]:
    """A server of one version."""
    with servers.ground(AT_HAND[request.param]) as prepared:
        yield prepared


@pytest.fixture(scope="session")
def pairs(ground: servers.Ground) -> Iterator[sides.Pairs]:
    """Every pair of schemas that this version can hold."""
    with sides.built(ground) as made:
        yield made
