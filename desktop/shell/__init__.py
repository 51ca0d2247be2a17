"""The window around the screens: navigation, top bar, banners, status bar, menus, holds, and the publisher's host.

The window class only wires; each part is a file of its own. Rules stay in the services.
"""
