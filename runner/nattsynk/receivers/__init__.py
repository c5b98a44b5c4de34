"""The receivers: one module a protocol, and how a session is secured."""
