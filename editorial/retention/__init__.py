"""How long records are kept, what is preserved beyond that, and erasing what is past its time.

Nothing in here starts by itself: a person decides about records, the publisher about drafts and unused pictures.
"""
