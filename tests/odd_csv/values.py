"""Files with numbers, dates and nulls as people of some country or system write them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from tests.odd_csv.odd_file import OddFile, odd

_SUMS = {"id": "long", "total": "decimal(12,2)"}
_DAYS = {"id": "long", "day": "date"}
_TIMES = {"id": "long", "at": "timestamp_ntz"}

FILES: list[OddFile] = [
    odd(
        "German thousands",
        "id;total\n1;1.234,50\n2;99,00\n3;1.000.000,01\n4;-7,25\n",
        '{delimiter: ;, decimal: ",", thousands: .}',
        _SUMS,
        [
            *[(1, Decimal("1234.50")), (2, Decimal("99.00"))],
            *[(3, Decimal("1000000.01")), (4, Decimal("-7.25"))],
        ],
    ),
    odd(
        "English thousands",
        'id,total\n1,"1,234.50"\n2,99.00\n3,"1,000,000.01"\n',
        '{thousands: ","}',
        _SUMS,
        [(1, Decimal("1234.50")), (2, Decimal("99.00")), (3, Decimal("1000000.01"))],
    ),
    odd(
        "Swiss thousands",
        "id;total\n1;1'234.50\n2;99.00\n3;1'000'000.01\n",
        '{delimiter: ;, thousands: "\'"}',
        _SUMS,
        [(1, Decimal("1234.50")), (2, Decimal("99.00")), (3, Decimal("1000000.01"))],
    ),
    odd(
        "French thousands",
        "id;total\n1;1\u202f234,50\n2;99,00\n3;1\u202f000\u202f000,01\n",
        '{delimiter: ;, decimal: ",", thousands: "\u202f"}',
        _SUMS,
        [(1, Decimal("1234.50")), (2, Decimal("99.00")), (3, Decimal("1000000.01"))],
    ),
    odd(
        "decimal commas in quotes",
        'id,total\n1,"1,50"\n2,"20,25"\n3,"0,75"\n',
        '{decimal: ","}',
        _SUMS,
        [(1, Decimal("1.50")), (2, Decimal("20.25")), (3, Decimal("0.75"))],
    ),
    odd(
        "decimal commas of doubles, in tabs",
        "id\tx\n1\t1,5e-3\n2\t-0,25\n3\t12\n",
        r'{delimiter: "\t", decimal: ","}',
        {"id": "long", "x": "double"},
        [(1, 0.0015), (2, -0.25), (3, 12.0)],
    ),
    odd(
        "German dates",
        "id;day\n1;31.01.2026\n2;01.02.2026\n3;\n4;9.3.2026\n",
        '{delimiter: ;, date_format: "%d.%m.%Y"}',
        _DAYS,
        [(1, date(2026, 1, 31)), (2, date(2026, 2, 1)), (3, None), (4, date(2026, 3, 9))],
    ),
    odd(
        "American dates",
        "id,day\n1,01/31/2026\n2,2/1/2026\n3,12/24/2025\n",
        '{date_format: "%m/%d/%Y"}',
        _DAYS,
        [(1, date(2026, 1, 31)), (2, date(2026, 2, 1)), (3, date(2025, 12, 24))],
    ),
    odd(
        "dates without separators",
        "id,day\n1,20260131\n2,20260201\n3,20251224\n",
        '{date_format: "%Y%m%d"}',
        _DAYS,
        [(1, date(2026, 1, 31)), (2, date(2026, 2, 1)), (3, date(2025, 12, 24))],
    ),
    odd(
        "years of two digits",
        "id;day\n1;31.01.26\n2;01.02.69\n3;24.12.68\n",
        '{delimiter: ;, date_format: "%d.%m.%y"}',
        _DAYS,
        [(1, date(2026, 1, 31)), (2, date(1969, 2, 1)), (3, date(2068, 12, 24))],
    ),
    odd(
        "names of months",
        "id,day\n1,31 Jan 2026\n2,1 FEB 2026\n3,24 dec 2025\n",
        '{date_format: "%d %b %Y"}',
        _DAYS,
        [(1, date(2026, 1, 31)), (2, date(2026, 2, 1)), (3, date(2025, 12, 24))],
    ),
    odd(
        "times of day after dates",
        "id;at\n1;31.01.2026 23:59\n2;01.02.2026 00:00\n",
        '{delimiter: ;, timestamp_format: "%d.%m.%Y %H:%M"}',
        _TIMES,
        [(1, datetime(2026, 1, 31, 23, 59)), (2, datetime(2026, 2, 1, 0, 0))],
    ),
    odd(
        "times of twelve hours",
        "id,at\n1,01/31/2026 11:59:30 PM\n2,02/01/2026 12:00:00 AM\n3,02/01/2026 12:00:00 pm\n",
        '{timestamp_format: "%m/%d/%Y %I:%M:%S %p"}',
        _TIMES,
        [
            (1, datetime(2026, 1, 31, 23, 59, 30)),
            (2, datetime(2026, 2, 1, 0, 0)),
            (3, datetime(2026, 2, 1, 12, 0)),
        ],
    ),
    odd(
        "a log of a web server",
        "id\tat\n1\t31/Jan/2026:23:59:30 +0100\n2\t01/Feb/2026:00:00:00 +0000\n",
        r'{delimiter: "\t", timestamp_format: "%d/%b/%Y:%H:%M:%S %z"}',
        {"id": "long", "at": "timestamp"},
        [
            (1, datetime(2026, 1, 31, 22, 59, 30, tzinfo=UTC)),
            (2, datetime(2026, 2, 1, 0, 0, tzinfo=UTC)),
        ],
    ),
    odd(
        "nulls as NA",
        "id,qty,size\n1,3,NA\n2,NA,1.5\n3,5,2.5\n4,6,\n5,7,3.5\n",
        '{null_values: ["", NA]}',
        {"id": "long", "qty": "long", "size": "double"},
        [(1, 3, None), (2, None, 1.5), (3, 5, 2.5), (4, 6, None), (5, 7, 3.5)],
    ),
    odd(
        "NULL and the empty text",
        'id,note,qty\n1,,3\n2,NULL,4\n3,"",NULL\n4,x,6\n5,y,7\n',
        '{null_values: ["NULL"]}',
        {"id": "long", "note": "string", "qty": "long"},
        [(1, "", 3), (2, None, 4), (3, "", None), (4, "x", 6), (5, "y", 7)],
    ),
    odd(
        "nulls as \\N, without escapes",
        "id,note,qty\n1,a,3\n2,\\N,4\n3,b,\\N\n4,c,6\n5,d,7\n",
        r'{null_values: ["\\N"]}',
        {"id": "long", "note": "string", "qty": "long"},
        [(1, "a", 3), (2, None, 4), (3, "b", None), (4, "c", 6), (5, "d", 7)],
    ),
    odd(
        "codes with zeros",
        "zip,qty\n01067,3\n99998,4\n00501,5\n",
        "{}",
        {"zip": "string", "qty": "long"},
        [("01067", 3), ("99998", 4), ("00501", 5)],
    ),
    odd(
        "more digits than a double has",
        "id,n\n1,9007199254740993\n2,9007199254740992\n",
        "{}",
        {"id": "long", "n": "long"},
        [(1, 9007199254740993), (2, 9007199254740992)],
    ),
]
