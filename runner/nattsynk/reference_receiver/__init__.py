"""The reference receiver: an HTTPS server that keeps what it is sent, for tests, demos and receivers' engineers."""

from nattsynk.reference_receiver.server import Handle, serve, start

__all__ = ["Handle", "serve", "start"]
