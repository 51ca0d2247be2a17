"""What stands before the shell: first run, sign-in, the locked view, the recovery sheet.

Pages ask by signals and show what they are told; the program around them calls the services. Imported before the first
paint: keep it light.
"""

WINDOW_LOCK = "desktop.lock"
"""The file in the workspace's folder by which its one window keeps others out; the first line is its process."""
