"""Options of the test run."""

import pytest
from hypothesis import settings

# A loaded machine is no failure; speed is measured in `benchmarks/`.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


def pytest_addoption(parser: pytest.Parser) -> None:
    text = "write what examples and the README show anew, instead of comparing it"
    parser.addoption("--refresh", action="store_true", help=text)


@pytest.fixture
def refresh(request: pytest.FixtureRequest) -> bool:
    """Whether shown output is to be written instead of compared."""
    return bool(request.config.getoption("--refresh"))
