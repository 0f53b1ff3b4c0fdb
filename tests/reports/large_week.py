"""Measure the report of a large company: seconds and peak memory (drawing the company included).

python tests/reports/large_week.py --feedback 100000
"""

import argparse

from flows.report_bench import bench_report


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--feedback", type=int, default=100_000, help="a week, for 13 weeks")
    print(bench_report(parser.parse_args().feedback))


if __name__ == "__main__":
    main()
