"""Which times are good ones: blackouts, quiet hours, the accounts' usual times, and posts that come too close.

These rules help people to choose a time; what may go out is decided by the gate alone, which knows none of them. No
deliveries are made here and nothing waits for a time.
"""
