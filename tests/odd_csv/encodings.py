"""Files in the encodings that systems write, and compressed ones."""

from __future__ import annotations

import bz2
import gzip
from decimal import Decimal

import pyarrow as pa

from tests.odd_csv.odd_file import OddFile, odd

_STOCK = "id,name,qty\n1,Ann,20\n2,Bob,\n3,Cy,7\n"
_STOCK_TYPES = {"id": "long", "name": "string", "qty": "long"}
_STOCK_ROWS = [(1, "Ann", 20), (2, "Bob", None), (3, "Cy", 7)]
_PRICES = {"id": "long", "name": "string", "price": "decimal(8,2)"}
_STREETS = (
    "id;name;ort\n1;Müller;Köln\n2;Größer;Fürth\n3;Jäger;Düren\n4;Schön;Münster\n"
    "5;Weiß;Gießen\n6;Krüger;Lübeck\n"
)
_STREETS_ROWS = [
    *[(1, "Müller", "Köln"), (2, "Größer", "Fürth"), (3, "Jäger", "Düren")],
    *[(4, "Schön", "Münster"), (5, "Weiß", "Gießen"), (6, "Krüger", "Lübeck")],
]
_STREETS_TYPES = {"id": "long", "name": "string", "ort": "string"}

FILES: list[OddFile] = [
    odd("plain", _STOCK, "{}", _STOCK_TYPES, _STOCK_ROWS),
    odd("utf-8 with a mark", "\ufeff" + _STOCK, "{}", _STOCK_TYPES, _STOCK_ROWS),
    odd(
        "latin-1 and semicolons",
        _STREETS,
        "{delimiter: ;, encoding: latin-1}",
        _STREETS_TYPES,
        _STREETS_ROWS,
        "latin-1",
    ),
    odd(
        "cp1252 with euros and curly quotes",
        "id;name;price\n1;Café “Süß”;3,50 €\n2;Crème brûlée;12,00 €\n3;Œuf à l’huile;1,10 €\n",
        "{delimiter: ;, encoding: cp1252}",
        {"id": "long", "name": "string", "price": "string"},
        [
            (1, "Café “Süß”", "3,50 €"),
            (2, "Crème brûlée", "12,00 €"),
            (3, "Œuf à l’huile", "1,10 €"),
        ],
        "cp1252",
    ),
    odd(
        "utf-16 with tabs, from a spreadsheet",
        "id\tname\tqty\r\n1\tZoë\t3\r\n2\tÅsa\t\r\n",
        r'{delimiter: "\t", encoding: utf-16}',
        _STOCK_TYPES,
        [(1, "Zoë", 3), (2, "Åsa", None)],
        "utf-16",
    ),
    odd(
        "utf-16 of the other order, with a mark",
        "\ufeffid,name\n1,Жанна\n2,Олег\n",
        "{encoding: utf-16}",
        {"id": "long", "name": "string"},
        [(1, "Жанна"), (2, "Олег")],
        "utf-16-be",
    ),
    odd(
        "utf-16 without a mark",
        _STREETS,
        "{delimiter: ;, encoding: utf-16-le}",
        _STREETS_TYPES,
        _STREETS_ROWS,
        "utf-16-le",
    ),
    odd(
        "cp1250 from Prague",
        "id;jmeno;mesto\n1;Žofie Dvořáková;Příbram\n2;Jiří Šťastný;Ústí nad Labem\n"
        "3;Ľubomír Čech;Česká Třebová\n4;Věra Růžičková;Kroměříž\n5;Tomáš Řehoř;Žďár\n",
        "{delimiter: ;, encoding: cp1250}",
        {"id": "long", "jmeno": "string", "mesto": "string"},
        [
            (1, "Žofie Dvořáková", "Příbram"),
            (2, "Jiří Šťastný", "Ústí nad Labem"),
            (3, "Ľubomír Čech", "Česká Třebová"),
            (4, "Věra Růžičková", "Kroměříž"),
            (5, "Tomáš Řehoř", "Žďár"),
        ],
        "cp1250",
    ),
    odd(
        "cp1251 from Sofia",
        "номер;име;град\n1;Иван Петров;София\n2;Мария Иванова;Пловдив\n3;Георги Димитров;Варна\n"
        "4;Елена Николова;Бургас\n",
        "{delimiter: ;, encoding: cp1251}",
        {"номер": "long", "име": "string", "град": "string"},
        [
            (1, "Иван Петров", "София"),
            (2, "Мария Иванова", "Пловдив"),
            (3, "Георги Димитров", "Варна"),
            (4, "Елена Николова", "Бургас"),
        ],
        "cp1251",
    ),
    odd(
        "koi8-r from a mainframe of old",
        "номер|имя|город\n1|Иван Смирнов|Москва\n2|Анна Кузнецова|Казань\n3|Олег Попов|Томск\n",
        '{delimiter: "|", encoding: koi8-r}',
        {"номер": "long", "имя": "string", "город": "string"},
        [
            (1, "Иван Смирнов", "Москва"),
            (2, "Анна Кузнецова", "Казань"),
            (3, "Олег Попов", "Томск"),
        ],
        "koi8-r",
    ),
    odd(
        "shift-jis",
        "番号,名前,都市\n1,田中太郎,東京\n2,鈴木花子,大阪\n3,佐藤一郎,札幌\n",
        "{encoding: cp932}",
        {"番号": "long", "名前": "string", "都市": "string"},
        [(1, "田中太郎", "東京"), (2, "鈴木花子", "大阪"), (3, "佐藤一郎", "札幌")],
        "cp932",
    ),
    odd(
        "gb18030",
        "编号,姓名,城市\n1,王伟,北京\n2,李娜,上海\n3,张敏,广州\n",
        "{encoding: gb18030}",
        {"编号": "long", "姓名": "string", "城市": "string"},
        [(1, "王伟", "北京"), (2, "李娜", "上海"), (3, "张敏", "广州")],
        "gb18030",
    ),
    odd(
        "cp850 from DOS",
        "id;name;ort\n1;Müller;Köln\n2;Größer;Fürth\n3;Jäger;Düren\n4;Schön;Münster\n",
        "{delimiter: ;, encoding: cp850}",
        _STREETS_TYPES,
        _STREETS_ROWS[:4],
        "cp850",
    ),
    OddFile("gzip", gzip.compress(_STOCK.encode()), "{}", _STOCK_TYPES, _STOCK_ROWS),
    OddFile(
        "zstd with semicolons",
        pa.compress(b"id;name;price\n1;Ann;1,50\n2;Bob;20,00\n", "zstd", asbytes=True),
        '{delimiter: ;, decimal: ","}',
        _PRICES,
        [(1, "Ann", Decimal("1.50")), (2, "Bob", Decimal("20.00"))],
    ),
    OddFile(
        "bzip2 in latin-1",
        bz2.compress(_STREETS.encode("latin-1")),
        "{delimiter: ;, encoding: latin-1}",
        _STREETS_TYPES,
        _STREETS_ROWS,
    ),
]
