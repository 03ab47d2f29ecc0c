"""How many examples: few and always the same in the normal suite, many and new ones every night.

The normal suite runs 207 on the newest server at hand; `--hypothesis-profile=nightly` runs 2,077 on each server.
"""

from collections.abc import Iterator

import pytest
from corpus import servers
from hypothesis import HealthCheck, settings

AT_HAND = servers.at_hand()
SLOW = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture)
# of each of three tests
settings.register_profile("default", max_examples=67, derandomize=True, deadline=None, suppress_health_check=SLOW)
settings.register_profile("nightly", max_examples=670, deadline=None, suppress_health_check=SLOW, print_blob=True)
settings.load_profile("default")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Which servers."""
    if "ground" in metafunc.fixturenames:
        majors = sorted(AT_HAND, reverse=True)
        some = majors if settings.get_current_profile_name() == "nightly" else majors[:1]
        metafunc.parametrize("ground", some, indirect=True, scope="session", ids="pg{}".format)


@pytest.fixture(scope="session")
def ground(request: pytest.FixtureRequest) -> Iterator[servers.Ground]:
    """A server of one version."""
    with servers.ground(AT_HAND[request.param]) as prepared:
        yield prepared
