"""How the app is served, as whoever starts it says."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from pathlib import Path

from models.shared.faults import Fault, InputFaults

LARGEST_UPLOAD_BYTES = 50_000_000
APP_FOLDER = ".app"
_LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]", "::1"})


@dataclass(frozen=True)
class AppSettings:
    """Where runs lie, who may ask, and how much at once.

    With a `user_header` the app stands behind a proxy that knows the user: requests count only when they come from
    one of `trusted_proxies`, and everybody sees their own runs. Without it there is one user, on this machine.
    """

    runs_root: Path
    host: str = "127.0.0.1"
    port: int = 8600
    concurrent_jobs: int = 2
    user_header: str = ""
    trusted_proxies: frozenset[str] = frozenset()
    host_names: frozenset[str] = field(default_factory=frozenset)
    largest_upload_bytes: int = LARGEST_UPLOAD_BYTES

    @property
    def shared(self) -> bool:
        """Whether more than one person uses it."""
        return bool(self.user_header)

    @property
    def own_folder(self) -> Path:
        """Where uploads, jobs and drafts lie."""
        return self.runs_root / APP_FOLDER

    @property
    def allowed_hosts(self) -> frozenset[str]:
        """The names a browser may call us by; any other is refused, so that no foreign page can speak to us."""
        return _LOOPBACK_NAMES | self.host_names | ({self.host} if not self._is_any_address else frozenset())

    @property
    def _is_any_address(self) -> bool:
        return self.host in ("0.0.0.0", "::")

    def trusts(self, address: str) -> bool:
        """Whether an address is a proxy's, however it is written: `::ffff:10.0.0.1` is 10.0.0.1."""
        return _is_address(address) and _plain_address(address) in {
            _plain_address(one) for one in self.trusted_proxies
        }

    def check(self) -> None:
        """Refuse to serve others without knowing who they are.

        Raises
        ------
        InputFaults
            If the app would be open to a network without a user header, or with one that anybody could send.
        """
        faults: list[Fault] = []
        if self.host not in _LOOPBACK_NAMES and not self.shared:
            faults.append(Fault("--host", None, None, self.host, "must be 127.0.0.1 unless users are known",
                                "Put it behind a proxy and give --user-header and --trusted-proxy."))  # fmt: skip
        if self.shared and not self.trusted_proxies:
            faults.append(Fault("--user-header", None, None, self.user_header, "needs --trusted-proxy",
                                "Give the address of the proxy that sets the header."))  # fmt: skip
        faults += [_no_address(one) for one in sorted(self.trusted_proxies) if not _is_address(one)]
        if not 1 <= self.concurrent_jobs <= 64:
            faults.append(Fault("--solves", None, None, str(self.concurrent_jobs), "must be 1 to 64",
                                "One for each core to spare."))  # fmt: skip
        if faults:
            raise InputFaults(faults)


def _plain_address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    address = ipaddress.ip_address(text)
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _no_address(text: str) -> Fault:
    return Fault("--trusted-proxy", None, None, text, "must be an IP address", "Write for instance 127.0.0.1.")
