"""`python -m portal.demo.warehouse URL --scale 1`: build the warehouse, with progress and figures."""

import argparse
import sys

from portal.demo.warehouse import build


def main() -> int:
    parser = argparse.ArgumentParser(description="Build the demo warehouse in an existing PostgreSQL database.")
    parser.add_argument("url", help="postgresql://owner:password@host:port/company; its warehouse schemas are replaced")
    parser.add_argument("--scale", type=int, default=1, help="multiplies the generated rows (default 1)")
    options = parser.parse_args()
    report = build(options.url, scale=options.scale, progress=_show)
    sys.stdout.write(f"\n{report.summary()}\nreader: {report.reader_url}\n")
    return 0


def _show(done: int, total: int, message: str) -> None:
    sys.stdout.write(f"{done:4d}/{total} {message}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
