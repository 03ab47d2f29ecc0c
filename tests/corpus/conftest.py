"""One server of each major version at hand."""

from collections.abc import Iterator

import pytest

from . import servers, sides

AT_HAND = servers.asked_for()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With `--dist loadgroup`, what runs on one version in a module runs in one worker, and measures once."""
    if not config.pluginmanager.hasplugin("xdist"):
        return
    for item in items:
        version = getattr(item, "callspec", None) and item.callspec.params.get("ground")
        if version is not None:
            item.add_marker(pytest.mark.xdist_group(f"{item.module.__name__} {version}"))


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
