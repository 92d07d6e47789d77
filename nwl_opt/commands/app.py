"""`app`: the web app."""

from __future__ import annotations

import logging
import os
import socket
import sys
import webbrowser
from pathlib import Path
from threading import Timer
from typing import Annotated

import typer

from models.shared.faults import Fault, InputFaults
from nwl_opt.run_folder import runs_root
from nwl_opt.terminal.console import out_console

_OPEN_AFTER_SECONDS = 1.0


def app(
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="Where it listens.")] = 8600,
    host: Annotated[str, typer.Option("--host", help="Any other needs --user-header.")] = "127.0.0.1",
    runs: Annotated[
        Path | None, typer.Option("--runs", help="Where runs are; NWL_OPT_RUNS or ./runs without it.")
    ] = None,
    solves: Annotated[int, typer.Option("--solves", help="How many solves at once; others wait.")] = 2,
    user_header: Annotated[
        str,
        typer.Option("--user-header", help="The header in which a proxy names the user; everybody sees their own."),
    ] = "",
    trusted_proxy: Annotated[
        list[str] | None, typer.Option("--trusted-proxy", help="The proxy's IP address. Repeatable.")
    ] = None,
    host_name: Annotated[
        list[str] | None, typer.Option("--host-name", help="A name browsers call it by. Repeatable.")
    ] = None,
    browser: Annotated[bool, typer.Option("--open/--no-open", help="Open it in a browser.")] = True,
) -> None:
    """Serve the web app.

    Everything in it is also a command. Nothing leaves this machine. Ctrl-C ends the server; solves go on and are
    found again at the next start.
    """
    import uvicorn

    from nwl_opt.app.jobs.lock import hold
    from nwl_opt.app.server import create_app
    from nwl_opt.app.settings import AppSettings

    settings = AppSettings(
        runs_root=(runs or runs_root()).absolute(),
        host=host,
        port=port,
        concurrent_jobs=solves,
        user_header=user_header,
        trusted_proxies=frozenset(trusted_proxy or ()),
        host_names=frozenset(host_name or ()),
    )
    settings.check()
    if settings.shared:
        os.umask(0o077)  # what it writes, and its solves, is for the account it runs under alone
    settings.own_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = hold(settings.own_folder / "server.lock")
    if lock is None:
        raise InputFaults([Fault(str(settings.runs_root), None, None, "served already", "one app serves one folder",
                                 "Use the one that runs, or give another folder with --runs.")])  # fmt: skip
    listening = _listening(host, port)
    served = create_app(settings)
    address = f"http://{'127.0.0.1' if host in ('0.0.0.0', '::') else host}:{port}/"
    out_console().print(f"nwl_opt is at {address}  Runs: {settings.runs_root}  Ctrl-C ends it.", soft_wrap=True)
    if browser and not settings.shared:
        Timer(_OPEN_AFTER_SECONDS, webbrowser.open, [address]).start()
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    logging.getLogger("uvicorn.error").addFilter(_without_data)
    config = uvicorn.Config(served, access_log=False, proxy_headers=False, server_header=False, log_level="warning")
    with lock, listening:
        uvicorn.Server(config).run(sockets=[listening])


def _without_data(record: logging.LogRecord) -> bool:
    """An error is logged by its name: its message and its trace may hold data of patients."""
    if record.exc_info:
        error = record.exc_info[0]
        record.msg, record.args = f"{error.__name__ if error else 'An error'} while answering", ()
        record.exc_info = record.exc_text = None
    return True


def _listening(host: str, port: int) -> socket.socket:
    """The socket the app is served on.

    Raises
    ------
    InputFaults
        If the address or the port cannot be had.
    """
    made = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        if sys.platform != "win32":
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((host, port))
    except OSError as error:
        made.close()
        raise InputFaults([Fault("--port", None, None, str(port), f"must be free ({error.strerror})",
                                 "Give another with --port.")]) from None  # fmt: skip
    return made
