"""Review: the queue of posts, what a version says and what changed in it, comments, and signing it off."""

from desktop.screens.review.screen import ReviewScreen

SCREEN = ReviewScreen

__all__ = ["SCREEN", "ReviewScreen"]
