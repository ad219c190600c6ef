"""Other tools' ways into a project, a package each; every one needs an extra, or the tool."""
