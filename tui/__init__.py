"""The screen and the command line: what the desk looks like."""
