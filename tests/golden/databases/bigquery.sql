-- above
SELECT `t`.`id` AS `id`, `t`.`x` AS `x` FROM `t` AS `t` WHERE ((`t`.`x` IS NOT NULL)) AND (`t`.`x` <= CAST('0.0' AS FLOAT64) OR (CASE WHEN (`t`.`x`) IS NOT NULL THEN FALSE END)) ORDER BY `id` NULLS LAST, `x` NULLS LAST LIMIT 20;
SELECT `t`.`id` AS `id`, `t`.`x` AS `x` FROM `t` AS `t` WHERE ((`t`.`x` IS NOT NULL)) AND (`t`.`x` <= DATE '2026-01-01') ORDER BY `id` NULLS LAST, `x` NULLS LAST LIMIT 20;
SELECT `t`.`id` AS `id`, `t`.`x` AS `x` FROM `t` AS `t` WHERE ((`t`.`x` IS NOT NULL)) AND (NOT (`t`.`x` > TIMESTAMP '2026-11-20 00:00:00.000000+00:00')) ORDER BY `id` NULLS LAST, `x` NULLS LAST LIMIT 20;
SELECT `t`.`id` AS `id`, `t`.`x` AS `x` FROM `t` AS `t` WHERE ((`t`.`x` IS NOT NULL)) AND (NOT (`t`.`x` > DATE '2026-11-19')) ORDER BY `id` NULLS LAST, `x` NULLS LAST LIMIT 20;

-- below
-- refused: BigQuery converts values to FLOAT in another way
SELECT `t`.`id` AS `id`, `t`.`x` AS `x` FROM `t` AS `t` WHERE ((`t`.`x` IS NOT NULL)) AND (`t`.`x` >= DATETIME '2026-01-02 03:04:05.000000') ORDER BY `id` NULLS LAST, `x` NULLS LAST LIMIT 20;
SELECT `t`.`id` AS `id`, `t`.`x` AS `x` FROM `t` AS `t` WHERE ((`t`.`x` IS NOT NULL)) AND (NOT (`t`.`x` < TIMESTAMP '2026-11-21 00:00:00.000000+00:00')) ORDER BY `id` NULLS LAST, `x` NULLS LAST LIMIT 20;
SELECT `t`.`id` AS `id`, `t`.`x` AS `x` FROM `t` AS `t` WHERE ((`t`.`x` IS NOT NULL)) AND (NOT (`t`.`x` < DATE '2026-11-20')) ORDER BY `id` NULLS LAST, `x` NULLS LAST LIMIT 20;

-- compare
SELECT `t`.`id` AS `id`, `t`.`y` AS `y`, `t`.`x` AS `x` FROM `t` AS `t` WHERE ((`t`.`y` IS NOT NULL AND `t`.`x` IS NOT NULL)) AND (NOT (CASE WHEN (`t`.`y` > `t`.`x`) THEN TRUE ELSE FALSE END)) ORDER BY `id` NULLS LAST, `y` NULLS LAST, `x` NULLS LAST LIMIT 20;
SELECT `t`.`id` AS `id`, `t`.`x` AS `x` FROM `t` AS `t` WHERE ((`t`.`x` IS NOT NULL)) AND (`t`.`x` >= 2) ORDER BY `id` NULLS LAST, `x` NULLS LAST LIMIT 20;
SELECT `t`.`id` AS `id`, `t`.`y` AS `y`, `t`.`x` AS `x` FROM `t` AS `t` WHERE ((`t`.`y` IS NOT NULL AND `t`.`x` IS NOT NULL)) AND (NOT (CASE WHEN (`t`.`y` >= `t`.`x`) THEN TRUE ELSE FALSE END)) ORDER BY `id` NULLS LAST, `y` NULLS LAST, `x` NULLS LAST LIMIT 20;
SELECT `t`.`id` AS `id`, `t`.`x` AS `x` FROM `t` AS `t` WHERE ((`t`.`x` IS NOT NULL)) AND (`t`.`x` > 2) ORDER BY `id` NULLS LAST, `x` NULLS LAST LIMIT 20;
SELECT `t`.`id` AS `id`, `t`.`x` AS `x`, `t`.`y` AS `y` FROM `t` AS `t` WHERE ((`t`.`x` IS NOT NULL AND `t`.`y` IS NOT NULL)) AND (NOT (CASE WHEN (`t`.`x` > `t`.`y`) THEN TRUE ELSE FALSE END)) ORDER BY `id` NULLS LAST, `x` NULLS LAST, `y` NULLS LAST LIMIT 20;
SELECT `t`.`id` AS `id`, `t`.`x` AS `x` FROM `t` AS `t` WHERE ((`t`.`x` IS NOT NULL)) AND (`t`.`x` <= 2) ORDER BY `id` NULLS LAST, `x` NULLS LAST LIMIT 20;

-- const
SELECT `t`.`id` AS `id`, `t`.`x` AS `x` FROM `t` AS `t` WHERE ((`t`.`x` IS NOT NULL)) AND (NOT (`t`.`x` IN (TRUE))) ORDER BY `id` NULLS LAST, `x` NULLS LAST LIMIT 20;
SELECT `t`.`id` AS `id`, `t`.`x` AS `x` FROM `t` AS `t` WHERE ((`t`.`x` IS NOT NULL)) AND (NOT (`t`.`x` = TIMESTAMP '2026-11-21 00:00:00.000000+00:00')) ORDER BY `id` NULLS LAST, `x` NULLS LAST LIMIT 20;
SELECT `t`.`id` AS `id`, `t`.`x` AS `x` FROM `t` AS `t` WHERE ((`t`.`x` IS NOT NULL)) AND (TRUE) ORDER BY `id` NULLS LAST, `x` NULLS LAST LIMIT 20;

-- distinct
SELECT COUNT(*) AS `_col_0` FROM (SELECT `t`.`x` AS `v`, COUNT(*) AS `n` FROM `t` AS `t` WHERE (`t`.`x` IS NOT NULL) GROUP BY `t`.`x`) AS `g`;
SELECT COUNT(*) AS `_col_0` FROM (SELECT `t`.`x` AS `v`, COUNT(*) AS `n` FROM `t` AS `t` WHERE (`t`.`x` IS NOT NULL) GROUP BY `t`.`x`) AS `g`;
SELECT COUNT(*) AS `_col_0` FROM (SELECT `t`.`x` AS `v`, COUNT(*) AS `n` FROM `t` AS `t` WHERE (`t`.`x` IS NOT NULL) GROUP BY `t`.`x`) AS `g`;

-- enum
SELECT `t`.`id` AS `id`, `t`.`x` AS `x` FROM `t` AS `t` WHERE ((`t`.`x` IS NOT NULL)) AND (NOT (`t`.`x` IN ('', 'NO', 'a\nb', 'back\\slash', 'it\'s', '{x}'))) ORDER BY `id` NULLS LAST, `x` NULLS LAST LIMIT 20;
SELECT `t`.`id` AS `id`, `t`.`x` AS `x` FROM `t` AS `t` WHERE ((`t`.`x` IS NOT NULL)) AND (NOT (`t`.`x` IN (-9223372036854775808, 0, 9223372036854775807))) ORDER BY `id` NULLS LAST, `x` NULLS LAST LIMIT 20;
SELECT `t`.`id` AS `id`, `t`.`x` AS `x` FROM `t` AS `t` WHERE ((`t`.`x` IS NOT NULL)) AND (NOT ((`t`.`x` + CAST('0.0' AS FLOAT64)) IN (CAST('0.0' AS FLOAT64), CAST('0.1' AS FLOAT64), CAST('1e+300' AS FLOAT64))) OR (CASE WHEN (`t`.`x`) IS NOT NULL THEN FALSE END)) ORDER BY `id` NULLS LAST, `x` NULLS LAST LIMIT 20;
SELECT `t`.`id` AS `id`, `t`.`x` AS `x` FROM `t` AS `t` WHERE ((`t`.`x` IS NOT NULL)) AND (NOT ((`t`.`x` + CAST('0.0' AS FLOAT64)) IN (CAST('0.0' AS FLOAT64), CAST('0.0' AS FLOAT64), CAST('1.0' AS FLOAT64), CAST('2.0' AS FLOAT64), CAST('3.0' AS FLOAT64), CAST('4.0' AS FLOAT64))) OR (CASE WHEN (`t`.`x`) IS NOT NULL THEN FALSE END)) ORDER BY `id` NULLS LAST, `x` NULLS LAST LIMIT 20;
-- refused: BigQuery converts values to FLOAT in another way
SELECT `t`.`id` AS `id`, `t`.`x` AS `x` FROM `t` AS `t` WHERE ((`t`.`x` IS NOT NULL)) AND (NOT (`t`.`x` IN (CAST('1.5' AS BIGNUMERIC), 2))) ORDER BY `id` NULLS LAST, `x` NULLS LAST LIMIT 20;

-- expect
SELECT COUNT(CASE WHEN (`t_stored`.`x` IS NOT NULL) AND (`t_stored`.`x` < 1 OR `t_stored`.`x` > 3) THEN 1 END) AS `a0`, COUNT(CASE WHEN (`t_stored`.`x` IS NULL) THEN 1 END) AS `a1`, COUNT(*) AS `a2` FROM `t` AS `t_stored`;
SELECT `t`.`x` AS `x` FROM `t` AS `t` WHERE ((`t`.`x` IS NOT NULL)) AND (`t`.`x` < 1 OR `t`.`x` > 3) ORDER BY `x` NULLS LAST LIMIT 20;
SELECT `t`.`x` AS `x` FROM `t` AS `t` WHERE (`t`.`x` IS NOT NULL);
SELECT `t`.`x` AS `x` FROM `t` AS `t` WHERE (TRUE) AND (`t`.`x` IS NOT NULL) ORDER BY `x` NULLS LAST LIMIT 20;
SELECT COALESCE(SUM(CAST(`g`.`n` AS INT64)), 0) AS `_col_0` FROM (SELECT COUNT(*) AS `n` FROM `t` AS `t` WHERE (`t`.`x` IS NOT NULL) GROUP BY `t`.`x` HAVING COUNT(*) > 1) AS `g`;
SELECT `t`.`x` AS `x` FROM (SELECT `t`.`x` AS `x` FROM `t` AS `t` WHERE TRUE) AS `t` JOIN (SELECT `t`.`x` AS `k0` FROM `t` AS `t` WHERE (`t`.`x` IS NOT NULL) GROUP BY `k0` HAVING COUNT(*) > 1 ORDER BY `k0` NULLS LAST LIMIT 20) AS `g` ON ((CASE WHEN `t`.`x` = `g`.`k0` THEN TRUE WHEN `t`.`x` IS NULL AND `g`.`k0` IS NULL THEN TRUE ELSE FALSE END)) ORDER BY `t`.`x` NULLS LAST LIMIT 20;
SELECT (REGEXP_CONTAINS((''), ('^a+\\z'))) AS `_col_0`;
SELECT (REGEXP_CONTAINS((''), ('^a'))) AS `_col_0`;
SELECT (REGEXP_CONTAINS((''), ('z\\z'))) AS `_col_0`;
SELECT COUNT(*) AS `_col_0` FROM `t` AS `t` WHERE ((`t`.`x` IS NOT NULL));
SELECT CAST(`t`.`x` AS FLOAT64) AS `v` FROM `t` AS `t` WHERE ((`t`.`x` IS NOT NULL)) AND TRUE ORDER BY CAST(`t`.`x` AS FLOAT64) NULLS LAST LIMIT 1 OFFSET 1;
SELECT AVG(CAST(`t`.`x` AS FLOAT64)) AS `mean`, (STDDEV_SAMP((CAST(`t`.`x` AS FLOAT64)))) AS `deviation` FROM `t` AS `t` WHERE ((`t`.`x` IS NOT NULL)) AND (NOT (CASE WHEN (`t`.`x`) IS NOT NULL THEN FALSE END) AND NOT `t`.`x` IN (CAST('inf' AS FLOAT64), CAST('-inf' AS FLOAT64)));
SELECT (REGEXP_CONTAINS((''), ('a\\z'))) AS `_col_0`;
SELECT COUNT(CASE WHEN ((`t_stored`.`x` IS NOT NULL OR `t_stored`.`y` IS NOT NULL)) THEN 1 END) AS `a0`, COUNT(CASE WHEN (`t_stored`.`x` IS NOT NULL OR `t_stored`.`y` IS NOT NULL) AND (NOT (CASE WHEN (`t_stored`.`x` > `t_stored`.`y`) THEN TRUE ELSE FALSE END)) THEN 1 END) AS `a1`, COUNT(*) AS `a2` FROM `t` AS `t_stored`;

-- finite
SELECT `t`.`id` AS `id`, `t`.`x` AS `x` FROM `t` AS `t` WHERE ((`t`.`x` IS NOT NULL)) AND (`t`.`x` IN (CAST('inf' AS FLOAT64), CAST('-inf' AS FLOAT64)) OR (CASE WHEN (`t`.`x`) IS NOT NULL THEN FALSE END)) ORDER BY `id` NULLS LAST, `x` NULLS LAST LIMIT 20;
SELECT COUNT(CASE WHEN (`t_stored`.`id` IS NULL) THEN 1 END) AS `a0`, COUNT(CASE WHEN (`t_stored`.`x` IS NOT NULL) AND (FALSE) THEN 1 END) AS `a1`, COUNT(CASE WHEN (`t_stored`.`x` IS NULL) THEN 1 END) AS `a2` FROM `t` AS `t_stored`;

-- format
SELECT COUNT(CASE WHEN (`t_stored`.`id` IS NULL) THEN 1 END) AS `a0`, COUNT(CASE WHEN (`t_stored`.`x` IS NOT NULL) AND (NOT ((REGEXP_CONTAINS((`t_stored`.`x`), ('^(?:0|[1-9][0-9]*)\\.(?:0|[1-9][0-9]*)\\.(?:0|[1-9][0-9]*)(?:-(?:(?:0|[1-9][0-9]*)|[0-9]*[A-Za-z-][0-9A-Za-z-]*)(?:\\.(?:(?:0|[1-9][0-9]*)|[0-9]*[A-Za-z-][0-9A-Za-z-]*))*)?(?:\\+[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?\\z'))))) THEN 1 END) AS `a1`, COUNT(CASE WHEN (`t_stored`.`x` IS NULL) THEN 1 END) AS `a2` FROM `t` AS `t_stored`;
SELECT `t`.`id` AS `id`, `t`.`x` AS `x` FROM `t` AS `t` WHERE ((`t`.`x` IS NOT NULL)) AND (NOT ((REGEXP_CONTAINS((`t`.`x`), ('^(?:0|[1-9][0-9]*)\\.(?:0|[1-9][0-9]*)\\.(?:0|[1-9][0-9]*)(?:-(?:(?:0|[1-9][0-9]*)|[0-9]*[A-Za-z-][0-9A-Za-z-]*)(?:\\.(?:(?:0|[1-9][0-9]*)|[0-9]*[A-Za-z-][0-9A-Za-z-]*))*)?(?:\\+[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?\\z'))))) ORDER BY `id` NULLS LAST, `x` NULLS LAST LIMIT 20;
SELECT COUNT(CASE WHEN (`t_stored`.`id` IS NULL) THEN 1 END) AS `a0`, COUNT(CASE WHEN (`t_stored`.`x` IS NOT NULL) AND (NOT ((REGEXP_CONTAINS((`t_stored`.`x`), ('^[A-Za-z0-9.!#$%&\'*+/=?^_`{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)+\\z'))))) THEN 1 END) AS `a1`, COUNT(CASE WHEN (`t_stored`.`x` IS NULL) THEN 1 END) AS `a2` FROM `t` AS `t_stored`;
SELECT `t`.`id` AS `id`, `t`.`x` AS `x` FROM `t` AS `t` WHERE ((`t`.`x` IS NOT NULL)) AND (NOT ((REGEXP_CONTAINS((`t`.`x`), ('^[A-Za-z0-9.!#$%&\'*+/=?^_`{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)+\\z'))))) ORDER BY `id` NULLS LAST, `x` NULLS LAST LIMIT 20;
SELECT COUNT(CASE WHEN (`t_stored`.`id` IS NULL) THEN 1 END) AS `a0`, COUNT(CASE WHEN (`t_stored`.`x` IS NOT NULL) AND (NOT ((REGEXP_CONTAINS((`t_stored`.`x`), ('^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}\\z'))))) THEN 1 END) AS `a1`, COUNT(CASE WHEN (`t_stored`.`x` IS NULL) THEN 1 END) AS `a2` FROM `t` AS `t_stored`;
SELECT `t`.`id` AS `id`, `t`.`x` AS `x` FROM `t` AS `t` WHERE ((`t`.`x` IS NOT NULL)) AND (NOT ((REGEXP_CONTAINS((`t`.`x`), ('^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}\\z'))))) ORDER BY `id` NULLS LAST, `x` NULLS LAST LIMIT 20;

-- freshness
SELECT MAX(`t_stored`.`x`) AS `a0` FROM `t` AS `t_stored`;
SELECT MAX(`t_stored`.`x`) AS `a0` FROM `t` AS `t_stored`;

-- length
SELECT `t`.`id` AS `id`, `t`.`x` AS `x` FROM `t` AS `t` WHERE ((`t`.`x` IS NOT NULL)) AND ((CHAR_LENGTH((`t`.`x`))) <> 0) ORDER BY `id` NULLS LAST, `x` NULLS LAST LIMIT 20;

-- max
SELECT `t`.`id` AS `id`, `t`.`x` AS `x` FROM `t` AS `t` WHERE ((`t`.`x` IS NOT NULL)) AND (`t`.`x` > 126) ORDER BY `id` NULLS LAST, `x` NULLS LAST LIMIT 20;
SELECT `t`.`id` AS `id`, `t`.`x` AS `x` FROM `t` AS `t` WHERE ((`t`.`x` IS NOT NULL)) AND (`t`.`x` > CAST('1.8446744073709552e+19' AS FLOAT64) OR (CASE WHEN (`t`.`x`) IS NOT NULL THEN FALSE END)) ORDER BY `id` NULLS LAST, `x` NULLS LAST LIMIT 20;
SELECT `t`.`id` AS `id`, `t`.`x` AS `x` FROM `t` AS `t` WHERE ((`t`.`x` IS NOT NULL)) AND (`t`.`x` > CAST('0.12' AS BIGNUMERIC)) ORDER BY `id` NULLS LAST, `x` NULLS LAST LIMIT 20;
SELECT `t`.`id` AS `id`, `t`.`x` AS `x` FROM `t` AS `t` WHERE ((`t`.`x` IS NOT NULL)) AND (`t`.`x` > TIMESTAMP '2026-01-01 22:00:00.000000+00:00') ORDER BY `id` NULLS LAST, `x` NULLS LAST LIMIT 20;
SELECT `t`.`id` AS `id`, `t`.`x` AS `x` FROM `t` AS `t` WHERE ((`t`.`x` IS NOT NULL)) AND (`t`.`x` > 1) ORDER BY `id` NULLS LAST, `x` NULLS LAST LIMIT 20;
SELECT `t`.`id` AS `id`, `t`.`x` AS `x` FROM `t` AS `t` WHERE ((`t`.`x` IS NOT NULL)) AND (NOT (`t`.`x` <= TIMESTAMP '2026-11-21 00:00:00.000000+00:00')) ORDER BY `id` NULLS LAST, `x` NULLS LAST LIMIT 20;

-- max_age
SELECT `t`.`id` AS `id`, `t`.`x` AS `x` FROM `t` AS `t` WHERE ((`t`.`x` IS NOT NULL)) AND (`t`.`x` < TIMESTAMP '2026-11-20 00:00:00.000000+00:00') ORDER BY `id` NULLS LAST, `x` NULLS LAST LIMIT 20;
SELECT `t`.`id` AS `id`, `t`.`x` AS `x` FROM `t` AS `t` WHERE ((`t`.`x` IS NOT NULL)) AND (`t`.`x` < DATE '2026-11-20') ORDER BY `id` NULLS LAST, `x` NULLS LAST LIMIT 20;
SELECT `t`.`id` AS `id`, `t`.`x` AS `x` FROM `t` AS `t` WHERE ((`t`.`x` IS NOT NULL)) AND (`t`.`x` < DATETIME '2026-11-20 01:00:00.000000') ORDER BY `id` NULLS LAST, `x` NULLS LAST LIMIT 20;
SELECT COUNT(CASE WHEN (`t_stored`.`id` IS NULL) THEN 1 END) AS `a0`, COUNT(CASE WHEN (`t_stored`.`x` IS NULL) THEN 1 END) AS `a1`, COUNT(CASE WHEN (`t_stored`.`x` IS NOT NULL) AND (`t_stored`.`x` < DATE '1-01-01') THEN 1 END) AS `a2` FROM `t` AS `t_stored`;

-- max_length
SELECT `t`.`id` AS `id`, `t`.`x` AS `x` FROM `t` AS `t` WHERE ((`t`.`x` IS NOT NULL)) AND ((CHAR_LENGTH((`t`.`x`))) > 1) ORDER BY `id` NULLS LAST, `x` NULLS LAST LIMIT 20;

-- mean
SELECT SUM(CASE WHEN (`t_stored`.`id` > 2) THEN CAST(`t_stored`.`x` AS BIGNUMERIC) END) AS `a0_x2e_total`, COUNT(CASE WHEN (`t_stored`.`id` > 2) THEN `t_stored`.`x` END) AS `a0_x2e_count`, SUM(CAST(`t_stored`.`x` AS BIGNUMERIC)) AS `a1_x2e_total`, COUNT(`t_stored`.`x`) AS `a1_x2e_count`, COUNT(CASE WHEN (`t_stored`.`x` IS NULL) THEN 1 END) AS `a2_x2e_nulls`, COUNT(*) AS `a2_x2e_rows`, COALESCE(SUM(CAST(`t_stored`.`x` AS BIGNUMERIC)), 0) AS `a3` FROM `t` AS `t_stored`;
SELECT SUM(CAST(`t_stored`.`x` AS BIGNUMERIC)) AS `a0_x2e_total`, COUNT(`t_stored`.`x`) AS `a0_x2e_count`, SUM(CASE WHEN (`t_stored`.`id` > 2) THEN CAST(`t_stored`.`x` AS BIGNUMERIC) END) AS `a1_x2e_total`, COUNT(CASE WHEN (`t_stored`.`id` > 2) THEN `t_stored`.`x` END) AS `a1_x2e_count`, COUNT(CASE WHEN (`t_stored`.`x` IS NULL) THEN 1 END) AS `a2_x2e_nulls`, COUNT(*) AS `a2_x2e_rows`, COALESCE(SUM(CAST(`t_stored`.`x` AS BIGNUMERIC)), 0) AS `a3` FROM `t` AS `t_stored`;
SELECT CASE WHEN (LOGICAL_OR((CASE WHEN (`t_stored`.`id` > 2) THEN (CASE WHEN (`t_stored`.`x`) IS NOT NULL THEN FALSE END) END))) THEN CAST('nan' AS FLOAT64) ELSE AVG(CASE WHEN (`t_stored`.`id` > 2) THEN CAST(`t_stored`.`x` AS FLOAT64) END) END AS `a0`, CASE WHEN (LOGICAL_OR(((CASE WHEN (`t_stored`.`x`) IS NOT NULL THEN FALSE END)))) THEN CAST('nan' AS FLOAT64) ELSE AVG(CAST(`t_stored`.`x` AS FLOAT64)) END AS `a1`, COUNT(CASE WHEN (`t_stored`.`x` IS NULL) THEN 1 END) AS `a2_x2e_nulls`, COUNT(*) AS `a2_x2e_rows`, CASE WHEN (LOGICAL_OR(((CASE WHEN (`t_stored`.`x`) IS NOT NULL THEN FALSE END)))) THEN CAST('nan' AS FLOAT64) ELSE (STDDEV_SAMP((CAST(`t_stored`.`x` AS FLOAT64)))) END AS `a3`, COALESCE(SUM(CAST(`t_stored`.`x` AS FLOAT64)), 0) AS `a4` FROM `t` AS `t_stored`;

-- median
SELECT `t`.`x` AS `v` FROM `t` AS `t` WHERE (`t`.`x` IS NOT NULL) AND TRUE ORDER BY `t`.`x` NULLS LAST LIMIT 1 OFFSET 2;
SELECT `t`.`x` AS `v` FROM `t` AS `t` WHERE (`t`.`x` IS NOT NULL) AND TRUE ORDER BY `t`.`x` NULLS LAST LIMIT 1 OFFSET 2;
SELECT `t`.`x` AS `v` FROM `t` AS `t` WHERE (`t`.`x` IS NOT NULL) AND TRUE ORDER BY `t`.`x` NULLS LAST LIMIT 1 OFFSET 2;

-- min
SELECT `t`.`id` AS `id`, `t`.`x` AS `x` FROM `t` AS `t` WHERE ((`t`.`x` IS NOT NULL)) AND (`t`.`x` < -9223372036854775807) ORDER BY `id` NULLS LAST, `x` NULLS LAST LIMIT 20;
SELECT `t`.`id` AS `id`, `t`.`x` AS `x` FROM `t` AS `t` WHERE ((`t`.`x` IS NOT NULL)) AND (`t`.`x` < CAST('0.0' AS FLOAT64) OR (CASE WHEN (`t`.`x`) IS NOT NULL THEN FALSE END)) ORDER BY `id` NULLS LAST, `x` NULLS LAST LIMIT 20;
SELECT `t`.`id` AS `id`, `t`.`x` AS `x` FROM `t` AS `t` WHERE ((`t`.`x` IS NOT NULL)) AND (`t`.`x` < TIMESTAMP '2026-01-02 00:00:00.000000+00:00') ORDER BY `id` NULLS LAST, `x` NULLS LAST LIMIT 20;
SELECT `t`.`id` AS `id`, `t`.`x` AS `x` FROM `t` AS `t` WHERE ((`t`.`x` IS NOT NULL)) AND (NOT (`t`.`x` >= TIMESTAMP '2026-11-20 00:00:00.000000+00:00')) ORDER BY `id` NULLS LAST, `x` NULLS LAST LIMIT 20;
SELECT `t`.`id` AS `id`, `t`.`x` AS `x` FROM `t` AS `t` WHERE ((`t`.`x` IS NOT NULL)) AND (NOT (`t`.`x` >= DATE '2026-11-20')) ORDER BY `id` NULLS LAST, `x` NULLS LAST LIMIT 20;
SELECT `t`.`id` AS `id`, `t`.`x` AS `x` FROM `t` AS `t` WHERE ((`t`.`x` IS NOT NULL)) AND (NOT (`t`.`x` >= DATETIME '2026-11-20 00:00:00.000000')) ORDER BY `id` NULLS LAST, `x` NULLS LAST LIMIT 20;

-- min_length
SELECT `t`.`id` AS `id`, `t`.`x` AS `x` FROM `t` AS `t` WHERE ((`t`.`x` IS NOT NULL)) AND ((CHAR_LENGTH((`t`.`x`))) < 2) ORDER BY `id` NULLS LAST, `x` NULLS LAST LIMIT 20;

-- not_in
-- refused: BigQuery converts values to FLOAT in another way
SELECT `t`.`id` AS `id`, `t`.`x` AS `x` FROM `t` AS `t` WHERE ((`t`.`x` IS NOT NULL)) AND (`t`.`x` IN ('unknown')) ORDER BY `id` NULLS LAST, `x` NULLS LAST LIMIT 20;
-- refused: BigQuery converts values to FLOAT in another way

-- null_share
SELECT SUM(CASE WHEN (`t_stored`.`id` > 2) THEN CAST(`t_stored`.`x` AS BIGNUMERIC) END) AS `a0_x2e_total`, COUNT(CASE WHEN (`t_stored`.`id` > 2) THEN `t_stored`.`x` END) AS `a0_x2e_count`, SUM(CAST(`t_stored`.`x` AS BIGNUMERIC)) AS `a1_x2e_total`, COUNT(`t_stored`.`x`) AS `a1_x2e_count`, COUNT(CASE WHEN (`t_stored`.`x` IS NULL) THEN 1 END) AS `a2_x2e_nulls`, COUNT(*) AS `a2_x2e_rows`, COALESCE(SUM(CAST(`t_stored`.`x` AS BIGNUMERIC)), 0) AS `a3` FROM `t` AS `t_stored`;
SELECT SUM(CAST(`t_stored`.`x` AS BIGNUMERIC)) AS `a0_x2e_total`, COUNT(`t_stored`.`x`) AS `a0_x2e_count`, SUM(CASE WHEN (`t_stored`.`id` > 2) THEN CAST(`t_stored`.`x` AS BIGNUMERIC) END) AS `a1_x2e_total`, COUNT(CASE WHEN (`t_stored`.`id` > 2) THEN `t_stored`.`x` END) AS `a1_x2e_count`, COUNT(CASE WHEN (`t_stored`.`x` IS NULL) THEN 1 END) AS `a2_x2e_nulls`, COUNT(*) AS `a2_x2e_rows`, COALESCE(SUM(CAST(`t_stored`.`x` AS BIGNUMERIC)), 0) AS `a3` FROM `t` AS `t_stored`;
SELECT CASE WHEN (LOGICAL_OR((CASE WHEN (`t_stored`.`id` > 2) THEN (CASE WHEN (`t_stored`.`x`) IS NOT NULL THEN FALSE END) END))) THEN CAST('nan' AS FLOAT64) ELSE AVG(CASE WHEN (`t_stored`.`id` > 2) THEN CAST(`t_stored`.`x` AS FLOAT64) END) END AS `a0`, CASE WHEN (LOGICAL_OR(((CASE WHEN (`t_stored`.`x`) IS NOT NULL THEN FALSE END)))) THEN CAST('nan' AS FLOAT64) ELSE AVG(CAST(`t_stored`.`x` AS FLOAT64)) END AS `a1`, COUNT(CASE WHEN (`t_stored`.`x` IS NULL) THEN 1 END) AS `a2_x2e_nulls`, COUNT(*) AS `a2_x2e_rows`, CASE WHEN (LOGICAL_OR(((CASE WHEN (`t_stored`.`x`) IS NOT NULL THEN FALSE END)))) THEN CAST('nan' AS FLOAT64) ELSE (STDDEV_SAMP((CAST(`t_stored`.`x` AS FLOAT64)))) END AS `a3`, COALESCE(SUM(CAST(`t_stored`.`x` AS FLOAT64)), 0) AS `a4` FROM `t` AS `t_stored`;

-- pattern
SELECT COUNT(CASE WHEN (`t_stored`.`id` IS NULL) THEN 1 END) AS `a0`, COUNT(CASE WHEN (`t_stored`.`x` IS NOT NULL) AND (NOT ((REGEXP_CONTAINS((`t_stored`.`x`), ('^/[a-z]+\\z'))))) THEN 1 END) AS `a1`, COUNT(CASE WHEN (`t_stored`.`x` IS NULL) THEN 1 END) AS `a2` FROM `t` AS `t_stored`;
SELECT `t`.`id` AS `id`, `t`.`x` AS `x` FROM `t` AS `t` WHERE ((`t`.`x` IS NOT NULL)) AND (NOT ((REGEXP_CONTAINS((`t`.`x`), ('^/[a-z]+\\z'))))) ORDER BY `id` NULLS LAST, `x` NULLS LAST LIMIT 20;
SELECT COUNT(CASE WHEN (`t_stored`.`id` IS NULL) THEN 1 END) AS `a0`, COUNT(CASE WHEN (`t_stored`.`x` IS NOT NULL) AND (NOT ((REGEXP_CONTAINS((`t_stored`.`x`), ('^\'[\\p{Nd}]{2}\\\\\\z'))))) THEN 1 END) AS `a1`, COUNT(CASE WHEN (`t_stored`.`x` IS NULL) THEN 1 END) AS `a2` FROM `t` AS `t_stored`;
SELECT `t`.`id` AS `id`, `t`.`x` AS `x` FROM `t` AS `t` WHERE ((`t`.`x` IS NOT NULL)) AND (NOT ((REGEXP_CONTAINS((`t`.`x`), ('^\'[\\p{Nd}]{2}\\\\\\z'))))) ORDER BY `id` NULLS LAST, `x` NULLS LAST LIMIT 20;
SELECT `t`.`id` AS `id`, `t`.`x` AS `x` FROM `t` AS `t` WHERE (`t`.`x` IS NOT NULL);

-- primary_key
SELECT COALESCE(SUM(CAST(`g`.`n` AS INT64)), 0) AS `_col_0` FROM (SELECT COUNT(*) AS `n` FROM `t` AS `t` WHERE TRUE GROUP BY `t`.`id` HAVING COUNT(*) > 1 OR `id` IS NULL) AS `g`;

-- quantile
SELECT `t`.`x` AS `v` FROM `t` AS `t` WHERE (`t`.`x` IS NOT NULL) AND TRUE ORDER BY `t`.`x` NULLS LAST LIMIT 1 OFFSET 0;
SELECT `t`.`x` AS `v` FROM `t` AS `t` WHERE (`t`.`x` IS NOT NULL) AND TRUE ORDER BY `t`.`x` NULLS LAST LIMIT 1 OFFSET 0;
SELECT `t`.`x` AS `v` FROM `t` AS `t` WHERE (`t`.`x` IS NOT NULL) AND TRUE ORDER BY `t`.`x` NULLS LAST LIMIT 1 OFFSET 0;

-- references
SELECT COUNT(CASE WHEN (`t_stored`.`id` IS NULL) THEN 1 END) AS `a0`, COUNT(CASE WHEN ((`t_stored`.`x` IS NOT NULL AND `t_stored`.`y` IS NOT NULL)) THEN 1 END) AS `a1` FROM `t` AS `t_stored`;
SELECT `t`.`id` AS `id`, `t`.`x` AS `x`, `t`.`y` AS `y` FROM (SELECT `t`.`id` AS `id`, `t`.`x` AS `x`, `t`.`y` AS `y` FROM `t` AS `t` WHERE (`t`.`x` IS NOT NULL AND `t`.`y` IS NOT NULL)) AS `t` WHERE NOT EXISTS(SELECT 1 FROM `t1` AS `p` WHERE `t`.`x` = `p`.`a` AND `t`.`y` = `p`.`b`) ORDER BY `t`.`x` NULLS LAST, `t`.`y` NULLS LAST, `t`.`id` NULLS LAST LIMIT 20;
SELECT COUNT(CASE WHEN (`t_stored`.`id` IS NULL) THEN 1 END) AS `a0`, COUNT(CASE WHEN ((`t_stored`.`x` IS NOT NULL)) THEN 1 END) AS `a1` FROM `t` AS `t_stored`;
SELECT `t`.`id` AS `id`, `t`.`x` AS `x` FROM (SELECT `t`.`id` AS `id`, `t`.`x` AS `x` FROM `t` AS `t` WHERE (`t`.`x` IS NOT NULL)) AS `t` WHERE NOT EXISTS(SELECT 1 FROM `t` AS `p` WHERE `t`.`x` = `p`.`id`) ORDER BY `t`.`x` NULLS LAST, `t`.`id` NULLS LAST LIMIT 20;

-- required
SELECT `t`.`id` AS `id`, `t`.`x` AS `x` FROM `t` AS `t` WHERE (TRUE) AND (`t`.`x` IS NULL) ORDER BY `id` NULLS LAST, `x` NULLS LAST LIMIT 20;

-- required_if
SELECT `t`.`id` AS `id`, `t`.`x` AS `x` FROM `t` AS `t` WHERE (((`t`.`id` > 1))) AND (`t`.`x` IS NULL) ORDER BY `id` NULLS LAST, `x` NULLS LAST LIMIT 20;
SELECT `t`.`id` AS `id`, `t`.`x` AS `x` FROM `t` AS `t` WHERE (((`t`.`y` < DATE '2026-11-21'))) AND (`t`.`x` IS NULL) ORDER BY `id` NULLS LAST, `x` NULLS LAST LIMIT 20;

-- rows
SELECT COUNT(*) AS `a0` FROM `t` AS `t_stored`;

-- same_set_as
SELECT `g`.`v` AS `v` FROM (SELECT `u`.`v` AS `v`, MAX(`u`.`own`) AS `own`, MAX(`u`.`foreign_one`) AS `foreign_one` FROM (SELECT `t`.`x` AS `v`, 1 AS `own`, 0 AS `foreign_one` FROM `t` AS `t` WHERE (`t`.`x` IS NOT NULL) UNION ALL SELECT `t1`.`y` AS `v`, 0 AS `own`, 1 AS `foreign_one` FROM `t1` AS `t1` WHERE `t1`.`y` IS NOT NULL) AS `u` GROUP BY `u`.`v` HAVING MAX(`own`) <> MAX(`foreign_one`)) AS `g` WHERE `g`.`own` = 1 ORDER BY `v` NULLS LAST LIMIT 20;

-- sequence
SELECT `o`.`id` AS `id`, `o`.`x` AS `x` FROM (SELECT `t`.`id` AS `id`, `t`.`x` AS `x`, LAG(`t`.`x`) OVER (ORDER BY `t`.`x` NULLS LAST) AS `_x23_before x`, LEAD(`t`.`x`) OVER (ORDER BY `t`.`x` NULLS LAST) AS `_x23_after x` FROM `t` AS `t` WHERE (`t`.`x` IS NOT NULL)) AS `o` WHERE (`o`.`_x23_before x` IS NOT NULL AND `o`.`x` <> CAST(`o`.`_x23_before x` AS BIGNUMERIC) + 1) OR (`o`.`_x23_after x` IS NOT NULL AND `o`.`x` = `o`.`_x23_after x`) ORDER BY `o`.`x` NULLS LAST, `o`.`id` NULLS LAST LIMIT 20;
SELECT COUNT(CASE WHEN (`t_stored`.`id` IS NULL) THEN 1 END) AS `a0`, COUNT(CASE WHEN ((`t_stored`.`id` > 0)) AND ((`t_stored`.`x` IS NOT NULL)) THEN 1 END) AS `a1` FROM `t` AS `t_stored`;
SELECT `o`.`id` AS `id`, `o`.`x` AS `x` FROM (SELECT `t`.`id` AS `id`, `t`.`x` AS `x`, LAG(`t`.`x`) OVER (ORDER BY `t`.`x` NULLS LAST) AS `_x23_before x`, LEAD(`t`.`x`) OVER (ORDER BY `t`.`x` NULLS LAST) AS `_x23_after x` FROM `t` AS `t` WHERE ((`t`.`id` > 0)) AND (`t`.`x` IS NOT NULL)) AS `o` WHERE (`o`.`_x23_before x` IS NOT NULL AND `o`.`x` <> CAST(`o`.`_x23_before x` AS BIGNUMERIC) + 1000000) OR (`o`.`_x23_after x` IS NOT NULL AND `o`.`x` = `o`.`_x23_after x`) ORDER BY `o`.`x` NULLS LAST, `o`.`id` NULLS LAST LIMIT 20;
-- refused: `INTERVAL` is not known on BigQuery; write the rule without it

-- sorted
SELECT COUNT(CASE WHEN (`t_stored`.`id` IS NULL) THEN 1 END) AS `a0`, COUNT(CASE WHEN ((`t_stored`.`y` IS NOT NULL AND `t_stored`.`x` IS NOT NULL)) THEN 1 END) AS `a1` FROM `t` AS `t_stored`;
SELECT `o`.`id` AS `id`, `o`.`y` AS `y`, `o`.`x` AS `x` FROM (SELECT `t`.`id` AS `id`, `t`.`x` AS `x`, `t`.`y` AS `y`, LAG(`t`.`x`) OVER (ORDER BY `t`.`y` NULLS LAST, `t`.`x` NULLS LAST) AS `_x23_before x` FROM `t` AS `t` WHERE (`t`.`y` IS NOT NULL AND `t`.`x` IS NOT NULL)) AS `o` WHERE CASE WHEN `o`.`x` < `o`.`_x23_before x` THEN TRUE WHEN NOT (CASE WHEN (`o`.`x` = `o`.`_x23_before x`) THEN TRUE ELSE FALSE END) THEN FALSE ELSE FALSE END ORDER BY `id` NULLS LAST, `y` NULLS LAST, `x` NULLS LAST LIMIT 20;
SELECT `o`.`id` AS `id`, `o`.`y` AS `y`, `o`.`x` AS `x` FROM (SELECT `t`.`id` AS `id`, `t`.`x` AS `x`, `t`.`y` AS `y`, LAG(`t`.`x`) OVER (ORDER BY `t`.`y` NULLS LAST, `t`.`x` DESC NULLS FIRST) AS `_x23_before x` FROM `t` AS `t` WHERE (`t`.`y` IS NOT NULL AND `t`.`x` IS NOT NULL)) AS `o` WHERE CASE WHEN `o`.`x` > `o`.`_x23_before x` THEN TRUE WHEN NOT (CASE WHEN (`o`.`x` = `o`.`_x23_before x`) THEN TRUE ELSE FALSE END) THEN FALSE ELSE FALSE END ORDER BY `id` NULLS LAST, `y` NULLS LAST, `x` NULLS LAST LIMIT 20;
SELECT COUNT(CASE WHEN (`t_stored`.`id` IS NULL) THEN 1 END) AS `a0`, COUNT(CASE WHEN ((`t_stored`.`y` > 0)) AND ((`t_stored`.`y` IS NOT NULL AND `t_stored`.`x` IS NOT NULL)) THEN 1 END) AS `a1` FROM `t` AS `t_stored`;
SELECT `o`.`id` AS `id`, `o`.`y` AS `y`, `o`.`x` AS `x` FROM (SELECT `t`.`id` AS `id`, `t`.`x` AS `x`, `t`.`y` AS `y`, LAG(`t`.`x`) OVER (ORDER BY `t`.`y` NULLS LAST, `t`.`x` NULLS LAST) AS `_x23_before x` FROM `t` AS `t` WHERE ((`t`.`y` > 0)) AND (`t`.`y` IS NOT NULL AND `t`.`x` IS NOT NULL)) AS `o` WHERE CASE WHEN `o`.`x` < `o`.`_x23_before x` THEN TRUE WHEN NOT (CASE WHEN (`o`.`x` = `o`.`_x23_before x`) THEN TRUE ELSE FALSE END) THEN FALSE ELSE FALSE END ORDER BY `id` NULLS LAST, `y` NULLS LAST, `x` NULLS LAST LIMIT 20;

-- sql
SELECT COUNT(CASE WHEN (`t_stored`.`id` IS NULL) THEN 1 END) AS `a0` FROM `t` AS `t_stored`;
SELECT `q`.`id` AS `id`, `q`.`x` AS `x` FROM (SELECT `_x7b_table_x7d_`.`id` AS `id`, `_x7b_table_x7d_`.`x` AS `x` FROM `t` AS `_x7b_table_x7d_` WHERE `_x7b_table_x7d_`.`x` = '{batch}' OR `_x7b_table_x7d_`.`x` = '{{') AS `q` LIMIT 0;
SELECT `q`.`id` AS `id`, `q`.`x` AS `x` FROM (SELECT `_x7b_table_x7d_`.`id` AS `id`, `_x7b_table_x7d_`.`x` AS `x` FROM `t` AS `_x7b_table_x7d_` WHERE `_x7b_table_x7d_`.`x` = '{batch}' OR `_x7b_table_x7d_`.`x` = '{{') AS `q` ORDER BY `q`.`id` NULLS LAST, `q`.`x` NULLS LAST LIMIT 20;
SELECT `q`.`seen` AS `seen`, `q`.`id` AS `id` FROM (SELECT `c`.`x` AS `seen`, `c`.`id` AS `id` FROM `t` AS `c` WHERE `c`.`x` > 1) AS `q` LIMIT 0;
SELECT `q`.`seen` AS `seen`, `q`.`id` AS `id` FROM (SELECT `c`.`x` AS `seen`, `c`.`id` AS `id` FROM `t` AS `c` WHERE `c`.`x` > 1) AS `q` ORDER BY `q`.`seen` NULLS LAST, `q`.`id` NULLS LAST LIMIT 20;
SELECT `q`.`x` AS `x` FROM (SELECT `o`.`x` AS `x` FROM `t` AS `o` WHERE NOT EXISTS(SELECT 1 AS `1` FROM `t1` AS `p` WHERE `p`.`a` = `o`.`x`)) AS `q` LIMIT 0;

-- sql_value
SELECT `q`.`n` AS `n` FROM (SELECT COUNT(`_x7b_table_x7d_`.`x`) AS `n` FROM `t` AS `_x7b_table_x7d_`) AS `q` LIMIT 2;

-- stdev
SELECT COUNT(*) AS `n`, SUM(CAST(`t`.`x` AS BIGNUMERIC)) AS `total`, MIN(CAST(`t`.`x` AS BIGNUMERIC)) AS `low`, MAX(CAST(`t`.`x` AS BIGNUMERIC)) AS `high` FROM `t` AS `t` WHERE (`t`.`x` IS NOT NULL);
SELECT SUM(CAST(CAST(`t`.`x` AS BIGNUMERIC) - CAST('429496732' AS BIGNUMERIC) AS BIGNUMERIC) * CAST(CAST(`t`.`x` AS BIGNUMERIC) - CAST('429496732' AS BIGNUMERIC) AS BIGNUMERIC)) AS `total` FROM `t` AS `t` WHERE (`t`.`x` IS NOT NULL);
SELECT COUNT(*) AS `n`, SUM(CAST(`t`.`x` AS BIGNUMERIC)) AS `total`, MIN(CAST(`t`.`x` AS BIGNUMERIC)) AS `low`, MAX(CAST(`t`.`x` AS BIGNUMERIC)) AS `high` FROM `t` AS `t` WHERE (`t`.`x` IS NOT NULL);
-- refused: BigQuery would round decimals here; write the rule without it

-- sum
SELECT SUM(CASE WHEN (`t_stored`.`id` > 2) THEN CAST(`t_stored`.`x` AS BIGNUMERIC) END) AS `a0_x2e_total`, COUNT(CASE WHEN (`t_stored`.`id` > 2) THEN `t_stored`.`x` END) AS `a0_x2e_count`, SUM(CAST(`t_stored`.`x` AS BIGNUMERIC)) AS `a1_x2e_total`, COUNT(`t_stored`.`x`) AS `a1_x2e_count`, COUNT(CASE WHEN (`t_stored`.`x` IS NULL) THEN 1 END) AS `a2_x2e_nulls`, COUNT(*) AS `a2_x2e_rows`, COALESCE(SUM(CAST(`t_stored`.`x` AS BIGNUMERIC)), 0) AS `a3` FROM `t` AS `t_stored`;
SELECT SUM(CAST(`t_stored`.`x` AS BIGNUMERIC)) AS `a0_x2e_total`, COUNT(`t_stored`.`x`) AS `a0_x2e_count`, SUM(CASE WHEN (`t_stored`.`id` > 2) THEN CAST(`t_stored`.`x` AS BIGNUMERIC) END) AS `a1_x2e_total`, COUNT(CASE WHEN (`t_stored`.`id` > 2) THEN `t_stored`.`x` END) AS `a1_x2e_count`, COUNT(CASE WHEN (`t_stored`.`x` IS NULL) THEN 1 END) AS `a2_x2e_nulls`, COUNT(*) AS `a2_x2e_rows`, COALESCE(SUM(CAST(`t_stored`.`x` AS BIGNUMERIC)), 0) AS `a3` FROM `t` AS `t_stored`;
SELECT CASE WHEN (LOGICAL_OR((CASE WHEN (`t_stored`.`id` > 2) THEN (CASE WHEN (`t_stored`.`x`) IS NOT NULL THEN FALSE END) END))) THEN CAST('nan' AS FLOAT64) ELSE AVG(CASE WHEN (`t_stored`.`id` > 2) THEN CAST(`t_stored`.`x` AS FLOAT64) END) END AS `a0`, CASE WHEN (LOGICAL_OR(((CASE WHEN (`t_stored`.`x`) IS NOT NULL THEN FALSE END)))) THEN CAST('nan' AS FLOAT64) ELSE AVG(CAST(`t_stored`.`x` AS FLOAT64)) END AS `a1`, COUNT(CASE WHEN (`t_stored`.`x` IS NULL) THEN 1 END) AS `a2_x2e_nulls`, COUNT(*) AS `a2_x2e_rows`, CASE WHEN (LOGICAL_OR(((CASE WHEN (`t_stored`.`x`) IS NOT NULL THEN FALSE END)))) THEN CAST('nan' AS FLOAT64) ELSE (STDDEV_SAMP((CAST(`t_stored`.`x` AS FLOAT64)))) END AS `a3`, COALESCE(SUM(CAST(`t_stored`.`x` AS FLOAT64)), 0) AS `a4` FROM `t` AS `t_stored`;

-- unique
SELECT COALESCE(SUM(CAST(`g`.`n` AS INT64)), 0) AS `_col_0` FROM (SELECT COUNT(*) AS `n` FROM `t` AS `t` WHERE TRUE GROUP BY `t`.`id` HAVING COUNT(*) > 1 OR `id` IS NULL) AS `g`;
SELECT COALESCE(SUM(CAST(`g`.`n` AS INT64)), 0) AS `_col_0` FROM (SELECT COUNT(*) AS `n` FROM `t` AS `t` WHERE ((`t`.`y` IS NULL)) AND (`t`.`x` IS NOT NULL) GROUP BY `t`.`x` HAVING COUNT(*) > 1) AS `g`;
SELECT COUNT(CASE WHEN (`t_stored`.`id` IS NULL) THEN 1 END) AS `a0`, COUNT(CASE WHEN ((`t_stored`.`y` IS NULL)) AND (`t_stored`.`x` IS NULL) THEN 1 END) AS `a1`, COUNT(CASE WHEN (`t_stored`.`y` IS NULL) THEN 1 END) AS `a2` FROM `t` AS `t_stored`;
SELECT `t`.`id` AS `id`, `t`.`x` AS `x` FROM (SELECT `t`.`id` AS `id`, `t`.`x` AS `x` FROM `t` AS `t` WHERE ((`t`.`y` IS NULL))) AS `t` JOIN (SELECT `t`.`x` AS `k0` FROM `t` AS `t` WHERE ((`t`.`y` IS NULL)) AND (`t`.`x` IS NOT NULL) GROUP BY `k0` HAVING COUNT(*) > 1 ORDER BY `k0` NULLS LAST LIMIT 20) AS `g` ON ((CASE WHEN `t`.`x` = `g`.`k0` THEN TRUE WHEN `t`.`x` IS NULL AND `g`.`k0` IS NULL THEN TRUE ELSE FALSE END)) ORDER BY `t`.`x` NULLS LAST, `t`.`id` NULLS LAST LIMIT 20;
SELECT COALESCE(SUM(CAST(`g`.`n` AS INT64)), 0) AS `_col_0` FROM (SELECT COUNT(*) AS `n` FROM `t` AS `t` WHERE (`t`.`x` IS NOT NULL) GROUP BY `t`.`x` HAVING COUNT(*) > 1) AS `g`;
SELECT COUNT(CASE WHEN (`t_stored`.`id` IS NULL) THEN 1 END) AS `a0`, COUNT(CASE WHEN (`t_stored`.`x` IS NULL) THEN 1 END) AS `a1` FROM `t` AS `t_stored`;
