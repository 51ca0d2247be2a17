"""Patients' authorizations (45 CFR 164.508): the register, what each covers, and whether it holds at this minute.

No verbal consent, no template that fills itself in, and no decision about whether a post needs one: findings do that.
"""
