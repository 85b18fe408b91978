"""What a director has counted, out of the file that it writes at SIGUSR2."""

from .wait import until


def statistics(director, name="ds1"):
    """The file that SIGUSR2 writes, as a text."""
    path = "/run/keepalived.stats"
    place = director.host.path(path)
    director.host.run(["rm", "-f", path])
    director.process.signal(12)

    def written():
        try:
            text = director.host.read(path)
        except FileNotFoundError:
            return None
        return text if "Priority Zero" in text else None

    return until(written, f"{name} writes {path} at SIGUSR2", 10)[0]


def counted(text):
    """All counters of the errors, as a name -> value."""
    # Martlet's own counters, the checksum among them, follow behind keepalived's sections.
    errors = text[text.index("Packet Errors"):]
    values = {}
    section = ""
    for line in errors.splitlines():
        name, _, value = line.strip().partition(":")
        if not value.strip():
            section = name
            continue
        # "Invalid Type" stands in two sections.
        values[name if section.startswith("Packet") or name != "Invalid Type" else f"{section} {name}"] = int(value)
    return values
