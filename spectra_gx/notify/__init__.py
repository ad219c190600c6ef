"""Telling people, through Apprise."""

from spectra_gx.notify.apprise_notifier import AppriseNotifier, unusable

__all__ = ["AppriseNotifier", "unusable"]
