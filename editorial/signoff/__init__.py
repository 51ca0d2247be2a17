"""Sign-offs: what a person signs, and what a signature must be to count.

Pure: whether a sign-off covers the bytes that are about to be sent, the gate compares in the process that sends.
"""
