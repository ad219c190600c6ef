"""Telling people, through Apprise."""

from spectra_gx.notify.apprise import AppriseNotifier, unusable

__all__ = ["AppriseNotifier", "unusable"]
