"""What a new version of the charter would change, in sentences: read before it is signed."""

from collections.abc import Collection

from editorial.charter.document import Charter, Member, Role


def difference(before: Charter, after: Charter) -> tuple[str, ...]:
    """One sentence for each change, people first; empty where nothing that people decide differs."""
    old = {member.id: member for member in before.members}
    new = {member.id: member for member in after.members}
    said = [_joins(member) for key, member in new.items() if key not in old]
    for key, member in new.items():
        if key in old:
            said += _changes(old[key], member)
    said += [f"{member.name} is no longer in the charter." for key, member in old.items() if key not in new]
    if before.routes != after.routes:
        said.append("The approval paths change.")
    if set(before.desks) != set(after.desks):
        said.append("The computers of this workspace change.")
    if before.minimum_rules != after.minimum_rules:
        said.append("The checks that every sign-off must rest on change.")
    if before.organization != after.organization:
        said.append(f"The organization is called {after.organization}.")
    return tuple(said)


def role_words(roles: Collection[Role]) -> str:
    """Roles in one run of words: “author and privacy officer”; “no role” where there is none."""
    words = sorted(role.label.lower() for role in roles)
    if len(words) < 2:
        return words[0] if words else "no role"
    return f"{', '.join(words[:-1])} and {words[-1]}"


def _joins(member: Member) -> str:
    return f"{member.name} joins as {role_words(member.roles)}."


def _changes(old: Member, new: Member) -> list[str]:
    said = []
    if old.name != new.name or old.sign_in != new.sign_in:
        said.append(f"{old.name} is called {new.name}, and signs in as {new.sign_in}.")
    if old.active and not new.active:
        return [*said, f"{new.name} no longer works here and can neither sign in nor sign."]
    if new.active and not old.active:
        said.append(f"{new.name} works here again as {role_words(new.roles)}.")
    elif old.roles != new.roles:
        said.append(f"{new.name} is {role_words(new.roles)} instead of {role_words(old.roles)}.")
    if old.key_id != new.key_id:
        said.append(f"{new.name} gets a new key. What the old one signed and still waits has to be signed again.")
    return said
