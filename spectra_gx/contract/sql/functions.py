"""Every function of the engine: which ones contract SQL may call, and which may cost much.

A function that is not listed is refused: what a new engine brings is looked at before it is let in.
A test asks the engine for its functions and finds each of them here.
"""

from __future__ import annotations


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NUMBERS = """
    abs acos acosh asin asinh atan atan2 atanh cbrt ceil cos cosh cot degrees exp factorial
    floor gcd isnan iszero lcm ln log log10 log2 nanvl pi pow power radians round signum
    sin sinh sqrt tan tanh trunc
"""
_CHOICES = "coalesce greatest ifnull least nullif nvl nvl2"
_TEXTS = """
    ascii bit_length btrim char_length character_length chr contains decode digest encode ends_with
    find_in_set initcap instr left length lower ltrim md5 octet_length position reverse right rtrim
    sha224 sha256 sha384 sha512 split_part starts_with strpos substr substr_index substring
    substring_index to_hex translate trim upper
"""
_TIMES = """
    date_part date_trunc datepart datetrunc extract from_unixtime make_date make_time
    to_date to_local_time to_time to_timestamp to_timestamp_micros to_timestamp_millis
    to_timestamp_nanos to_timestamp_seconds to_unixtime
"""
_NESTED = """
    arrays_overlap cardinality cosine_distance dot_product element_at empty flatten get_field
    inner_product map_entries map_extract map_keys map_values
"""
_LISTS = """
    any_value avg compact contains dims distance distinct element empty except extract has has_all
    has_any indexof intersect length max ndims normalize pop_back pop_front position positions
    product remove remove_all remove_n reverse scale slice sort subtract sum
"""
_AGGREGATES = """
    approx_distinct avg bit_and bit_or bit_xor bool_and bool_or corr count covar covar_pop
    covar_samp grouping max mean median min percentile_cont quantile_cont regr_avgx regr_avgy
    regr_count regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy stddev stddev_pop
    stddev_samp sum var var_pop var_population var_samp var_sample
"""
_WINDOWS = """
    cume_dist dense_rank first_value lag last_value lead nth_value ntile percent_rank rank
    row_number
"""

PLAIN = (
    _names(f"arrow_typeof cast try_cast {_NUMBERS} {_CHOICES} {_TEXTS} {_TIMES} {_NESTED}")
    | _names(f"{_AGGREGATES} {_WINDOWS}")
    | {f"{kind}_{name}" for kind in ("array", "list") for name in _names(_LISTS)}
    | {"array_min"}
)
"""Cheap: what they make is no larger than what they are given, in time that follows its size."""

_GROWING_LISTS = """
    add append cat concat join prepend push_back push_front replace replace_all replace_n to_string
    union
"""
GROWING = _names(
    """
    array_agg arrays_zip list_zip arrow_cast concat concat_ws date_format levenshtein
    make_array make_list map named_struct overlay regexp_count regexp_instr regexp_like regexp_match
    regexp_replace replace row string_agg string_to_array string_to_list struct to_char unnest
    """
) | {f"{kind}_{name}" for kind in ("array", "list") for name in _names(_GROWING_LISTS)}
"""They can make much of little, or take long; `sql_cost` says when."""

ENDLESS = _names(
    """
    array_repeat array_resize generate_series list_repeat list_resize lpad range repeat rpad space
    """
)
"""They make as much as they are asked for, from one row; memory could not be bounded."""

MOMENTARY_WORDS = _names(
    "current_date current_time current_timestamp localtime localtimestamp",
)
MOMENTARY = MOMENTARY_WORDS | _names(
    """
    any_value approx_median approx_percentile_cont approx_percentile_cont_with_weight
    gen_random_uuid now rand random today uuid
    """
)
"""They give another answer every time: by the clock, by chance, or by the order of the rows."""

REVEALING = _names("file_row_index input_file_name version")
"""They reveal where and by what a table is read."""

LOSING = _names("arrow_try_cast date_bin")
"""They have null for instants that nanoseconds cannot hold."""

NEEDLESS = _names(
    """
    arrow_field arrow_metadata cast_to_type try_cast_to_type union_extract union_tag with_metadata
    """
)
"""They are about how the engine stores values, which no contract type describes."""

CALLABLE = PLAIN | GROWING

KEYWORDS = _names(
    """
    all and any as between by case cross cube distinct else end except exists filter following from
    full group having ilike in inner intersect into is join like limit not null nulls offset on or
    order outer over partition preceding qualify rollup rows select sets some then union using
    values when where with within
    """
)
"""Words that may precede a bracket without being called."""

TYPES = _names(
    """
    bigint bit boolean bytea char character date decimal double float int integer interval numeric
    real smallint string text time timestamp timestamptz tinyint varbinary varchar varying
    """
)
"""Words before a bracket that hold the size of a type."""
