"""What the project does to a new database before its first revision: its own functions, given a connection."""

from __future__ import annotations

from . import project


def before_upgrade(job: dict, context) -> None:
    """Calls each function once in this process, on the migrating connection, and commits what it did.

    Where env.py holds a transaction of its own around everything, that one carries it.
    """
    for name in job.pop("before_upgrade", None) or ():
        function = project.load_object(name)
        try:
            _call(function, context)
        except Exception as error:
            raise project.Unusable(
                "before-upgrade: {}: {}: {}".format(name, type(error).__name__, error),
                "correct the function, or the setting",
            ) from error


def _call(function, context) -> None:
    connection = context.connection
    of_env_py = connection.in_transaction() and context._transaction is None
    if not connection.in_transaction():
        connection.begin()
    function(connection)
    if of_env_py:
        return
    if connection.in_transaction():  # unless the function has committed
        connection.get_transaction().commit()
    if context._transaction is not None:
        context._transaction = connection.begin()
