"""Why SQL Server could not be reached. The driver's own text is never shown, for it may name accounts and hosts."""

import re

from nattsynk.engines.sqlserver import answers
from nattsynk.errors import UNREACHABLE, USAGE, Stop

# What a driver says where it cannot connect: what to look for, what is wrong, what to do, exit code. The first that is found counts.
REFUSALS = (
    (r"failed to load the driver|can't open lib|IM002|libodbc|not installed|no default driver",
     "Microsoft's ODBC driver could not be loaded.",
     "Install what the back end of NATTSYNK_SQLSERVER_BACKEND needs: docs/operate/installing.md.", USAGE),
    (r"certificate has expired|not within its validity|0x800B0101", "The certificate of SQL Server has expired, or is not valid yet.",
     "Ask who keeps the server to renew it, and check the clock of this machine.", UNREACHABLE),
    (r"hostname mismatch|target principal name|subject name", "The certificate of SQL Server is for another name.",
     "Write the name that the certificate has in NATTSYNK_SQLSERVER_HOST, or ask who keeps the server for a certificate with this name.", UNREACHABLE),
    (r"unsupported protocol|no protocols available|handshake failure|0x80090331", "SQL Server and this machine share no version of TLS.",
     "SQL Server must offer TLS 1.2 or later: ask who keeps it for its updates.", UNREACHABLE),
    (r"certificate|SSL Provider", "SQL Server did not show a certificate that this machine trusts for that name.",
     "Give the server a certificate of a CA that the machine trusts, or put its CA in the machine's store; the check cannot be turned off.", UNREACHABLE),
    (r"0x2AF9|no such host|name or service not known|getaddrinfo", "The name in NATTSYNK_SQLSERVER_HOST does not resolve.",
     "Check it for a misspelt name, and that this machine's DNS knows it.", UNREACHABLE),
    (r"", "SQL Server could not be reached.",
     "Check NATTSYNK_SQLSERVER_HOST, NATTSYNK_SQLSERVER_PORT, the firewall, and that it is a SQL Server that answers there.", UNREACHABLE),
)


def told(fault: Exception) -> Stop:
    """The fault of a connection that could not be made, in our words."""
    trouble = answers.trouble(str(fault))
    if trouble and trouble is not answers.BROKEN_OFF:
        return Stop(trouble.what, trouble.next_step, UNREACHABLE)
    _, message, next_step, code = next(refusal for refusal in REFUSALS if re.search(refusal[0], str(fault), re.IGNORECASE))
    return Stop(message, next_step, code)
