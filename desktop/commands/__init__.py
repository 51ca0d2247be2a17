"""What the command line does, one module a command. Nothing here imports Qt."""
