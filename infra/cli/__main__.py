"""``python -m infra.cli``, the same as ``cipherx``."""

from infra.cli import main

if __name__ == "__main__":
    main()
