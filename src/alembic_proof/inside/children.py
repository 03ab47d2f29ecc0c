"""Child processes of the project: what they inherit leads to the scratch database, what names another is refused.

The outer process scrubbed the environment; here it is done again at each start, since the project may have read a
`.env` file meanwhile. A child that builds its own address is beyond Python's reach.
"""

from __future__ import annotations

import functools
import os
import re
import shlex
import subprocess
from urllib.parse import quote

URL = re.compile(r"(postgres(?:ql)?(?:\+\w+)?)://[^\s'\"]*")
PROGRAM = re.compile(r"(?:.*/)?(psql|pg_dump|pg_dumpall|pg_restore|createdb|dropdb|createuser|vacuumdb|reindexdb)")
HOST = re.compile(r"(?:-h|--host=?|(?:\w+=\S*\s+)*host(?:addr)?=)'?([^\s']*).*", re.S)
HIDDEN = ("PGHOSTADDR", "PGSERVICE")


class Children:
    """Wraps the two ways by which Python code starts a program."""

    def __init__(self, target: dict, refuse) -> None:
        self.target = target
        self.refuse = refuse

    def watch(self) -> None:
        subprocess.Popen.__init__ = self._popen(subprocess.Popen.__init__)  # type: ignore[method-assign]
        os.system = self._system(os.system)

    def _popen(self, function):
        @functools.wraps(function)
        def start(this, args, *more, **kwargs):
            self.check(args)
            self.lead(os.environ)
            if kwargs.get("env") is not None:
                kwargs["env"] = self.lead(dict(kwargs["env"]))
            return function(this, args, *more, **kwargs)

        return start

    def _system(self, function):
        @functools.wraps(function)
        def system(command):
            self.check(command)
            self.lead(os.environ)
            return function(command)

        return system

    def lead(self, environ):
        """The same variables, none of them leading elsewhere."""
        wanted = {
            "PGHOST": self.target["host"],
            "PGPORT": str(self.target["port"]),
            "PGUSER": self.target["user"],
            "PGPASSWORD": self.target["password"],
            "PGDATABASE": self.target["database"],
            "PGPASSFILE": os.devnull,
            "PGSERVICEFILE": os.devnull,
        }
        for name, value in list(environ.items()):
            match = URL.match(value) if isinstance(value, str) else None
            if match and self.target["database"] not in value:
                wanted[name] = self.url(match[1])
        for name, value in wanted.items():
            if environ.get(name) != value:
                environ[name] = value
        for name in HIDDEN:
            environ.pop(name, None)
        return environ

    def url(self, scheme: str) -> str:
        """The scratch database's, as the outer process writes it."""
        user, secret, name = (quote(self.target[k] or "", safe="") for k in ("user", "password", "database"))
        host, port = self.target["host"], self.target["port"]
        login = user + (":" + secret if secret else "")
        if host.startswith("/"):
            return "{}://{}@localhost:{}/{}?host={}".format(scheme, login, port, name, quote(host))
        return "{}://{}@{}:{}/{}".format(scheme, login, host, port, name)

    def check(self, args) -> None:
        """Refuses a command that names another database or server."""
        words = _words(args)
        for word in words:
            for match in URL.finditer(word):
                if self.target["database"] not in match[0]:
                    self._refuse(words, re.sub(r"^(?:.*@|.*?://)", "", match[0]).partition("?")[0])
        if any(PROGRAM.fullmatch(w) for w in words):
            self._check_host(words)

    def _check_host(self, words: "list[str]") -> None:
        for word, following in zip(words, [*words[1:], ""]):
            match = HOST.fullmatch(word)
            named = (match[1] or following) if match else self.target["host"]
            if named != self.target["host"]:
                self._refuse(words, named)

    def _refuse(self, words: "list[str]", where: str) -> None:
        program = os.path.basename(words[0]) if words else "a program"
        self.refuse("the project starts {} for a database that is not the scratch database: {}".format(program, where))


def _words(args) -> "list[str]":
    if isinstance(args, (str, bytes)):
        text = os.fsdecode(args)
        try:
            return shlex.split(text)
        except ValueError:
            return text.split()
    if isinstance(args, os.PathLike):
        return [os.fspath(args)]
    return [part for word in args for part in _in_shell(os.fsdecode(word))]


def _in_shell(word: str) -> "list[str]":
    """A word of a command; where it is itself a command for a shell, its words."""
    if PROGRAM.match(word.strip()) and " " in word.strip():
        return _words(word)
    return [word]
