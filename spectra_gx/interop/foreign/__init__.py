"""What the importers of other tools' files share."""
