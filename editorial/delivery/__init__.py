"""Deliveries: one post to one account at one time. Their states, the gate, holds, and what the engine writes down.

What talks to a network is in `connectors`, what waits for a time in `scheduler`; here is what may happen.
"""
