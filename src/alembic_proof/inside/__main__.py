"""Entry point: `python <this folder>`; loads the folder as a package under a private name and runs the job."""

import importlib
import importlib.util
import os
import sys

NAME = "_alembic_proof_inside"


def load_package():
    """The folder as a package, without leaving it on sys.path, where its modules would shadow the project's."""
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [p for p in sys.path if os.path.abspath(p or os.getcwd()) != here or p == ""]
    spec = importlib.util.spec_from_file_location(
        NAME, os.path.join(here, "__init__.py"), submodule_search_locations=[here]
    )
    package = importlib.util.module_from_spec(spec)
    sys.modules[NAME] = package
    spec.loader.exec_module(package)


if __name__ == "__main__":
    load_package()
    importlib.import_module(NAME + ".jobs").main(int(sys.argv[1]), int(sys.argv[2]))
