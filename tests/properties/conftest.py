"""How many examples: few and always the same in the normal suite, many and new ones every night.

`pytest tests/properties --hypothesis-profile=nightly` runs at least 2,000.
"""

from collections.abc import Iterator

import pytest
from corpus import servers
from hypothesis import HealthCheck, settings

AT_HAND = servers.at_hand()

SLOW = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture)
settings.register_profile("default", max_examples=25, derandomize=True, deadline=None, suppress_health_check=SLOW)
settings.register_profile("nightly", max_examples=400, deadline=None, suppress_health_check=SLOW, print_blob=True)
settings.load_profile("default")


@pytest.fixture(scope="session", params=sorted(AT_HAND, reverse=True), ids="pg{}".format)
def ground(request: pytest.FixtureRequest) -> Iterator[servers.Ground]:
    """A server of one version."""
    with servers.ground(AT_HAND[request.param]) as prepared:
        yield prepared
