"""The practice network's server: one process, loopback only, one sqlite3 file and one folder of pictures.

What lives here: storage, the OAuth 2 provider, the posting API, the switchboard of faults and the pages. It knows
nothing of the desk; the desk reaches it over HTTP like any other network.
"""
