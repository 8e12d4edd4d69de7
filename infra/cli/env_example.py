"""``python -m infra.cli.env_example > .env.example``: every setting, one line each."""

from typing import Final

from infra.settings import FILE_SUFFIX, VARIABLES

HEAD: Final = f"""\
# Every setting of CipherX. Copy to .env and uncomment what you change; the shell's variables win.
# A secret or a URL may live in a file: NAME{FILE_SUFFIX}=/path/to/it in place of NAME.
# Generated from infra/settings.py: python -m infra.cli.env_example > .env.example
"""


def env_example() -> str:
    """The whole file."""
    lines = [HEAD]
    for variable in VARIABLES.values():
        lines += [f"# {variable.help}.", f"#{variable.name}={variable.example}", ""]
    return "\n".join(lines).rstrip() + "\n"


if __name__ == "__main__":
    print(env_example(), end="")
