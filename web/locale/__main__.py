"""Bring the catalogues up to date: `python -m web.locale`."""

from __future__ import annotations

import sys

from web.locale.collect import missing_translations, update_catalogues


def main() -> int:
    """Write the catalogues and name what is not translated; exit code 1 when anything is missing."""
    update_catalogues()
    missing = missing_translations()
    for language, messages in missing.items():
        sys.stdout.writelines(f"{language}: {message}\n" for message in messages)
    return 1 if any(missing.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
