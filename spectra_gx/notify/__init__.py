"""Notifications through Apprise, and comments on pull requests."""

from spectra_gx.notify.apprise_notifier import AppriseNotifier, unusable

__all__ = ["AppriseNotifier", "unusable"]
