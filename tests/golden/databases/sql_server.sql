-- above
SELECT COUNT_BIG(CASE WHEN ([t_stored].[x] IS NOT NULL) AND ([t_stored].[x] <= CAST('0.0' AS FLOAT(53)) OR (CASE WHEN ([t_stored].[x]) IS NOT NULL THEN CAST(0 AS BIT) END) = 1) THEN 1 END) AS [a0], COUNT_BIG(CASE WHEN ([t_stored].[x] IS NULL) THEN 1 END) AS [a1], COUNT_BIG(*) AS [a2] FROM "t" AS [t_stored];
SELECT TOP 20 [t].[id] AS [id], [t].[x] AS [x] FROM "t" AS [t] WHERE (([t].[x] IS NOT NULL)) AND ([t].[x] <= CAST('0.0' AS FLOAT(53)) OR (CASE WHEN ([t].[x]) IS NOT NULL THEN CAST(0 AS BIT) END) = 1) ORDER BY CASE WHEN [t].[id] IS NULL THEN 1 ELSE 0 END, [t].[id], CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x];
SELECT COUNT_BIG(CASE WHEN ([t_stored].[x] IS NOT NULL) AND ([t_stored].[x] <= CAST('2026-01-01' AS DATE)) THEN 1 END) AS [a0], COUNT_BIG(CASE WHEN ([t_stored].[x] IS NULL) THEN 1 END) AS [a1], COUNT_BIG(*) AS [a2] FROM "t" AS [t_stored];
SELECT TOP 20 [t].[id] AS [id], [t].[x] AS [x] FROM "t" AS [t] WHERE (([t].[x] IS NOT NULL)) AND ([t].[x] <= CAST('2026-01-01' AS DATE)) ORDER BY CASE WHEN [t].[id] IS NULL THEN 1 ELSE 0 END, [t].[id], CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x];
SELECT COUNT_BIG(CASE WHEN ([t_stored].[x] IS NOT NULL) AND (NOT ([t_stored].[x] > CAST('2026-11-20T00:00:00.000000+00:00' AS DATETIMEOFFSET(6)))) THEN 1 END) AS [a0], COUNT_BIG(CASE WHEN ([t_stored].[x] IS NULL) THEN 1 END) AS [a1], COUNT_BIG(*) AS [a2] FROM "t" AS [t_stored];
SELECT TOP 20 [t].[id] AS [id], [t].[x] AS [x] FROM "t" AS [t] WHERE (([t].[x] IS NOT NULL)) AND (NOT ([t].[x] > CAST('2026-11-20T00:00:00.000000+00:00' AS DATETIMEOFFSET(6)))) ORDER BY CASE WHEN [t].[id] IS NULL THEN 1 ELSE 0 END, [t].[id], CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x];
SELECT COUNT_BIG(CASE WHEN ([t_stored].[x] IS NOT NULL) AND (NOT ([t_stored].[x] > CAST('2026-11-19' AS DATE))) THEN 1 END) AS [a0], COUNT_BIG(CASE WHEN ([t_stored].[x] IS NULL) THEN 1 END) AS [a1], COUNT_BIG(*) AS [a2] FROM "t" AS [t_stored];
SELECT TOP 20 [t].[id] AS [id], [t].[x] AS [x] FROM "t" AS [t] WHERE (([t].[x] IS NOT NULL)) AND (NOT ([t].[x] > CAST('2026-11-19' AS DATE))) ORDER BY CASE WHEN [t].[id] IS NULL THEN 1 ELSE 0 END, [t].[id], CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x];

-- below
SELECT COUNT_BIG(CASE WHEN ([t_stored].[x] IS NOT NULL) AND ([t_stored].[x] >= CAST('0.1' AS REAL) OR (CASE WHEN ([t_stored].[x]) IS NOT NULL THEN CAST(0 AS BIT) END) = 1) THEN 1 END) AS [a0], COUNT_BIG(CASE WHEN ([t_stored].[x] IS NULL) THEN 1 END) AS [a1], COUNT_BIG(*) AS [a2] FROM "t" AS [t_stored];
SELECT TOP 20 [t].[id] AS [id], [t].[x] AS [x] FROM "t" AS [t] WHERE (([t].[x] IS NOT NULL)) AND ([t].[x] >= CAST('0.1' AS REAL) OR (CASE WHEN ([t].[x]) IS NOT NULL THEN CAST(0 AS BIT) END) = 1) ORDER BY CASE WHEN [t].[id] IS NULL THEN 1 ELSE 0 END, [t].[id], CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x];
SELECT COUNT_BIG(CASE WHEN ([t_stored].[x] IS NOT NULL) AND ([t_stored].[x] >= CAST('2026-01-02T03:04:05.000000' AS DATETIME2(6))) THEN 1 END) AS [a0], COUNT_BIG(CASE WHEN ([t_stored].[x] IS NULL) THEN 1 END) AS [a1], COUNT_BIG(*) AS [a2] FROM "t" AS [t_stored];
SELECT TOP 20 [t].[id] AS [id], [t].[x] AS [x] FROM "t" AS [t] WHERE (([t].[x] IS NOT NULL)) AND ([t].[x] >= CAST('2026-01-02T03:04:05.000000' AS DATETIME2(6))) ORDER BY CASE WHEN [t].[id] IS NULL THEN 1 ELSE 0 END, [t].[id], CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x];
SELECT COUNT_BIG(CASE WHEN ([t_stored].[x] IS NOT NULL) AND (NOT ([t_stored].[x] < CAST('2026-11-21T00:00:00.000000+00:00' AS DATETIMEOFFSET(6)))) THEN 1 END) AS [a0], COUNT_BIG(CASE WHEN ([t_stored].[x] IS NULL) THEN 1 END) AS [a1], COUNT_BIG(*) AS [a2] FROM "t" AS [t_stored];
SELECT TOP 20 [t].[id] AS [id], [t].[x] AS [x] FROM "t" AS [t] WHERE (([t].[x] IS NOT NULL)) AND (NOT ([t].[x] < CAST('2026-11-21T00:00:00.000000+00:00' AS DATETIMEOFFSET(6)))) ORDER BY CASE WHEN [t].[id] IS NULL THEN 1 ELSE 0 END, [t].[id], CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x];
SELECT COUNT_BIG(CASE WHEN ([t_stored].[x] IS NOT NULL) AND (NOT ([t_stored].[x] < CAST('2026-11-20' AS DATE))) THEN 1 END) AS [a0], COUNT_BIG(CASE WHEN ([t_stored].[x] IS NULL) THEN 1 END) AS [a1], COUNT_BIG(*) AS [a2] FROM "t" AS [t_stored];
SELECT TOP 20 [t].[id] AS [id], [t].[x] AS [x] FROM "t" AS [t] WHERE (([t].[x] IS NOT NULL)) AND (NOT ([t].[x] < CAST('2026-11-20' AS DATE))) ORDER BY CASE WHEN [t].[id] IS NULL THEN 1 ELSE 0 END, [t].[id], CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x];

-- compare
SELECT COUNT_BIG(CASE WHEN (([t_stored].[y] IS NOT NULL AND [t_stored].[x] IS NOT NULL)) THEN 1 END) AS [a0], COUNT_BIG(CASE WHEN ([t_stored].[y] IS NOT NULL AND [t_stored].[x] IS NOT NULL) AND (NOT (CASE WHEN ([t_stored].[y] > [t_stored].[x]) THEN CAST(1 AS BIT) ELSE CAST(0 AS BIT) END = 1)) THEN 1 END) AS [a1], COUNT_BIG(*) AS [a2] FROM "t" AS [t_stored];
SELECT TOP 20 [t].[id] AS [id], [t].[y] AS [y], [t].[x] AS [x] FROM "t" AS [t] WHERE (([t].[y] IS NOT NULL AND [t].[x] IS NOT NULL)) AND (NOT (CASE WHEN ([t].[y] > [t].[x]) THEN CAST(1 AS BIT) ELSE CAST(0 AS BIT) END = 1)) ORDER BY CASE WHEN [t].[id] IS NULL THEN 1 ELSE 0 END, [t].[id], CASE WHEN [t].[y] IS NULL THEN 1 ELSE 0 END, [t].[y], CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x];
SELECT COUNT_BIG(CASE WHEN ([t_stored].[x] IS NOT NULL) AND ([t_stored].[x] >= 2) THEN 1 END) AS [a0], COUNT_BIG(CASE WHEN ([t_stored].[x] IS NULL) THEN 1 END) AS [a1], COUNT_BIG(*) AS [a2] FROM "t" AS [t_stored];
SELECT TOP 20 [t].[id] AS [id], [t].[x] AS [x] FROM "t" AS [t] WHERE (([t].[x] IS NOT NULL)) AND ([t].[x] >= 2) ORDER BY CASE WHEN [t].[id] IS NULL THEN 1 ELSE 0 END, [t].[id], CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x];
SELECT COUNT_BIG(CASE WHEN (([t_stored].[y] IS NOT NULL AND [t_stored].[x] IS NOT NULL)) THEN 1 END) AS [a0], COUNT_BIG(CASE WHEN ([t_stored].[y] IS NOT NULL AND [t_stored].[x] IS NOT NULL) AND (NOT (CASE WHEN ([t_stored].[y] >= [t_stored].[x]) THEN CAST(1 AS BIT) ELSE CAST(0 AS BIT) END = 1)) THEN 1 END) AS [a1], COUNT_BIG(*) AS [a2] FROM "t" AS [t_stored];
SELECT TOP 20 [t].[id] AS [id], [t].[y] AS [y], [t].[x] AS [x] FROM "t" AS [t] WHERE (([t].[y] IS NOT NULL AND [t].[x] IS NOT NULL)) AND (NOT (CASE WHEN ([t].[y] >= [t].[x]) THEN CAST(1 AS BIT) ELSE CAST(0 AS BIT) END = 1)) ORDER BY CASE WHEN [t].[id] IS NULL THEN 1 ELSE 0 END, [t].[id], CASE WHEN [t].[y] IS NULL THEN 1 ELSE 0 END, [t].[y], CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x];
SELECT COUNT_BIG(CASE WHEN ([t_stored].[x] IS NOT NULL) AND ([t_stored].[x] > 2) THEN 1 END) AS [a0], COUNT_BIG(CASE WHEN ([t_stored].[x] IS NULL) THEN 1 END) AS [a1], COUNT_BIG(*) AS [a2] FROM "t" AS [t_stored];
SELECT TOP 20 [t].[id] AS [id], [t].[x] AS [x] FROM "t" AS [t] WHERE (([t].[x] IS NOT NULL)) AND ([t].[x] > 2) ORDER BY CASE WHEN [t].[id] IS NULL THEN 1 ELSE 0 END, [t].[id], CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x];
SELECT COUNT_BIG(CASE WHEN (([t_stored].[x] IS NOT NULL AND [t_stored].[y] IS NOT NULL)) THEN 1 END) AS [a0], COUNT_BIG(CASE WHEN ([t_stored].[x] IS NOT NULL AND [t_stored].[y] IS NOT NULL) AND (NOT (CASE WHEN ([t_stored].[x] > [t_stored].[y]) THEN CAST(1 AS BIT) ELSE CAST(0 AS BIT) END = 1)) THEN 1 END) AS [a1], COUNT_BIG(*) AS [a2] FROM "t" AS [t_stored];
SELECT TOP 20 [t].[id] AS [id], [t].[x] AS [x], [t].[y] AS [y] FROM "t" AS [t] WHERE (([t].[x] IS NOT NULL AND [t].[y] IS NOT NULL)) AND (NOT (CASE WHEN ([t].[x] > [t].[y]) THEN CAST(1 AS BIT) ELSE CAST(0 AS BIT) END = 1)) ORDER BY CASE WHEN [t].[id] IS NULL THEN 1 ELSE 0 END, [t].[id], CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x], CASE WHEN [t].[y] IS NULL THEN 1 ELSE 0 END, [t].[y];
SELECT COUNT_BIG(CASE WHEN ([t_stored].[x] IS NOT NULL) AND ([t_stored].[x] <= 2) THEN 1 END) AS [a0], COUNT_BIG(CASE WHEN ([t_stored].[x] IS NULL) THEN 1 END) AS [a1], COUNT_BIG(*) AS [a2] FROM "t" AS [t_stored];
SELECT TOP 20 [t].[id] AS [id], [t].[x] AS [x] FROM "t" AS [t] WHERE (([t].[x] IS NOT NULL)) AND ([t].[x] <= 2) ORDER BY CASE WHEN [t].[id] IS NULL THEN 1 ELSE 0 END, [t].[id], CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x];

-- const
SELECT COUNT_BIG(CASE WHEN ([t_stored].[x] IS NOT NULL) AND (NOT ([t_stored].[x] IN (CAST(1 AS BIT)))) THEN 1 END) AS [a0], COUNT_BIG(CASE WHEN ([t_stored].[x] IS NULL) THEN 1 END) AS [a1], COUNT_BIG(*) AS [a2] FROM "t" AS [t_stored];
SELECT TOP 20 [t].[id] AS [id], [t].[x] AS [x] FROM "t" AS [t] WHERE (([t].[x] IS NOT NULL)) AND (NOT ([t].[x] IN (CAST(1 AS BIT)))) ORDER BY CASE WHEN [t].[id] IS NULL THEN 1 ELSE 0 END, [t].[id], CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x];
SELECT COUNT_BIG(CASE WHEN ([t_stored].[x] IS NOT NULL) AND (NOT ([t_stored].[x] = CAST('2026-11-21T00:00:00.000000+00:00' AS DATETIMEOFFSET(6)))) THEN 1 END) AS [a0], COUNT_BIG(CASE WHEN ([t_stored].[x] IS NULL) THEN 1 END) AS [a1], COUNT_BIG(*) AS [a2] FROM "t" AS [t_stored];
SELECT TOP 20 [t].[id] AS [id], [t].[x] AS [x] FROM "t" AS [t] WHERE (([t].[x] IS NOT NULL)) AND (NOT ([t].[x] = CAST('2026-11-21T00:00:00.000000+00:00' AS DATETIMEOFFSET(6)))) ORDER BY CASE WHEN [t].[id] IS NULL THEN 1 ELSE 0 END, [t].[id], CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x];
SELECT COUNT_BIG(CASE WHEN ([t_stored].[x] IS NOT NULL) AND (1 = 1) THEN 1 END) AS [a0], COUNT_BIG(CASE WHEN ([t_stored].[x] IS NULL) THEN 1 END) AS [a1], COUNT_BIG(*) AS [a2] FROM "t" AS [t_stored];
SELECT TOP 20 [t].[id] AS [id], [t].[x] AS [x] FROM "t" AS [t] WHERE (([t].[x] IS NOT NULL)) AND (1 = 1) ORDER BY CASE WHEN [t].[id] IS NULL THEN 1 ELSE 0 END, [t].[id], CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x];

-- distinct
SELECT COUNT_BIG(*) AS [_col_0] FROM (SELECT [t].[x] AS [v], COUNT_BIG(*) AS [n] FROM "t" AS [t] WHERE ([t].[x] IS NOT NULL) GROUP BY [t].[x]) AS [g];
SELECT COUNT_BIG(*) AS [a0] FROM "t" AS [t_stored];

-- enum
SELECT COUNT_BIG(CASE WHEN ([t_stored].[x] IS NOT NULL) AND (NOT ([t_stored].[x] IN ((CAST(N'' COLLATE Latin1_General_100_BIN2_UTF8 AS VARCHAR(MAX)) + CHAR(1)), (CAST(N'NO' COLLATE Latin1_General_100_BIN2_UTF8 AS VARCHAR(MAX)) + CHAR(1)), (CAST(N'a
b' COLLATE Latin1_General_100_BIN2_UTF8 AS VARCHAR(MAX)) + CHAR(1)), (CAST(N'back\slash' COLLATE Latin1_General_100_BIN2_UTF8 AS VARCHAR(MAX)) + CHAR(1)), (CAST(N'it''s' COLLATE Latin1_General_100_BIN2_UTF8 AS VARCHAR(MAX)) + CHAR(1)), (CAST(N'{x}' COLLATE Latin1_General_100_BIN2_UTF8 AS VARCHAR(MAX)) + CHAR(1))))) THEN 1 END) AS [a0], COUNT_BIG(CASE WHEN ([t_stored].[x] IS NULL) THEN 1 END) AS [a1], COUNT_BIG(*) AS [a2] FROM "t" AS [t_stored];
SELECT TOP 20 [t].[id] AS [id], [t].[x] AS [x] FROM "t" AS [t] WHERE (([t].[x] IS NOT NULL)) AND (NOT ([t].[x] IN ((CAST(N'' COLLATE Latin1_General_100_BIN2_UTF8 AS VARCHAR(MAX)) + CHAR(1)), (CAST(N'NO' COLLATE Latin1_General_100_BIN2_UTF8 AS VARCHAR(MAX)) + CHAR(1)), (CAST(N'a
b' COLLATE Latin1_General_100_BIN2_UTF8 AS VARCHAR(MAX)) + CHAR(1)), (CAST(N'back\slash' COLLATE Latin1_General_100_BIN2_UTF8 AS VARCHAR(MAX)) + CHAR(1)), (CAST(N'it''s' COLLATE Latin1_General_100_BIN2_UTF8 AS VARCHAR(MAX)) + CHAR(1)), (CAST(N'{x}' COLLATE Latin1_General_100_BIN2_UTF8 AS VARCHAR(MAX)) + CHAR(1))))) ORDER BY CASE WHEN [t].[id] IS NULL THEN 1 ELSE 0 END, [t].[id], CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x];
SELECT COUNT_BIG(CASE WHEN ([t_stored].[x] IS NOT NULL) AND (NOT ([t_stored].[x] IN (-9223372036854775808, 0, 9223372036854775807))) THEN 1 END) AS [a0], COUNT_BIG(CASE WHEN ([t_stored].[x] IS NULL) THEN 1 END) AS [a1], COUNT_BIG(*) AS [a2] FROM "t" AS [t_stored];
SELECT TOP 20 [t].[id] AS [id], [t].[x] AS [x] FROM "t" AS [t] WHERE (([t].[x] IS NOT NULL)) AND (NOT ([t].[x] IN (-9223372036854775808, 0, 9223372036854775807))) ORDER BY CASE WHEN [t].[id] IS NULL THEN 1 ELSE 0 END, [t].[id], CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x];
SELECT COUNT_BIG(CASE WHEN ([t_stored].[x] IS NOT NULL) AND (NOT (([t_stored].[x] + CAST('0.0' AS FLOAT(53))) IN (CAST('0.0' AS FLOAT(53)), CAST('0.1' AS FLOAT(53)), CAST('1e+300' AS FLOAT(53)))) OR (CASE WHEN ([t_stored].[x]) IS NOT NULL THEN CAST(0 AS BIT) END) = 1) THEN 1 END) AS [a0], COUNT_BIG(CASE WHEN ([t_stored].[x] IS NULL) THEN 1 END) AS [a1], COUNT_BIG(*) AS [a2] FROM "t" AS [t_stored];
SELECT TOP 20 [t].[id] AS [id], [t].[x] AS [x] FROM "t" AS [t] WHERE (([t].[x] IS NOT NULL)) AND (NOT (([t].[x] + CAST('0.0' AS FLOAT(53))) IN (CAST('0.0' AS FLOAT(53)), CAST('0.1' AS FLOAT(53)), CAST('1e+300' AS FLOAT(53)))) OR (CASE WHEN ([t].[x]) IS NOT NULL THEN CAST(0 AS BIT) END) = 1) ORDER BY CASE WHEN [t].[id] IS NULL THEN 1 ELSE 0 END, [t].[id], CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x];
SELECT COUNT_BIG(CASE WHEN ([t_stored].[x] IS NOT NULL) AND (NOT (([t_stored].[x] + CAST('0.0' AS FLOAT(53))) IN (CAST('0.0' AS FLOAT(53)), CAST('0.0' AS FLOAT(53)), CAST('1.0' AS FLOAT(53)), CAST('2.0' AS FLOAT(53)), CAST('3.0' AS FLOAT(53)), CAST('4.0' AS FLOAT(53)))) OR (CASE WHEN ([t_stored].[x]) IS NOT NULL THEN CAST(0 AS BIT) END) = 1) THEN 1 END) AS [a0], COUNT_BIG(CASE WHEN ([t_stored].[x] IS NULL) THEN 1 END) AS [a1], COUNT_BIG(*) AS [a2] FROM "t" AS [t_stored];
SELECT TOP 20 [t].[id] AS [id], [t].[x] AS [x] FROM "t" AS [t] WHERE (([t].[x] IS NOT NULL)) AND (NOT (([t].[x] + CAST('0.0' AS FLOAT(53))) IN (CAST('0.0' AS FLOAT(53)), CAST('0.0' AS FLOAT(53)), CAST('1.0' AS FLOAT(53)), CAST('2.0' AS FLOAT(53)), CAST('3.0' AS FLOAT(53)), CAST('4.0' AS FLOAT(53)))) OR (CASE WHEN ([t].[x]) IS NOT NULL THEN CAST(0 AS BIT) END) = 1) ORDER BY CASE WHEN [t].[id] IS NULL THEN 1 ELSE 0 END, [t].[id], CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x];
SELECT COUNT_BIG(CASE WHEN ([t_stored].[x] IS NOT NULL) AND (NOT (([t_stored].[x] + CAST('0.0' AS REAL)) IN (CAST('0.1' AS REAL), CAST('1e+39' AS FLOAT(53)))) OR (CASE WHEN ([t_stored].[x]) IS NOT NULL THEN CAST(0 AS BIT) END) = 1) THEN 1 END) AS [a0], COUNT_BIG(CASE WHEN ([t_stored].[x] IS NULL) THEN 1 END) AS [a1], COUNT_BIG(*) AS [a2] FROM "t" AS [t_stored];
SELECT TOP 20 [t].[id] AS [id], [t].[x] AS [x] FROM "t" AS [t] WHERE (([t].[x] IS NOT NULL)) AND (NOT (([t].[x] + CAST('0.0' AS REAL)) IN (CAST('0.1' AS REAL), CAST('1e+39' AS FLOAT(53)))) OR (CASE WHEN ([t].[x]) IS NOT NULL THEN CAST(0 AS BIT) END) = 1) ORDER BY CASE WHEN [t].[id] IS NULL THEN 1 ELSE 0 END, [t].[id], CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x];
SELECT COUNT_BIG(CASE WHEN ([t_stored].[x] IS NOT NULL) AND (NOT ([t_stored].[x] IN (CAST('1.5' AS DECIMAL(2, 1)), 2))) THEN 1 END) AS [a0], COUNT_BIG(CASE WHEN ([t_stored].[x] IS NULL) THEN 1 END) AS [a1], COUNT_BIG(*) AS [a2] FROM "t" AS [t_stored];
SELECT TOP 20 [t].[id] AS [id], [t].[x] AS [x] FROM "t" AS [t] WHERE (([t].[x] IS NOT NULL)) AND (NOT ([t].[x] IN (CAST('1.5' AS DECIMAL(2, 1)), 2))) ORDER BY CASE WHEN [t].[id] IS NULL THEN 1 ELSE 0 END, [t].[id], CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x];

-- expect
SELECT COUNT_BIG(CASE WHEN ([t_stored].[x] IS NOT NULL) AND ([t_stored].[x] < 1 OR [t_stored].[x] > 3) THEN 1 END) AS [a0], COUNT_BIG(CASE WHEN ([t_stored].[x] IS NULL) THEN 1 END) AS [a1], COUNT_BIG(*) AS [a2] FROM "t" AS [t_stored];
SELECT TOP 20 [t].[x] AS [x] FROM "t" AS [t] WHERE (([t].[x] IS NOT NULL)) AND ([t].[x] < 1 OR [t].[x] > 3) ORDER BY CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x];
SELECT COUNT_BIG(CASE WHEN ([t_stored].[x] IS NOT NULL) AND ([t_stored].[x] < CAST('2026-02-01' AS DATE)) THEN 1 END) AS [a0], COUNT_BIG(CASE WHEN ([t_stored].[x] IS NULL) THEN 1 END) AS [a1], COUNT_BIG(*) AS [a2] FROM "t" AS [t_stored];
SELECT TOP 20 [t].[x] AS [x] FROM "t" AS [t] WHERE (([t].[x] IS NOT NULL)) AND ([t].[x] < CAST('2026-02-01' AS DATE)) ORDER BY CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x];
SELECT [t].[x] AS [x] FROM "t" AS [t] WHERE ([t].[x] IS NOT NULL);
SELECT COUNT_BIG(CASE WHEN ([t_stored].[x] IS NULL) THEN 1 END) AS [a0], COUNT_BIG(*) AS [a1] FROM "t" AS [t_stored];
SELECT COUNT_BIG(CASE WHEN ([t_stored].[x] IS NOT NULL) AND (NOT ([t_stored].[x] IN ((CAST(N'a' COLLATE Latin1_General_100_BIN2_UTF8 AS VARCHAR(MAX)) + CHAR(1)), (CAST(N'b' COLLATE Latin1_General_100_BIN2_UTF8 AS VARCHAR(MAX)) + CHAR(1))))) THEN 1 END) AS [a0], COUNT_BIG(CASE WHEN ([t_stored].[x] IS NULL) THEN 1 END) AS [a1], COUNT_BIG(*) AS [a2] FROM "t" AS [t_stored];
SELECT TOP 20 [t].[x] AS [x] FROM "t" AS [t] WHERE (([t].[x] IS NOT NULL)) AND (NOT ([t].[x] IN ((CAST(N'a' COLLATE Latin1_General_100_BIN2_UTF8 AS VARCHAR(MAX)) + CHAR(1)), (CAST(N'b' COLLATE Latin1_General_100_BIN2_UTF8 AS VARCHAR(MAX)) + CHAR(1))))) ORDER BY CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x];
SELECT COUNT_BIG(CASE WHEN ([t_stored].[x] IS NOT NULL) AND (NOT ([t_stored].[x] IN (CAST('2026-01-01' AS DATE)))) THEN 1 END) AS [a0], COUNT_BIG(CASE WHEN ([t_stored].[x] IS NULL) THEN 1 END) AS [a1], COUNT_BIG(*) AS [a2] FROM "t" AS [t_stored];
SELECT TOP 20 [t].[x] AS [x] FROM "t" AS [t] WHERE (([t].[x] IS NOT NULL)) AND (NOT ([t].[x] IN (CAST('2026-01-01' AS DATE)))) ORDER BY CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x];
SELECT COUNT_BIG(CASE WHEN ([t_stored].[x] IS NOT NULL) AND (NOT ([t_stored].[x] IN ((CAST(N'a' COLLATE Latin1_General_100_BIN2_UTF8 AS VARCHAR(MAX)) + CHAR(1))))) THEN 1 END) AS [a0], COUNT_BIG(CASE WHEN ([t_stored].[x] IS NULL) THEN 1 END) AS [a1], COUNT_BIG(*) AS [a2] FROM "t" AS [t_stored];
SELECT TOP 20 [t].[x] AS [x] FROM "t" AS [t] WHERE (([t].[x] IS NOT NULL)) AND (NOT ([t].[x] IN ((CAST(N'a' COLLATE Latin1_General_100_BIN2_UTF8 AS VARCHAR(MAX)) + CHAR(1))))) ORDER BY CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x];
SELECT COUNT_BIG(*) AS [a0] FROM "t" AS [t_stored];
SELECT COUNT_BIG(CASE WHEN ([t_stored].[x] IS NOT NULL) THEN 1 END) AS [a0], COUNT_BIG(*) AS [a1] FROM "t" AS [t_stored];
SELECT TOP 20 [t].[x] AS [x] FROM "t" AS [t] WHERE (1 = 1) AND ([t].[x] IS NOT NULL) ORDER BY CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x];
SELECT COALESCE(SUM(CAST([g].[n] AS BIGINT)), 0) AS [_col_0] FROM (SELECT COUNT_BIG(*) AS [n] FROM "t" AS [t] WHERE ([t].[x] IS NOT NULL) GROUP BY [t].[x] HAVING COUNT_BIG(*) > 1) AS [g];
SELECT TOP 20 [t].[x] AS [x] FROM (SELECT [t].[x] AS [x] FROM "t" AS [t] WHERE 1 = 1) AS [t] JOIN (SELECT TOP 20 [t].[x] AS [k0] FROM "t" AS [t] WHERE ([t].[x] IS NOT NULL) GROUP BY [t].[x] HAVING COUNT_BIG(*) > 1 ORDER BY CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x]) AS [g] ON ((CASE WHEN [t].[x] = [g].[k0] THEN CAST(1 AS BIT) WHEN [t].[x] IS NULL AND [g].[k0] IS NULL THEN CAST(1 AS BIT) ELSE CAST(0 AS BIT) END = 1)) ORDER BY CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x];
-- refused: SQL Server reads the pattern of a rule in another way
-- refused: SQL Server reads the pattern of a rule in another way
-- refused: SQL Server reads the pattern of a rule in another way
-- refused: SQL Server reads the pattern of a rule in another way
-- refused: SQL Server reads the pattern of a rule in another way
-- refused: SQL Server reads the pattern of a rule in another way
SELECT COUNT_BIG(CASE WHEN ([t_stored].[x] IS NULL) THEN 1 END) AS [a0], COUNT_BIG(CASE WHEN ([t_stored].[x] IS NOT NULL) AND ([t_stored].[x] IN ((CAST(N'a' COLLATE Latin1_General_100_BIN2_UTF8 AS VARCHAR(MAX)) + CHAR(1)))) THEN 1 END) AS [a1], COUNT_BIG(*) AS [a2] FROM "t" AS [t_stored];
SELECT TOP 20 [t].[x] AS [x] FROM "t" AS [t] WHERE (([t].[x] IS NOT NULL)) AND ([t].[x] IN ((CAST(N'a' COLLATE Latin1_General_100_BIN2_UTF8 AS VARCHAR(MAX)) + CHAR(1)))) ORDER BY CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x];
SELECT TOP 20 [t].[x] AS [x] FROM "t" AS [t] WHERE (1 = 1) AND ([t].[x] IS NULL) ORDER BY CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x];
SELECT COUNT_BIG(*) AS [_col_0] FROM "t" AS [t] WHERE (([t].[x] IS NOT NULL));
SELECT CAST([t].[x] AS FLOAT(53)) AS [v] FROM "t" AS [t] WHERE (([t].[x] IS NOT NULL)) AND 1 = 1 ORDER BY CASE WHEN CAST([t].[x] AS FLOAT(53)) IS NULL THEN 1 ELSE 0 END, CAST([t].[x] AS FLOAT(53)) OFFSET 1 ROWS FETCH FIRST 1 ROWS ONLY;
SELECT COUNT_BIG(CASE WHEN ([t_stored].[x] IS NULL) THEN 1 END) AS [a0], COUNT_BIG(CASE WHEN ([t_stored].[x] IS NOT NULL) AND (CAST([t_stored].[x] AS FLOAT(53)) < CAST('-1.0' AS FLOAT(53)) OR CAST([t_stored].[x] AS FLOAT(53)) > CAST('7.0' AS FLOAT(53))) THEN 1 END) AS [a1], COUNT_BIG(*) AS [a2] FROM "t" AS [t_stored];
SELECT TOP 20 [t].[x] AS [x] FROM "t" AS [t] WHERE (([t].[x] IS NOT NULL)) AND (CAST([t].[x] AS FLOAT(53)) < CAST('-1.0' AS FLOAT(53)) OR CAST([t].[x] AS FLOAT(53)) > CAST('7.0' AS FLOAT(53))) ORDER BY CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x];
-- refused: SQL Server has no infinity
-- refused: SQL Server has no infinity
-- refused: SQL Server has no infinity
-- refused: SQL Server reads the pattern of a rule in another way
-- refused: SQL Server reads the pattern of a rule in another way
-- refused: SQL Server reads the pattern of a rule in another way
-- refused: SQL Server reads the pattern of a rule in another way
SELECT COUNT_BIG(CASE WHEN ([t_stored].[x] IS NULL) THEN 1 END) AS [a0], COUNT_BIG(CASE WHEN ([t_stored].[x] IS NOT NULL) AND ((LEN(([t_stored].[x])) - 1) < 1 OR (LEN(([t_stored].[x])) - 1) > 2) THEN 1 END) AS [a1], COUNT_BIG(*) AS [a2] FROM "t" AS [t_stored];
SELECT TOP 20 [t].[x] AS [x] FROM "t" AS [t] WHERE (([t].[x] IS NOT NULL)) AND ((LEN(([t].[x])) - 1) < 1 OR (LEN(([t].[x])) - 1) > 2) ORDER BY CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x];
SELECT COUNT_BIG(CASE WHEN ([t_stored].[x] IS NULL) THEN 1 END) AS [a0], COUNT_BIG(CASE WHEN ([t_stored].[x] IS NOT NULL) AND ((LEN(([t_stored].[x])) - 1) <> 1) THEN 1 END) AS [a1], COUNT_BIG(*) AS [a2] FROM "t" AS [t_stored];
SELECT TOP 20 [t].[x] AS [x] FROM "t" AS [t] WHERE (([t].[x] IS NOT NULL)) AND ((LEN(([t].[x])) - 1) <> 1) ORDER BY CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x];
SELECT AVG(CAST([t].[x] AS FLOAT(53))) AS [mean], (STDEV((CAST([t].[x] AS FLOAT(53))))) AS [deviation] FROM "t" AS [t] WHERE (([t].[x] IS NOT NULL));
SELECT COUNT_BIG(CASE WHEN ([t_stored].[x] IS NULL) THEN 1 END) AS [a0], COUNT_BIG(CASE WHEN ([t_stored].[x] IS NOT NULL) AND (ABS((CAST([t_stored].[x] AS FLOAT(53)) - CAST('-14.166666666666666' AS FLOAT(53))) / CAST('37.150594432211534' AS FLOAT(53))) >= CAST('1.5' AS FLOAT(53))) THEN 1 END) AS [a1], COUNT_BIG(*) AS [a2] FROM "t" AS [t_stored];
SELECT TOP 20 [t].[x] AS [x] FROM "t" AS [t] WHERE (([t].[x] IS NOT NULL)) AND (ABS((CAST([t].[x] AS FLOAT(53)) - CAST('-14.166666666666666' AS FLOAT(53))) / CAST('37.150594432211534' AS FLOAT(53))) >= CAST('1.5' AS FLOAT(53))) ORDER BY CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x];
SELECT COUNT_BIG(CASE WHEN ([t_stored].[x] IS NULL) THEN 1 END) AS [a0], COUNT_BIG(CASE WHEN ([t_stored].[x] IS NOT NULL) AND ((CAST([t_stored].[x] AS FLOAT(53)) - CAST('18.8' AS FLOAT(53))) / CAST('39.802009999496256' AS FLOAT(53)) >= CAST('1.5' AS FLOAT(53))) THEN 1 END) AS [a1], COUNT_BIG(*) AS [a2] FROM "t" AS [t_stored];
SELECT TOP 20 [t].[x] AS [x] FROM "t" AS [t] WHERE (([t].[x] IS NOT NULL)) AND ((CAST([t].[x] AS FLOAT(53)) - CAST('18.8' AS FLOAT(53))) / CAST('39.802009999496256' AS FLOAT(53)) >= CAST('1.5' AS FLOAT(53))) ORDER BY CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x];
SELECT COUNT_BIG(CASE WHEN (([t_stored].[x] IS NOT NULL OR [t_stored].[y] IS NOT NULL)) THEN 1 END) AS [a0], COUNT_BIG(CASE WHEN ([t_stored].[x] IS NOT NULL OR [t_stored].[y] IS NOT NULL) AND (NOT (CASE WHEN ([t_stored].[x] > [t_stored].[y]) THEN CAST(1 AS BIT) ELSE CAST(0 AS BIT) END = 1)) THEN 1 END) AS [a1], COUNT_BIG(*) AS [a2] FROM "t" AS [t_stored];
SELECT TOP 20 [t].[x] AS [x], [t].[y] AS [y] FROM "t" AS [t] WHERE (([t].[x] IS NOT NULL OR [t].[y] IS NOT NULL)) AND (NOT (CASE WHEN ([t].[x] > [t].[y]) THEN CAST(1 AS BIT) ELSE CAST(0 AS BIT) END = 1)) ORDER BY CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x], CASE WHEN [t].[y] IS NULL THEN 1 ELSE 0 END, [t].[y];
SELECT COUNT_BIG(CASE WHEN (([t_stored].[x] IS NOT NULL AND [t_stored].[y] IS NOT NULL)) THEN 1 END) AS [a0], COUNT_BIG(CASE WHEN ([t_stored].[x] IS NOT NULL AND [t_stored].[y] IS NOT NULL) AND (NOT (CASE WHEN ([t_stored].[x] >= [t_stored].[y]) THEN CAST(1 AS BIT) ELSE CAST(0 AS BIT) END = 1)) THEN 1 END) AS [a1], COUNT_BIG(*) AS [a2] FROM "t" AS [t_stored];
SELECT TOP 20 [t].[x] AS [x], [t].[y] AS [y] FROM "t" AS [t] WHERE (([t].[x] IS NOT NULL AND [t].[y] IS NOT NULL)) AND (NOT (CASE WHEN ([t].[x] >= [t].[y]) THEN CAST(1 AS BIT) ELSE CAST(0 AS BIT) END = 1)) ORDER BY CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x], CASE WHEN [t].[y] IS NULL THEN 1 ELSE 0 END, [t].[y];
SELECT COUNT_BIG(CASE WHEN (([t_stored].[x] IS NOT NULL OR [t_stored].[y] IS NOT NULL)) THEN 1 END) AS [a0], COUNT_BIG(CASE WHEN ([t_stored].[x] IS NOT NULL OR [t_stored].[y] IS NOT NULL) AND (NOT (CASE WHEN ([t_stored].[x] = [t_stored].[y]) THEN CAST(1 AS BIT) ELSE CAST(0 AS BIT) END = 1)) THEN 1 END) AS [a1], COUNT_BIG(*) AS [a2] FROM "t" AS [t_stored];
SELECT TOP 20 [t].[x] AS [x], [t].[y] AS [y] FROM "t" AS [t] WHERE (([t].[x] IS NOT NULL OR [t].[y] IS NOT NULL)) AND (NOT (CASE WHEN ([t].[x] = [t].[y]) THEN CAST(1 AS BIT) ELSE CAST(0 AS BIT) END = 1)) ORDER BY CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x], CASE WHEN [t].[y] IS NULL THEN 1 ELSE 0 END, [t].[y];
SELECT COUNT_BIG(CASE WHEN (1 = 1) THEN 1 END) AS [a0], COUNT_BIG(CASE WHEN (NOT (CASE WHEN ([t_stored].[x] = [t_stored].[y]) THEN CAST(1 AS BIT) ELSE CAST(0 AS BIT) END = 1)) THEN 1 END) AS [a1], COUNT_BIG(*) AS [a2] FROM "t" AS [t_stored];
SELECT TOP 20 [t].[x] AS [x], [t].[y] AS [y] FROM "t" AS [t] WHERE (1 = 1) AND (NOT (CASE WHEN ([t].[x] = [t].[y]) THEN CAST(1 AS BIT) ELSE CAST(0 AS BIT) END = 1)) ORDER BY CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x], CASE WHEN [t].[y] IS NULL THEN 1 ELSE 0 END, [t].[y];
SELECT COUNT_BIG(CASE WHEN (([t_stored].[x] IS NOT NULL OR [t_stored].[y] IS NOT NULL)) THEN 1 END) AS [a0], COUNT_BIG(CASE WHEN ([t_stored].[x] IS NOT NULL OR [t_stored].[y] IS NOT NULL) AND (NOT (CASE WHEN (([t_stored].[x] = 1 AND [t_stored].[y] = 2) OR ([t_stored].[x] = 1 AND [t_stored].[y] IS NULL)) THEN CAST(1 AS BIT) ELSE CAST(0 AS BIT) END = 1)) THEN 1 END) AS [a1], COUNT_BIG(*) AS [a2] FROM "t" AS [t_stored];
SELECT TOP 20 [t].[x] AS [x], [t].[y] AS [y] FROM "t" AS [t] WHERE (([t].[x] IS NOT NULL OR [t].[y] IS NOT NULL)) AND (NOT (CASE WHEN (([t].[x] = 1 AND [t].[y] = 2) OR ([t].[x] = 1 AND [t].[y] IS NULL)) THEN CAST(1 AS BIT) ELSE CAST(0 AS BIT) END = 1)) ORDER BY CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x], CASE WHEN [t].[y] IS NULL THEN 1 ELSE 0 END, [t].[y];
SELECT COUNT_BIG(CASE WHEN (([t_stored].[x] IS NOT NULL OR [t_stored].[y] IS NOT NULL)) THEN 1 END) AS [a0], COUNT_BIG(*) AS [a1] FROM "t" AS [t_stored];
SELECT COALESCE(SUM(CAST([g].[n] AS BIGINT)), 0) AS [_col_0] FROM (SELECT COUNT_BIG(*) AS [n] FROM "t" AS [t] WHERE ([t].[x] IS NOT NULL OR [t].[y] IS NOT NULL) GROUP BY [t].[x], [t].[y] HAVING COUNT_BIG(*) > 1) AS [g];
SELECT TOP 20 [t].[x] AS [x], [t].[y] AS [y] FROM (SELECT [t].[x] AS [x], [t].[y] AS [y] FROM "t" AS [t] WHERE 1 = 1) AS [t] JOIN (SELECT TOP 20 [t].[x] AS [k0], [t].[y] AS [k1] FROM "t" AS [t] WHERE ([t].[x] IS NOT NULL OR [t].[y] IS NOT NULL) GROUP BY [t].[x], [t].[y] HAVING COUNT_BIG(*) > 1 ORDER BY CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x], CASE WHEN [t].[y] IS NULL THEN 1 ELSE 0 END, [t].[y]) AS [g] ON ((CASE WHEN [t].[x] = [g].[k0] THEN CAST(1 AS BIT) WHEN [t].[x] IS NULL AND [g].[k0] IS NULL THEN CAST(1 AS BIT) ELSE CAST(0 AS BIT) END = 1)) AND ((CASE WHEN [t].[y] = [g].[k1] THEN CAST(1 AS BIT) WHEN [t].[y] IS NULL AND [g].[k1] IS NULL THEN CAST(1 AS BIT) ELSE CAST(0 AS BIT) END = 1)) ORDER BY CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x], CASE WHEN [t].[y] IS NULL THEN 1 ELSE 0 END, [t].[y];
SELECT COUNT_BIG(CASE WHEN (1 = 1) THEN 1 END) AS [a0], COUNT_BIG(*) AS [a1] FROM "t" AS [t_stored];
SELECT COALESCE(SUM(CAST([g].[n] AS BIGINT)), 0) AS [_col_0] FROM (SELECT COUNT_BIG(*) AS [n] FROM "t" AS [t] WHERE 1 = 1 GROUP BY [t].[x], [t].[y] HAVING COUNT_BIG(*) > 1) AS [g];
SELECT TOP 20 [t].[x] AS [x], [t].[y] AS [y] FROM (SELECT [t].[x] AS [x], [t].[y] AS [y] FROM "t" AS [t] WHERE 1 = 1) AS [t] JOIN (SELECT TOP 20 [t].[x] AS [k0], [t].[y] AS [k1] FROM "t" AS [t] WHERE 1 = 1 GROUP BY [t].[x], [t].[y] HAVING COUNT_BIG(*) > 1 ORDER BY CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x], CASE WHEN [t].[y] IS NULL THEN 1 ELSE 0 END, [t].[y]) AS [g] ON ((CASE WHEN [t].[x] = [g].[k0] THEN CAST(1 AS BIT) WHEN [t].[x] IS NULL AND [g].[k0] IS NULL THEN CAST(1 AS BIT) ELSE CAST(0 AS BIT) END = 1)) AND ((CASE WHEN [t].[y] = [g].[k1] THEN CAST(1 AS BIT) WHEN [t].[y] IS NULL AND [g].[k1] IS NULL THEN CAST(1 AS BIT) ELSE CAST(0 AS BIT) END = 1)) ORDER BY CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x], CASE WHEN [t].[y] IS NULL THEN 1 ELSE 0 END, [t].[y];
SELECT COUNT_BIG(CASE WHEN (([t_stored].[x] IS NOT NULL OR [t_stored].[y] IS NOT NULL)) THEN 1 END) AS [a0], COUNT_BIG(CASE WHEN ([t_stored].[x] IS NOT NULL OR [t_stored].[y] IS NOT NULL) AND (NOT (CASE WHEN (CAST([t_stored].[x] AS DECIMAL(20, 0)) + CAST([t_stored].[y] AS DECIMAL(20, 0)) = 3) THEN CAST(1 AS BIT) ELSE CAST(0 AS BIT) END = 1)) THEN 1 END) AS [a1], COUNT_BIG(*) AS [a2] FROM "t" AS [t_stored];
SELECT TOP 20 [t].[x] AS [x], [t].[y] AS [y] FROM "t" AS [t] WHERE (([t].[x] IS NOT NULL OR [t].[y] IS NOT NULL)) AND (NOT (CASE WHEN (CAST([t].[x] AS DECIMAL(20, 0)) + CAST([t].[y] AS DECIMAL(20, 0)) = 3) THEN CAST(1 AS BIT) ELSE CAST(0 AS BIT) END = 1)) ORDER BY CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x], CASE WHEN [t].[y] IS NULL THEN 1 ELSE 0 END, [t].[y];
SELECT COUNT_BIG(CASE WHEN (([t_stored].[x] IS NOT NULL OR [t_stored].[y] IS NOT NULL)) THEN 1 END) AS [a0], COUNT_BIG(CASE WHEN ([t_stored].[x] IS NOT NULL OR [t_stored].[y] IS NOT NULL) AND (NOT (CASE WHEN (CAST([t_stored].[x] AS DECIMAL(20, 0)) + CAST([t_stored].[y] AS DECIMAL(20, 0)) = CAST('18446744073709551613' AS DECIMAL(20, 0))) THEN CAST(1 AS BIT) ELSE CAST(0 AS BIT) END = 1)) THEN 1 END) AS [a1], COUNT_BIG(*) AS [a2] FROM "t" AS [t_stored];
SELECT TOP 20 [t].[x] AS [x], [t].[y] AS [y] FROM "t" AS [t] WHERE (([t].[x] IS NOT NULL OR [t].[y] IS NOT NULL)) AND (NOT (CASE WHEN (CAST([t].[x] AS DECIMAL(20, 0)) + CAST([t].[y] AS DECIMAL(20, 0)) = CAST('18446744073709551613' AS DECIMAL(20, 0))) THEN CAST(1 AS BIT) ELSE CAST(0 AS BIT) END = 1)) ORDER BY CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x], CASE WHEN [t].[y] IS NULL THEN 1 ELSE 0 END, [t].[y];
SELECT COUNT_BIG(CASE WHEN (([t_stored].[x] IS NOT NULL OR [t_stored].[y] IS NOT NULL)) THEN 1 END) AS [a0], COUNT_BIG(CASE WHEN ([t_stored].[x] IS NOT NULL OR [t_stored].[y] IS NOT NULL) AND (NOT (CASE WHEN ([t_stored].[x] + CAST([t_stored].[y] AS DECIMAL(20, 0)) = CAST('0.3' AS DECIMAL(1, 1))) THEN CAST(1 AS BIT) ELSE CAST(0 AS BIT) END = 1)) THEN 1 END) AS [a1], COUNT_BIG(*) AS [a2] FROM "t" AS [t_stored];
SELECT TOP 20 [t].[x] AS [x], [t].[y] AS [y] FROM "t" AS [t] WHERE (([t].[x] IS NOT NULL OR [t].[y] IS NOT NULL)) AND (NOT (CASE WHEN ([t].[x] + CAST([t].[y] AS DECIMAL(20, 0)) = CAST('0.3' AS DECIMAL(1, 1))) THEN CAST(1 AS BIT) ELSE CAST(0 AS BIT) END = 1)) ORDER BY CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x], CASE WHEN [t].[y] IS NULL THEN 1 ELSE 0 END, [t].[y];
SELECT COUNT_BIG(CASE WHEN (([t_stored].[x] IS NOT NULL OR [t_stored].[y] IS NOT NULL)) THEN 1 END) AS [a0], COUNT_BIG(CASE WHEN ([t_stored].[x] IS NOT NULL OR [t_stored].[y] IS NOT NULL) AND (((CASE WHEN [t_stored].[x] = [t_stored].[y] THEN CAST(0 AS BIT) WHEN [t_stored].[x] IS NULL AND [t_stored].[y] IS NULL THEN CAST(0 AS BIT) ELSE CAST(1 AS BIT) END = 1))) THEN 1 END) AS [a1], COUNT_BIG(*) AS [a2] FROM "t" AS [t_stored];
SELECT TOP 20 [t].[x] AS [x], [t].[y] AS [y] FROM "t" AS [t] WHERE (([t].[x] IS NOT NULL OR [t].[y] IS NOT NULL)) AND (((CASE WHEN [t].[x] = [t].[y] THEN CAST(0 AS BIT) WHEN [t].[x] IS NULL AND [t].[y] IS NULL THEN CAST(0 AS BIT) ELSE CAST(1 AS BIT) END = 1))) ORDER BY CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x], CASE WHEN [t].[y] IS NULL THEN 1 ELSE 0 END, [t].[y];
SELECT COUNT_BIG(CASE WHEN (([t_stored].[x] IS NOT NULL OR [t_stored].[y] IS NOT NULL)) THEN 1 END) AS [a0], COUNT_BIG(CASE WHEN ([t_stored].[x] IS NOT NULL OR [t_stored].[y] IS NOT NULL) AND (((CASE WHEN [t_stored].[x] = [t_stored].[y] THEN CAST(1 AS BIT) WHEN [t_stored].[x] IS NULL AND [t_stored].[y] IS NULL THEN CAST(1 AS BIT) ELSE CAST(0 AS BIT) END = 1))) THEN 1 END) AS [a1], COUNT_BIG(*) AS [a2] FROM "t" AS [t_stored];
SELECT TOP 20 [t].[x] AS [x], [t].[y] AS [y] FROM "t" AS [t] WHERE (([t].[x] IS NOT NULL OR [t].[y] IS NOT NULL)) AND (((CASE WHEN [t].[x] = [t].[y] THEN CAST(1 AS BIT) WHEN [t].[x] IS NULL AND [t].[y] IS NULL THEN CAST(1 AS BIT) ELSE CAST(0 AS BIT) END = 1))) ORDER BY CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x], CASE WHEN [t].[y] IS NULL THEN 1 ELSE 0 END, [t].[y];
SELECT TOP 20 [g].[v] AS [v] FROM (SELECT [t].[x] AS [v], COUNT_BIG(*) AS [n] FROM "t" AS [t] WHERE ([t].[x] IS NOT NULL) AND (NOT [t].[x] IN ((CAST(N'a' COLLATE Latin1_General_100_BIN2_UTF8 AS VARCHAR(MAX)) + CHAR(1)), (CAST(N'b' COLLATE Latin1_General_100_BIN2_UTF8 AS VARCHAR(MAX)) + CHAR(1)))) GROUP BY [t].[x]) AS [g] ORDER BY CASE WHEN [g].[v] IS NULL THEN 1 ELSE 0 END, [g].[v];
SELECT COUNT_BIG(*) AS [_col_0] FROM (SELECT [t].[x] AS [v], COUNT_BIG(*) AS [n] FROM "t" AS [t] WHERE ([t].[x] IS NOT NULL) AND (NOT [t].[x] IN ((CAST(N'a' COLLATE Latin1_General_100_BIN2_UTF8 AS VARCHAR(MAX)) + CHAR(1)), (CAST(N'b' COLLATE Latin1_General_100_BIN2_UTF8 AS VARCHAR(MAX)) + CHAR(1)))) GROUP BY [t].[x]) AS [g];
SELECT TOP 20 [g].[v] AS [v] FROM (SELECT [t].[x] AS [v], COUNT_BIG(*) AS [n] FROM "t" AS [t] WHERE ([t].[x] IS NOT NULL) AND (NOT ([t].[x] + CAST('0.0' AS FLOAT(53))) IN (CAST('0.0' AS FLOAT(53)), CAST('1.0' AS FLOAT(53)), CAST('2.0' AS FLOAT(53)), CAST('3.0' AS FLOAT(53)), CAST('4.0' AS FLOAT(53))) OR (CASE WHEN ([t].[x]) IS NOT NULL THEN CAST(0 AS BIT) END) = 1) GROUP BY [t].[x]) AS [g] ORDER BY CASE WHEN [g].[v] IS NULL THEN 1 ELSE 0 END, [g].[v];
SELECT COUNT_BIG(*) AS [_col_0] FROM (SELECT [t].[x] AS [v], COUNT_BIG(*) AS [n] FROM "t" AS [t] WHERE ([t].[x] IS NOT NULL) AND (NOT ([t].[x] + CAST('0.0' AS FLOAT(53))) IN (CAST('0.0' AS FLOAT(53)), CAST('1.0' AS FLOAT(53)), CAST('2.0' AS FLOAT(53)), CAST('3.0' AS FLOAT(53)), CAST('4.0' AS FLOAT(53))) OR (CASE WHEN ([t].[x]) IS NOT NULL THEN CAST(0 AS BIT) END) = 1) GROUP BY [t].[x]) AS [g];
SELECT (CAST(MAX(CAST(((CASE WHEN [t].[x] = CAST('2026-01-01' AS DATE) THEN CAST(1 AS BIT) WHEN NOT ([t].[x] = CAST('2026-01-01' AS DATE)) THEN CAST(0 AS BIT) END)) AS TINYINT)) AS BIT)) AS [m0], (CAST(MAX(CAST(((CASE WHEN [t].[x] = CAST('2026-02-01' AS DATE) THEN CAST(1 AS BIT) WHEN NOT ([t].[x] = CAST('2026-02-01' AS DATE)) THEN CAST(0 AS BIT) END)) AS TINYINT)) AS BIT)) AS [m1] FROM "t" AS [t] WHERE 1 = 1;
SELECT (CAST(MAX(CAST(((CASE WHEN [t].[x] = CAST('0.1' AS DECIMAL(1, 1)) THEN CAST(1 AS BIT) WHEN NOT ([t].[x] = CAST('0.1' AS DECIMAL(1, 1))) THEN CAST(0 AS BIT) END)) AS TINYINT)) AS BIT)) AS [m0], (CAST(MAX(CAST(((CASE WHEN [t].[x] = 2 THEN CAST(1 AS BIT) WHEN NOT ([t].[x] = 2) THEN CAST(0 AS BIT) END)) AS TINYINT)) AS BIT)) AS [m1] FROM "t" AS [t] WHERE 1 = 1;
SELECT TOP 20 [g].[v] AS [v] FROM (SELECT [t].[x] AS [v], COUNT_BIG(*) AS [n] FROM "t" AS [t] WHERE ([t].[x] IS NOT NULL) AND (NOT [t].[x] IN (CAST('0.1' AS DECIMAL(1, 1)), 2)) GROUP BY [t].[x]) AS [g] ORDER BY CASE WHEN [g].[v] IS NULL THEN 1 ELSE 0 END, [g].[v];
SELECT COUNT_BIG(*) AS [_col_0] FROM (SELECT [t].[x] AS [v], COUNT_BIG(*) AS [n] FROM "t" AS [t] WHERE ([t].[x] IS NOT NULL) AND (NOT [t].[x] IN (CAST('0.1' AS DECIMAL(1, 1)), 2)) GROUP BY [t].[x]) AS [g];
SELECT [t].[x] AS [v], COUNT_BIG(*) AS [n] FROM "t" AS [t] WHERE ([t].[x] IS NOT NULL) GROUP BY [t].[x] ORDER BY CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x];
SELECT COUNT_BIG([t_stored].[x]) AS [a0] FROM "t" AS [t_stored];
SELECT COUNT_BIG(CASE WHEN CAST([t].[x] AS FLOAT(53)) >= CAST('0.0' AS FLOAT(53)) AND CAST([t].[x] AS FLOAT(53)) < CAST('1.0' AS FLOAT(53)) THEN 1 END) AS [b0], COUNT_BIG(CASE WHEN CAST([t].[x] AS FLOAT(53)) >= CAST('1.0' AS FLOAT(53)) AND CAST([t].[x] AS FLOAT(53)) <= CAST('2.0' AS FLOAT(53)) THEN 1 END) AS [b1] FROM "t" AS [t] WHERE ([t].[x] IS NOT NULL);
SELECT COUNT_BIG(*) AS [_col_0] FROM "t" AS [t] WHERE (([t].[x] IS NOT NULL)) AND (CAST([t].[x] AS FLOAT(53)) < CAST('0.0' AS FLOAT(53)));
SELECT COUNT_BIG(*) AS [_col_0] FROM "t" AS [t] WHERE (([t].[x] IS NOT NULL)) AND (CAST([t].[x] AS FLOAT(53)) > CAST('2.0' AS FLOAT(53)));
SELECT MAX([t_stored].[x]) AS [a0] FROM "t" AS [t_stored];
SELECT SUM(CAST([t_stored].[x] AS DECIMAL(38, 0))) AS [a0.total], COUNT_BIG([t_stored].[x]) AS [a0.count] FROM "t" AS [t_stored];
SELECT COUNT_BIG(*) AS [n], 0 AS [lost] FROM "t" AS [t] WHERE ([t].[x] IS NOT NULL);
SELECT [t].[x] AS [v] FROM "t" AS [t] WHERE ([t].[x] IS NOT NULL) AND 1 = 1 ORDER BY CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x] OFFSET 0 ROWS FETCH FIRST 1 ROWS ONLY;
SELECT MIN([t_stored].[x]) AS [a0] FROM "t" AS [t_stored];
SELECT COALESCE(MAX([g].[n]), 0) AS [_col_0] FROM (SELECT [t].[x] AS [v], COUNT_BIG(*) AS [n] FROM "t" AS [t] WHERE ([t].[x] IS NOT NULL) GROUP BY [t].[x]) AS [g];
SELECT [g].[v] AS [v] FROM (SELECT [t].[x] AS [v], COUNT_BIG(*) AS [n] FROM "t" AS [t] WHERE ([t].[x] IS NOT NULL) GROUP BY [t].[x]) AS [g] WHERE [g].[n] = 2 ORDER BY CASE WHEN [g].[v] IS NULL THEN 1 ELSE 0 END, [g].[v];
SELECT COUNT_BIG([t_stored].[x]) AS [a0], COUNT_BIG(*) AS [a1] FROM "t" AS [t_stored];
SELECT COUNT_BIG(*) AS [_col_0] FROM (SELECT [t].[x] AS [v], COUNT_BIG(*) AS [n] FROM "t" AS [t] WHERE ([t].[x] IS NOT NULL) GROUP BY [t].[x]) AS [g];
SELECT COUNT_BIG(*) AS [n], SUM(CAST([t].[x] AS DECIMAL(38, 0))) AS [total], MIN(CAST([t].[x] AS DECIMAL(38, 0))) AS [low], MAX(CAST([t].[x] AS DECIMAL(38, 0))) AS [high] FROM "t" AS [t] WHERE ([t].[x] IS NOT NULL);
SELECT SUM(CAST(CAST([t].[x] AS DECIMAL(38, 0)) - CAST('5' AS DECIMAL(38, 0)) AS DECIMAL(38, 0)) * CAST(CAST([t].[x] AS DECIMAL(38, 0)) - CAST('5' AS DECIMAL(38, 0)) AS DECIMAL(38, 0))) AS [total] FROM "t" AS [t] WHERE ([t].[x] IS NOT NULL);
SELECT COALESCE(SUM(CAST([t_stored].[x] AS DECIMAL(38, 0))), 0) AS [a0] FROM "t" AS [t_stored];
SELECT COALESCE(SUM(CAST([t_stored].[x] AS DECIMAL(38, 2))), 0) AS [a0] FROM "t" AS [t_stored];
SELECT COALESCE(SUM(CASE WHEN [t_stored].[x] > 0 THEN CAST([t_stored].[x] AS DECIMAL(38, 0)) END), 0) AS [a0] FROM "t" AS [t_stored];
SELECT COUNT_BIG(*) AS [_col_0] FROM "t1" AS [t1];
SELECT COUNT_BIG(*) AS [_col_0] FROM (SELECT [x] AS [x] FROM [{shop.unexpectedrowsexpectation}] WHERE [x] = (CAST(N'b' COLLATE Latin1_General_100_BIN2_UTF8 AS VARCHAR(MAX)) + CHAR(1))) AS [q];
SELECT TOP 0 [q].[x] AS [x] FROM (SELECT [x] AS [x] FROM [{shop.unexpectedrowsexpectation}] WHERE [x] = (CAST(N'b' COLLATE Latin1_General_100_BIN2_UTF8 AS VARCHAR(MAX)) + CHAR(1))) AS [q];
SELECT TOP 20 [q].[x] AS [x] FROM (SELECT [x] AS [x] FROM [{shop.unexpectedrowsexpectation}] WHERE [x] = (CAST(N'b' COLLATE Latin1_General_100_BIN2_UTF8 AS VARCHAR(MAX)) + CHAR(1))) AS [q] ORDER BY CASE WHEN [q].[x] IS NULL THEN 1 ELSE 0 END, [q].[x];

-- finite
-- refused: SQL Server has no infinity
-- refused: SQL Server has no infinity
SELECT COUNT_BIG(CASE WHEN ([t_stored].[x] IS NOT NULL) AND (1 = 0) THEN 1 END) AS [a0], COUNT_BIG(CASE WHEN ([t_stored].[x] IS NULL) THEN 1 END) AS [a1], COUNT_BIG(*) AS [a2] FROM "t" AS [t_stored];

-- format
-- refused: SQL Server reads the pattern of a rule in another way
-- refused: SQL Server reads the pattern of a rule in another way
-- refused: SQL Server reads the pattern of a rule in another way
-- refused: SQL Server reads the pattern of a rule in another way
-- refused: SQL Server reads the pattern of a rule in another way
-- refused: SQL Server reads the pattern of a rule in another way
-- refused: SQL Server reads the pattern of a rule in another way
-- refused: SQL Server reads the pattern of a rule in another way
-- refused: SQL Server reads the pattern of a rule in another way
-- refused: SQL Server reads the pattern of a rule in another way
-- refused: SQL Server reads the pattern of a rule in another way
-- refused: SQL Server reads the pattern of a rule in another way

-- freshness
SELECT MAX([t_stored].[x]) AS [a0] FROM "t" AS [t_stored];
SELECT COUNT_BIG(*) AS [a0] FROM "t" AS [t_stored];

-- length
SELECT COUNT_BIG(CASE WHEN ([t_stored].[x] IS NULL) THEN 1 END) AS [a0], COUNT_BIG(CASE WHEN ([t_stored].[x] IS NOT NULL) AND ((LEN(([t_stored].[x])) - 1) <> 0) THEN 1 END) AS [a1], COUNT_BIG(*) AS [a2] FROM "t" AS [t_stored];
SELECT TOP 20 [t].[id] AS [id], [t].[x] AS [x] FROM "t" AS [t] WHERE (([t].[x] IS NOT NULL)) AND ((LEN(([t].[x])) - 1) <> 0) ORDER BY CASE WHEN [t].[id] IS NULL THEN 1 ELSE 0 END, [t].[id], CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x];

-- max
SELECT COUNT_BIG(CASE WHEN ([t_stored].[x] IS NOT NULL) AND ([t_stored].[x] > 126) THEN 1 END) AS [a0], COUNT_BIG(CASE WHEN ([t_stored].[x] IS NULL) THEN 1 END) AS [a1], COUNT_BIG(*) AS [a2] FROM "t" AS [t_stored];
SELECT TOP 20 [t].[id] AS [id], [t].[x] AS [x] FROM "t" AS [t] WHERE (([t].[x] IS NOT NULL)) AND ([t].[x] > 126) ORDER BY CASE WHEN [t].[id] IS NULL THEN 1 ELSE 0 END, [t].[id], CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x];
SELECT COUNT_BIG(CASE WHEN ([t_stored].[x] IS NOT NULL) AND ([t_stored].[x] > CAST('1.8446744073709552e+19' AS FLOAT(53)) OR (CASE WHEN ([t_stored].[x]) IS NOT NULL THEN CAST(0 AS BIT) END) = 1) THEN 1 END) AS [a0], COUNT_BIG(CASE WHEN ([t_stored].[x] IS NULL) THEN 1 END) AS [a1], COUNT_BIG(*) AS [a2] FROM "t" AS [t_stored];
SELECT TOP 20 [t].[id] AS [id], [t].[x] AS [x] FROM "t" AS [t] WHERE (([t].[x] IS NOT NULL)) AND ([t].[x] > CAST('1.8446744073709552e+19' AS FLOAT(53)) OR (CASE WHEN ([t].[x]) IS NOT NULL THEN CAST(0 AS BIT) END) = 1) ORDER BY CASE WHEN [t].[id] IS NULL THEN 1 ELSE 0 END, [t].[id], CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x];
SELECT COUNT_BIG(CASE WHEN ([t_stored].[x] IS NOT NULL) AND ([t_stored].[x] > CAST('0.12' AS DECIMAL(2, 2))) THEN 1 END) AS [a0], COUNT_BIG(CASE WHEN ([t_stored].[x] IS NULL) THEN 1 END) AS [a1], COUNT_BIG(*) AS [a2] FROM "t" AS [t_stored];
SELECT TOP 20 [t].[id] AS [id], [t].[x] AS [x] FROM "t" AS [t] WHERE (([t].[x] IS NOT NULL)) AND ([t].[x] > CAST('0.12' AS DECIMAL(2, 2))) ORDER BY CASE WHEN [t].[id] IS NULL THEN 1 ELSE 0 END, [t].[id], CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x];
SELECT COUNT_BIG(CASE WHEN ([t_stored].[x] IS NOT NULL) AND ([t_stored].[x] > CAST('2026-01-01T22:00:00.000000+00:00' AS DATETIMEOFFSET(6))) THEN 1 END) AS [a0], COUNT_BIG(CASE WHEN ([t_stored].[x] IS NULL) THEN 1 END) AS [a1], COUNT_BIG(*) AS [a2] FROM "t" AS [t_stored];
SELECT TOP 20 [t].[id] AS [id], [t].[x] AS [x] FROM "t" AS [t] WHERE (([t].[x] IS NOT NULL)) AND ([t].[x] > CAST('2026-01-01T22:00:00.000000+00:00' AS DATETIMEOFFSET(6))) ORDER BY CASE WHEN [t].[id] IS NULL THEN 1 ELSE 0 END, [t].[id], CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x];
SELECT COUNT_BIG(CASE WHEN ([t_stored].[x] IS NOT NULL) AND (NOT ([t_stored].[x] <= CAST('2026-11-21T00:00:00.000000+00:00' AS DATETIMEOFFSET(6)))) THEN 1 END) AS [a0], COUNT_BIG(CASE WHEN ([t_stored].[x] IS NULL) THEN 1 END) AS [a1], COUNT_BIG(*) AS [a2] FROM "t" AS [t_stored];
SELECT TOP 20 [t].[id] AS [id], [t].[x] AS [x] FROM "t" AS [t] WHERE (([t].[x] IS NOT NULL)) AND (NOT ([t].[x] <= CAST('2026-11-21T00:00:00.000000+00:00' AS DATETIMEOFFSET(6)))) ORDER BY CASE WHEN [t].[id] IS NULL THEN 1 ELSE 0 END, [t].[id], CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x];
SELECT COUNT_BIG(CASE WHEN ([t_stored].[x] IS NOT NULL) AND (NOT ([t_stored].[x] <= CAST('2026-11-22' AS DATE))) THEN 1 END) AS [a0], COUNT_BIG(CASE WHEN ([t_stored].[x] IS NULL) THEN 1 END) AS [a1], COUNT_BIG(*) AS [a2] FROM "t" AS [t_stored];
SELECT TOP 20 [t].[id] AS [id], [t].[x] AS [x] FROM "t" AS [t] WHERE (([t].[x] IS NOT NULL)) AND (NOT ([t].[x] <= CAST('2026-11-22' AS DATE))) ORDER BY CASE WHEN [t].[id] IS NULL THEN 1 ELSE 0 END, [t].[id], CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x];

-- max_age
SELECT COUNT_BIG(CASE WHEN ([t_stored].[x] IS NULL) THEN 1 END) AS [a0], COUNT_BIG(CASE WHEN ([t_stored].[x] IS NOT NULL) AND ([t_stored].[x] < CAST('2026-11-20T00:00:00.000000+00:00' AS DATETIMEOFFSET(6))) THEN 1 END) AS [a1], COUNT_BIG(*) AS [a2] FROM "t" AS [t_stored];
SELECT TOP 20 [t].[id] AS [id], [t].[x] AS [x] FROM "t" AS [t] WHERE (([t].[x] IS NOT NULL)) AND ([t].[x] < CAST('2026-11-20T00:00:00.000000+00:00' AS DATETIMEOFFSET(6))) ORDER BY CASE WHEN [t].[id] IS NULL THEN 1 ELSE 0 END, [t].[id], CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x];
SELECT COUNT_BIG(CASE WHEN ([t_stored].[x] IS NULL) THEN 1 END) AS [a0], COUNT_BIG(CASE WHEN ([t_stored].[x] IS NOT NULL) AND ([t_stored].[x] < CAST('2026-11-20' AS DATE)) THEN 1 END) AS [a1], COUNT_BIG(*) AS [a2] FROM "t" AS [t_stored];
SELECT TOP 20 [t].[id] AS [id], [t].[x] AS [x] FROM "t" AS [t] WHERE (([t].[x] IS NOT NULL)) AND ([t].[x] < CAST('2026-11-20' AS DATE)) ORDER BY CASE WHEN [t].[id] IS NULL THEN 1 ELSE 0 END, [t].[id], CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x];

-- max_length
SELECT COUNT_BIG(CASE WHEN ([t_stored].[x] IS NULL) THEN 1 END) AS [a0], COUNT_BIG(CASE WHEN ([t_stored].[x] IS NOT NULL) AND ((LEN(([t_stored].[x])) - 1) > 1) THEN 1 END) AS [a1], COUNT_BIG(*) AS [a2] FROM "t" AS [t_stored];
SELECT TOP 20 [t].[id] AS [id], [t].[x] AS [x] FROM "t" AS [t] WHERE (([t].[x] IS NOT NULL)) AND ((LEN(([t].[x])) - 1) > 1) ORDER BY CASE WHEN [t].[id] IS NULL THEN 1 ELSE 0 END, [t].[id], CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x];

-- mean
SELECT SUM(CAST([t_stored].[x] AS DECIMAL(38, 0))) AS [a0.total], COUNT_BIG([t_stored].[x]) AS [a0.count] FROM "t" AS [t_stored];
SELECT COUNT_BIG(*) AS [a0] FROM "t" AS [t_stored];
SELECT SUM(CASE WHEN [t_stored].[id] > 2 THEN CAST([t_stored].[x] AS DECIMAL(38, 0)) END) AS [a0.total], COUNT_BIG(CASE WHEN [t_stored].[id] > 2 THEN [t_stored].[x] END) AS [a0.count] FROM "t" AS [t_stored];
SELECT SUM(CAST([t_stored].[x] AS DECIMAL(38, 2))) AS [a0.total], COUNT_BIG([t_stored].[x]) AS [a0.count] FROM "t" AS [t_stored];
SELECT SUM(CASE WHEN [t_stored].[id] > 2 THEN CAST([t_stored].[x] AS DECIMAL(38, 2)) END) AS [a0.total], COUNT_BIG(CASE WHEN [t_stored].[id] > 2 THEN [t_stored].[x] END) AS [a0.count] FROM "t" AS [t_stored];
SELECT CASE WHEN (CAST(MAX(CAST(((CASE WHEN ([t_stored].[x]) IS NOT NULL THEN CAST(0 AS BIT) END)) AS TINYINT)) AS BIT)) = 1 THEN CAST(NULL AS FLOAT(53)) ELSE AVG(CAST([t_stored].[x] AS FLOAT(53))) END AS [a0] FROM "t" AS [t_stored];
SELECT CASE WHEN (CAST(MAX(CAST((CASE WHEN [t_stored].[id] > 2 THEN (CASE WHEN ([t_stored].[x]) IS NOT NULL THEN CAST(0 AS BIT) END) END) AS TINYINT)) AS BIT)) = 1 THEN CAST(NULL AS FLOAT(53)) ELSE AVG(CASE WHEN [t_stored].[id] > 2 THEN CAST([t_stored].[x] AS FLOAT(53)) END) END AS [a0] FROM "t" AS [t_stored];

-- median
SELECT COUNT_BIG(*) AS [n], 0 AS [lost] FROM "t" AS [t] WHERE ([t].[x] IS NOT NULL);
SELECT [t].[x] AS [v] FROM "t" AS [t] WHERE ([t].[x] IS NOT NULL) AND 1 = 1 ORDER BY CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x] OFFSET 2 ROWS FETCH FIRST 1 ROWS ONLY;
SELECT COUNT_BIG(*) AS [a0] FROM "t" AS [t_stored];
SELECT COUNT_BIG(*) AS [n], COUNT_BIG(CASE WHEN (CASE WHEN ([t].[x]) IS NOT NULL THEN CAST(0 AS BIT) END) = 1 THEN 1 END) AS [lost] FROM "t" AS [t] WHERE ([t].[x] IS NOT NULL);

-- min
SELECT COUNT_BIG(CASE WHEN ([t_stored].[x] IS NOT NULL) AND ([t_stored].[x] < -9223372036854775807) THEN 1 END) AS [a0], COUNT_BIG(CASE WHEN ([t_stored].[x] IS NULL) THEN 1 END) AS [a1], COUNT_BIG(*) AS [a2] FROM "t" AS [t_stored];
SELECT TOP 20 [t].[id] AS [id], [t].[x] AS [x] FROM "t" AS [t] WHERE (([t].[x] IS NOT NULL)) AND ([t].[x] < -9223372036854775807) ORDER BY CASE WHEN [t].[id] IS NULL THEN 1 ELSE 0 END, [t].[id], CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x];
SELECT COUNT_BIG(CASE WHEN ([t_stored].[x] IS NOT NULL) AND ([t_stored].[x] < CAST('0.0' AS FLOAT(53)) OR (CASE WHEN ([t_stored].[x]) IS NOT NULL THEN CAST(0 AS BIT) END) = 1) THEN 1 END) AS [a0], COUNT_BIG(CASE WHEN ([t_stored].[x] IS NULL) THEN 1 END) AS [a1], COUNT_BIG(*) AS [a2] FROM "t" AS [t_stored];
SELECT TOP 20 [t].[id] AS [id], [t].[x] AS [x] FROM "t" AS [t] WHERE (([t].[x] IS NOT NULL)) AND ([t].[x] < CAST('0.0' AS FLOAT(53)) OR (CASE WHEN ([t].[x]) IS NOT NULL THEN CAST(0 AS BIT) END) = 1) ORDER BY CASE WHEN [t].[id] IS NULL THEN 1 ELSE 0 END, [t].[id], CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x];
SELECT COUNT_BIG(CASE WHEN ([t_stored].[x] IS NOT NULL) AND ([t_stored].[x] < CAST('2026-01-02T00:00:00.000000+00:00' AS DATETIMEOFFSET(6))) THEN 1 END) AS [a0], COUNT_BIG(CASE WHEN ([t_stored].[x] IS NULL) THEN 1 END) AS [a1], COUNT_BIG(*) AS [a2] FROM "t" AS [t_stored];
SELECT TOP 20 [t].[id] AS [id], [t].[x] AS [x] FROM "t" AS [t] WHERE (([t].[x] IS NOT NULL)) AND ([t].[x] < CAST('2026-01-02T00:00:00.000000+00:00' AS DATETIMEOFFSET(6))) ORDER BY CASE WHEN [t].[id] IS NULL THEN 1 ELSE 0 END, [t].[id], CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x];
SELECT COUNT_BIG(CASE WHEN ([t_stored].[x] IS NOT NULL) AND (NOT ([t_stored].[x] >= CAST('2026-11-20T00:00:00.000000+00:00' AS DATETIMEOFFSET(6)))) THEN 1 END) AS [a0], COUNT_BIG(CASE WHEN ([t_stored].[x] IS NULL) THEN 1 END) AS [a1], COUNT_BIG(*) AS [a2] FROM "t" AS [t_stored];
SELECT TOP 20 [t].[id] AS [id], [t].[x] AS [x] FROM "t" AS [t] WHERE (([t].[x] IS NOT NULL)) AND (NOT ([t].[x] >= CAST('2026-11-20T00:00:00.000000+00:00' AS DATETIMEOFFSET(6)))) ORDER BY CASE WHEN [t].[id] IS NULL THEN 1 ELSE 0 END, [t].[id], CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x];
SELECT COUNT_BIG(CASE WHEN ([t_stored].[x] IS NOT NULL) AND (NOT ([t_stored].[x] >= CAST('2026-11-20' AS DATE))) THEN 1 END) AS [a0], COUNT_BIG(CASE WHEN ([t_stored].[x] IS NULL) THEN 1 END) AS [a1], COUNT_BIG(*) AS [a2] FROM "t" AS [t_stored];
SELECT TOP 20 [t].[id] AS [id], [t].[x] AS [x] FROM "t" AS [t] WHERE (([t].[x] IS NOT NULL)) AND (NOT ([t].[x] >= CAST('2026-11-20' AS DATE))) ORDER BY CASE WHEN [t].[id] IS NULL THEN 1 ELSE 0 END, [t].[id], CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x];

-- min_length
SELECT COUNT_BIG(CASE WHEN ([t_stored].[x] IS NULL) THEN 1 END) AS [a0], COUNT_BIG(CASE WHEN ([t_stored].[x] IS NOT NULL) AND ((LEN(([t_stored].[x])) - 1) < 2) THEN 1 END) AS [a1], COUNT_BIG(*) AS [a2] FROM "t" AS [t_stored];
SELECT TOP 20 [t].[id] AS [id], [t].[x] AS [x] FROM "t" AS [t] WHERE (([t].[x] IS NOT NULL)) AND ((LEN(([t].[x])) - 1) < 2) ORDER BY CASE WHEN [t].[id] IS NULL THEN 1 ELSE 0 END, [t].[id], CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x];

-- not_in
SELECT COUNT_BIG(CASE WHEN ([t_stored].[x] IS NULL) THEN 1 END) AS [a0], COUNT_BIG(CASE WHEN ([t_stored].[x] IS NOT NULL) AND (([t_stored].[x] + CAST('0.0' AS REAL)) IN (CAST('0.0' AS REAL), CAST('1.0' AS REAL), CAST('2.0' AS REAL), CAST('3.0' AS REAL), CAST('4.0' AS REAL), CAST('5.0' AS REAL))) THEN 1 END) AS [a1], COUNT_BIG(*) AS [a2] FROM "t" AS [t_stored];
SELECT TOP 20 [t].[id] AS [id], [t].[x] AS [x] FROM "t" AS [t] WHERE (([t].[x] IS NOT NULL)) AND (([t].[x] + CAST('0.0' AS REAL)) IN (CAST('0.0' AS REAL), CAST('1.0' AS REAL), CAST('2.0' AS REAL), CAST('3.0' AS REAL), CAST('4.0' AS REAL), CAST('5.0' AS REAL))) ORDER BY CASE WHEN [t].[id] IS NULL THEN 1 ELSE 0 END, [t].[id], CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x];
SELECT COUNT_BIG(CASE WHEN ([t_stored].[x] IS NULL) THEN 1 END) AS [a0], COUNT_BIG(CASE WHEN ([t_stored].[x] IS NOT NULL) AND ([t_stored].[x] IN ((CAST(N'unknown' COLLATE Latin1_General_100_BIN2_UTF8 AS VARCHAR(MAX)) + CHAR(1)))) THEN 1 END) AS [a1], COUNT_BIG(*) AS [a2] FROM "t" AS [t_stored];
SELECT TOP 20 [t].[id] AS [id], [t].[x] AS [x] FROM "t" AS [t] WHERE (([t].[x] IS NOT NULL)) AND ([t].[x] IN ((CAST(N'unknown' COLLATE Latin1_General_100_BIN2_UTF8 AS VARCHAR(MAX)) + CHAR(1)))) ORDER BY CASE WHEN [t].[id] IS NULL THEN 1 ELSE 0 END, [t].[id], CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x];
SELECT COUNT_BIG(CASE WHEN ([t_stored].[x] IS NULL) THEN 1 END) AS [a0], COUNT_BIG(CASE WHEN ([t_stored].[x] IS NOT NULL) AND (([t_stored].[x] + CAST('0.0' AS REAL)) IN (CAST('0.1' AS REAL))) THEN 1 END) AS [a1], COUNT_BIG(*) AS [a2] FROM "t" AS [t_stored];
SELECT TOP 20 [t].[id] AS [id], [t].[x] AS [x] FROM "t" AS [t] WHERE (([t].[x] IS NOT NULL)) AND (([t].[x] + CAST('0.0' AS REAL)) IN (CAST('0.1' AS REAL))) ORDER BY CASE WHEN [t].[id] IS NULL THEN 1 ELSE 0 END, [t].[id], CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x];

-- null_share
SELECT COUNT_BIG(CASE WHEN ([t_stored].[x] IS NULL) THEN 1 END) AS [a0.nulls], COUNT_BIG(*) AS [a0.rows] FROM "t" AS [t_stored];
SELECT COUNT_BIG(*) AS [a0] FROM "t" AS [t_stored];

-- pattern
-- refused: SQL Server reads the pattern of a rule in another way
-- refused: SQL Server reads the pattern of a rule in another way
-- refused: SQL Server reads the pattern of a rule in another way
-- refused: SQL Server reads the pattern of a rule in another way
SELECT [t].[id] AS [id], [t].[x] AS [x] FROM "t" AS [t] WHERE ([t].[x] IS NOT NULL);
SELECT COUNT_BIG(CASE WHEN ([t_stored].[x] IS NULL) THEN 1 END) AS [a0], COUNT_BIG(*) AS [a1] FROM "t" AS [t_stored];

-- primary_key
SELECT COUNT_BIG(*) AS [a0] FROM "t" AS [t_stored];
SELECT COALESCE(SUM(CAST([g].[n] AS BIGINT)), 0) AS [_col_0] FROM (SELECT COUNT_BIG(*) AS [n] FROM "t" AS [t] WHERE 1 = 1 GROUP BY [t].[id] HAVING COUNT_BIG(*) > 1 OR [id] IS NULL) AS [g];

-- quantile
SELECT COUNT_BIG(*) AS [n], 0 AS [lost] FROM "t" AS [t] WHERE ([t].[x] IS NOT NULL);
SELECT [t].[x] AS [v] FROM "t" AS [t] WHERE ([t].[x] IS NOT NULL) AND 1 = 1 ORDER BY CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x] OFFSET 0 ROWS FETCH FIRST 1 ROWS ONLY;
SELECT COUNT_BIG(*) AS [a0] FROM "t" AS [t_stored];
SELECT COUNT_BIG(*) AS [n], COUNT_BIG(CASE WHEN (CASE WHEN ([t].[x]) IS NOT NULL THEN CAST(0 AS BIT) END) = 1 THEN 1 END) AS [lost] FROM "t" AS [t] WHERE ([t].[x] IS NOT NULL);

-- references
SELECT COUNT_BIG(CASE WHEN (([t_stored].[x] IS NOT NULL AND [t_stored].[y] IS NOT NULL)) THEN 1 END) AS [a0] FROM "t" AS [t_stored];
SELECT COUNT_BIG(*) AS [_col_0] FROM (SELECT [t].[id] AS [id], [t].[x] AS [x], [t].[y] AS [y] FROM "t" AS [t] WHERE ([t].[x] IS NOT NULL AND [t].[y] IS NOT NULL)) AS [t] WHERE NOT EXISTS(SELECT 1 FROM "t1" AS [p] WHERE [t].[x] = [p].[a] AND [t].[y] = [p].[b]);
SELECT TOP 20 [t].[id] AS [id], [t].[x] AS [x], [t].[y] AS [y] FROM (SELECT [t].[id] AS [id], [t].[x] AS [x], [t].[y] AS [y] FROM "t" AS [t] WHERE ([t].[x] IS NOT NULL AND [t].[y] IS NOT NULL)) AS [t] WHERE NOT EXISTS(SELECT 1 FROM "t1" AS [p] WHERE [t].[x] = [p].[a] AND [t].[y] = [p].[b]) ORDER BY CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x], CASE WHEN [t].[y] IS NULL THEN 1 ELSE 0 END, [t].[y], CASE WHEN [t].[id] IS NULL THEN 1 ELSE 0 END, [t].[id];
SELECT COUNT_BIG(*) AS [a0] FROM "t" AS [t_stored];
SELECT COUNT_BIG(CASE WHEN (([t_stored].[x] IS NOT NULL)) THEN 1 END) AS [a0] FROM "t" AS [t_stored];
SELECT COUNT_BIG(*) AS [_col_0] FROM (SELECT [t].[id] AS [id], [t].[x] AS [x] FROM "t" AS [t] WHERE ([t].[x] IS NOT NULL)) AS [t] WHERE NOT EXISTS(SELECT 1 FROM "t" AS [p] WHERE [t].[x] = [p].[id]);
SELECT TOP 20 [t].[id] AS [id], [t].[x] AS [x] FROM (SELECT [t].[id] AS [id], [t].[x] AS [x] FROM "t" AS [t] WHERE ([t].[x] IS NOT NULL)) AS [t] WHERE NOT EXISTS(SELECT 1 FROM "t" AS [p] WHERE [t].[x] = [p].[id]) ORDER BY CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x], CASE WHEN [t].[id] IS NULL THEN 1 ELSE 0 END, [t].[id];

-- required
SELECT COUNT_BIG(CASE WHEN ([t_stored].[id] IS NULL) THEN 1 END) AS [a0], COUNT_BIG(*) AS [a1] FROM "t" AS [t_stored];
SELECT COUNT_BIG(CASE WHEN ([t_stored].[x] IS NULL) THEN 1 END) AS [a0], COUNT_BIG(*) AS [a1] FROM "t" AS [t_stored];
SELECT TOP 20 [t].[id] AS [id], [t].[x] AS [x] FROM "t" AS [t] WHERE (1 = 1) AND ([t].[x] IS NULL) ORDER BY CASE WHEN [t].[id] IS NULL THEN 1 ELSE 0 END, [t].[id], CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x];
SELECT TOP 20 [t].[id] AS [id], [t].[x] AS [x] FROM "t" AS [t] WHERE (1 = 1) AND ([t].[x] IS NULL) ORDER BY CASE WHEN [t].[id] IS NULL THEN 1 ELSE 0 END, [t].[id];

-- required_if
SELECT COUNT_BIG(CASE WHEN ([t_stored].[id] > 1) AND ([t_stored].[x] IS NULL) THEN 1 END) AS [a0], COUNT_BIG(CASE WHEN [t_stored].[id] > 1 THEN 1 END) AS [a1] FROM "t" AS [t_stored];
SELECT TOP 20 [t].[id] AS [id], [t].[x] AS [x] FROM "t" AS [t] WHERE (([t].[id] > 1)) AND ([t].[x] IS NULL) ORDER BY CASE WHEN [t].[id] IS NULL THEN 1 ELSE 0 END, [t].[id], CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x];
SELECT COUNT_BIG(*) AS [a0] FROM "t" AS [t_stored];
SELECT COUNT_BIG(CASE WHEN ([t_stored].[y] < CAST('2026-11-21' AS DATE)) AND ([t_stored].[x] IS NULL) THEN 1 END) AS [a0], COUNT_BIG(CASE WHEN [t_stored].[y] < CAST('2026-11-21' AS DATE) THEN 1 END) AS [a1] FROM "t" AS [t_stored];
SELECT TOP 20 [t].[id] AS [id], [t].[x] AS [x] FROM "t" AS [t] WHERE (([t].[y] < CAST('2026-11-21' AS DATE))) AND ([t].[x] IS NULL) ORDER BY CASE WHEN [t].[id] IS NULL THEN 1 ELSE 0 END, [t].[id], CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x];

-- rows
SELECT COUNT_BIG(*) AS [a0] FROM "t" AS [t_stored];
SELECT COUNT_BIG(*) AS [_col_0] FROM "t1" AS [t1];

-- same_set_as
SELECT COALESCE(SUM(CAST([g].[foreign_one] AS BIGINT)), 0) AS [missing], COALESCE(SUM(CAST([g].[own] AS BIGINT)), 0) AS [unexpected] FROM (SELECT [u].[v] AS [v], MAX([u].[own]) AS [own], MAX([u].[foreign_one]) AS [foreign_one] FROM (SELECT [t].[x] AS [v], 1 AS [own], 0 AS [foreign_one] FROM "t" AS [t] WHERE ([t].[x] IS NOT NULL) UNION ALL SELECT [t1].[y] AS [v], 0 AS [own], 1 AS [foreign_one] FROM "t1" AS [t1] WHERE [t1].[y] IS NOT NULL) AS [u] GROUP BY [u].[v] HAVING MAX([own]) <> MAX([foreign_one])) AS [g];
SELECT TOP 20 [g].[v] AS [v] FROM (SELECT [u].[v] AS [v], MAX([u].[own]) AS [own], MAX([u].[foreign_one]) AS [foreign_one] FROM (SELECT [t].[x] AS [v], 1 AS [own], 0 AS [foreign_one] FROM "t" AS [t] WHERE ([t].[x] IS NOT NULL) UNION ALL SELECT [t1].[y] AS [v], 0 AS [own], 1 AS [foreign_one] FROM "t1" AS [t1] WHERE [t1].[y] IS NOT NULL) AS [u] GROUP BY [u].[v] HAVING MAX([own]) <> MAX([foreign_one])) AS [g] WHERE [g].[own] = 1 ORDER BY CASE WHEN [g].[v] IS NULL THEN 1 ELSE 0 END, [g].[v];
SELECT COUNT_BIG(*) AS [a0] FROM "t" AS [t_stored];
SELECT COALESCE(SUM(CAST([g].[foreign_one] AS BIGINT)), 0) AS [missing], COALESCE(SUM(CAST([g].[own] AS BIGINT)), 0) AS [unexpected] FROM (SELECT [u].[v] AS [v], MAX([u].[own]) AS [own], MAX([u].[foreign_one]) AS [foreign_one] FROM (SELECT [t].[n] AS [v], 1 AS [own], 0 AS [foreign_one] FROM "t" AS [t] WHERE ([t].[x] <> (CAST(N'z' COLLATE Latin1_General_100_BIN2_UTF8 AS VARCHAR(MAX)) + CHAR(1))) AND ([t].[n] IS NOT NULL) UNION ALL SELECT [t1].[m] AS [v], 0 AS [own], 1 AS [foreign_one] FROM "t1" AS [t1] WHERE [t1].[m] IS NOT NULL) AS [u] GROUP BY [u].[v] HAVING MAX([own]) <> MAX([foreign_one])) AS [g];
SELECT TOP 20 [g].[v] AS [v] FROM (SELECT [u].[v] AS [v], MAX([u].[own]) AS [own], MAX([u].[foreign_one]) AS [foreign_one] FROM (SELECT [t].[n] AS [v], 1 AS [own], 0 AS [foreign_one] FROM "t" AS [t] WHERE ([t].[x] <> (CAST(N'z' COLLATE Latin1_General_100_BIN2_UTF8 AS VARCHAR(MAX)) + CHAR(1))) AND ([t].[n] IS NOT NULL) UNION ALL SELECT [t1].[m] AS [v], 0 AS [own], 1 AS [foreign_one] FROM "t1" AS [t1] WHERE [t1].[m] IS NOT NULL) AS [u] GROUP BY [u].[v] HAVING MAX([own]) <> MAX([foreign_one])) AS [g] WHERE [g].[own] = 1 ORDER BY CASE WHEN [g].[v] IS NULL THEN 1 ELSE 0 END, [g].[v];

-- sequence
SELECT COUNT_BIG(*) AS [_col_0] FROM (SELECT [t].[id] AS [id], [t].[x] AS [x], LAG([t].[x]) OVER (ORDER BY CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x]) AS [#before x], LEAD([t].[x]) OVER (ORDER BY CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x]) AS [#after x] FROM "t" AS [t] WHERE ([t].[x] IS NOT NULL)) AS [o] WHERE ([o].[#before x] IS NOT NULL AND [o].[x] <> CAST([o].[#before x] AS DECIMAL(20, 0)) + 1) OR ([o].[#after x] IS NOT NULL AND [o].[x] = [o].[#after x]);
SELECT COUNT_BIG(CASE WHEN (([t_stored].[x] IS NOT NULL)) THEN 1 END) AS [a0] FROM "t" AS [t_stored];
SELECT TOP 20 [o].[id] AS [id], [o].[x] AS [x] FROM (SELECT [t].[id] AS [id], [t].[x] AS [x], LAG([t].[x]) OVER (ORDER BY CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x]) AS [#before x], LEAD([t].[x]) OVER (ORDER BY CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x]) AS [#after x] FROM "t" AS [t] WHERE ([t].[x] IS NOT NULL)) AS [o] WHERE ([o].[#before x] IS NOT NULL AND [o].[x] <> CAST([o].[#before x] AS DECIMAL(20, 0)) + 1) OR ([o].[#after x] IS NOT NULL AND [o].[x] = [o].[#after x]) ORDER BY CASE WHEN [o].[x] IS NULL THEN 1 ELSE 0 END, [o].[x], CASE WHEN [o].[id] IS NULL THEN 1 ELSE 0 END, [o].[id];
SELECT COUNT_BIG(*) AS [a0] FROM "t" AS [t_stored];
SELECT COUNT_BIG(*) AS [_col_0] FROM (SELECT [t].[id] AS [id], [t].[x] AS [x], LAG([t].[x]) OVER (ORDER BY CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x]) AS [#before x], LEAD([t].[x]) OVER (ORDER BY CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x]) AS [#after x] FROM "t" AS [t] WHERE ([t].[id] > 0) AND ([t].[x] IS NOT NULL)) AS [o] WHERE ([o].[#before x] IS NOT NULL AND [o].[x] <> CAST([o].[#before x] AS DECIMAL(20, 0)) + 1000000) OR ([o].[#after x] IS NOT NULL AND [o].[x] = [o].[#after x]);
SELECT COUNT_BIG(CASE WHEN ([t_stored].[id] > 0) AND (([t_stored].[x] IS NOT NULL)) THEN 1 END) AS [a0] FROM "t" AS [t_stored];
SELECT TOP 20 [o].[id] AS [id], [o].[x] AS [x] FROM (SELECT [t].[id] AS [id], [t].[x] AS [x], LAG([t].[x]) OVER (ORDER BY CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x]) AS [#before x], LEAD([t].[x]) OVER (ORDER BY CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x]) AS [#after x] FROM "t" AS [t] WHERE ([t].[id] > 0) AND ([t].[x] IS NOT NULL)) AS [o] WHERE ([o].[#before x] IS NOT NULL AND [o].[x] <> CAST([o].[#before x] AS DECIMAL(20, 0)) + 1000000) OR ([o].[#after x] IS NOT NULL AND [o].[x] = [o].[#after x]) ORDER BY CASE WHEN [o].[x] IS NULL THEN 1 ELSE 0 END, [o].[x], CASE WHEN [o].[id] IS NULL THEN 1 ELSE 0 END, [o].[id];
-- refused: `INTERVAL` is not known on SQL Server; write the rule without it
-- refused: `INTERVAL` is not known on SQL Server; write the rule without it

-- sorted
SELECT COUNT_BIG(*) AS [_col_0] FROM (SELECT [t].[id] AS [id], [t].[x] AS [x], [t].[y] AS [y], LAG([t].[x]) OVER (ORDER BY CASE WHEN [t].[y] IS NULL THEN 1 ELSE 0 END, [t].[y], CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x] ASC) AS [#before x] FROM "t" AS [t] WHERE ([t].[y] IS NOT NULL AND [t].[x] IS NOT NULL)) AS [o] WHERE CASE WHEN [o].[x] < [o].[#before x] THEN CAST(1 AS BIT) WHEN NOT (CASE WHEN ([o].[x] = [o].[#before x]) THEN CAST(1 AS BIT) ELSE CAST(0 AS BIT) END = 1) THEN CAST(0 AS BIT) ELSE CAST(0 AS BIT) END = 1;
SELECT COUNT_BIG(CASE WHEN (([t_stored].[y] IS NOT NULL AND [t_stored].[x] IS NOT NULL)) THEN 1 END) AS [a0] FROM "t" AS [t_stored];
SELECT TOP 20 [o].[id] AS [id], [o].[y] AS [y], [o].[x] AS [x] FROM (SELECT [t].[id] AS [id], [t].[x] AS [x], [t].[y] AS [y], LAG([t].[x]) OVER (ORDER BY CASE WHEN [t].[y] IS NULL THEN 1 ELSE 0 END, [t].[y], CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x] ASC) AS [#before x] FROM "t" AS [t] WHERE ([t].[y] IS NOT NULL AND [t].[x] IS NOT NULL)) AS [o] WHERE CASE WHEN [o].[x] < [o].[#before x] THEN CAST(1 AS BIT) WHEN NOT (CASE WHEN ([o].[x] = [o].[#before x]) THEN CAST(1 AS BIT) ELSE CAST(0 AS BIT) END = 1) THEN CAST(0 AS BIT) ELSE CAST(0 AS BIT) END = 1 ORDER BY CASE WHEN [o].[id] IS NULL THEN 1 ELSE 0 END, [o].[id], CASE WHEN [o].[y] IS NULL THEN 1 ELSE 0 END, [o].[y], CASE WHEN [o].[x] IS NULL THEN 1 ELSE 0 END, [o].[x];
SELECT COUNT_BIG(*) AS [a0] FROM "t" AS [t_stored];
SELECT COUNT_BIG(*) AS [_col_0] FROM (SELECT [t].[id] AS [id], [t].[x] AS [x], [t].[y] AS [y], LAG([t].[x]) OVER (ORDER BY CASE WHEN [t].[y] IS NULL THEN 1 ELSE 0 END, [t].[y], CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END DESC, [t].[x] DESC) AS [#before x] FROM "t" AS [t] WHERE ([t].[y] IS NOT NULL AND [t].[x] IS NOT NULL)) AS [o] WHERE CASE WHEN [o].[x] > [o].[#before x] THEN CAST(1 AS BIT) WHEN NOT (CASE WHEN ([o].[x] = [o].[#before x]) THEN CAST(1 AS BIT) ELSE CAST(0 AS BIT) END = 1) THEN CAST(0 AS BIT) ELSE CAST(0 AS BIT) END = 1;
SELECT TOP 20 [o].[id] AS [id], [o].[y] AS [y], [o].[x] AS [x] FROM (SELECT [t].[id] AS [id], [t].[x] AS [x], [t].[y] AS [y], LAG([t].[x]) OVER (ORDER BY CASE WHEN [t].[y] IS NULL THEN 1 ELSE 0 END, [t].[y], CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END DESC, [t].[x] DESC) AS [#before x] FROM "t" AS [t] WHERE ([t].[y] IS NOT NULL AND [t].[x] IS NOT NULL)) AS [o] WHERE CASE WHEN [o].[x] > [o].[#before x] THEN CAST(1 AS BIT) WHEN NOT (CASE WHEN ([o].[x] = [o].[#before x]) THEN CAST(1 AS BIT) ELSE CAST(0 AS BIT) END = 1) THEN CAST(0 AS BIT) ELSE CAST(0 AS BIT) END = 1 ORDER BY CASE WHEN [o].[id] IS NULL THEN 1 ELSE 0 END, [o].[id], CASE WHEN [o].[y] IS NULL THEN 1 ELSE 0 END, [o].[y], CASE WHEN [o].[x] IS NULL THEN 1 ELSE 0 END, [o].[x];
SELECT COUNT_BIG(*) AS [_col_0] FROM (SELECT [t].[id] AS [id], [t].[x] AS [x], [t].[y] AS [y], LAG([t].[x]) OVER (ORDER BY CASE WHEN [t].[y] IS NULL THEN 1 ELSE 0 END, [t].[y], CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x] ASC) AS [#before x] FROM "t" AS [t] WHERE ([t].[y] > 0) AND ([t].[y] IS NOT NULL AND [t].[x] IS NOT NULL)) AS [o] WHERE CASE WHEN [o].[x] < [o].[#before x] THEN CAST(1 AS BIT) WHEN NOT (CASE WHEN ([o].[x] = [o].[#before x]) THEN CAST(1 AS BIT) ELSE CAST(0 AS BIT) END = 1) THEN CAST(0 AS BIT) ELSE CAST(0 AS BIT) END = 1;
SELECT COUNT_BIG(CASE WHEN ([t_stored].[y] > 0) AND (([t_stored].[y] IS NOT NULL AND [t_stored].[x] IS NOT NULL)) THEN 1 END) AS [a0] FROM "t" AS [t_stored];
SELECT TOP 20 [o].[id] AS [id], [o].[y] AS [y], [o].[x] AS [x] FROM (SELECT [t].[id] AS [id], [t].[x] AS [x], [t].[y] AS [y], LAG([t].[x]) OVER (ORDER BY CASE WHEN [t].[y] IS NULL THEN 1 ELSE 0 END, [t].[y], CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x] ASC) AS [#before x] FROM "t" AS [t] WHERE ([t].[y] > 0) AND ([t].[y] IS NOT NULL AND [t].[x] IS NOT NULL)) AS [o] WHERE CASE WHEN [o].[x] < [o].[#before x] THEN CAST(1 AS BIT) WHEN NOT (CASE WHEN ([o].[x] = [o].[#before x]) THEN CAST(1 AS BIT) ELSE CAST(0 AS BIT) END = 1) THEN CAST(0 AS BIT) ELSE CAST(0 AS BIT) END = 1 ORDER BY CASE WHEN [o].[id] IS NULL THEN 1 ELSE 0 END, [o].[id], CASE WHEN [o].[y] IS NULL THEN 1 ELSE 0 END, [o].[y], CASE WHEN [o].[x] IS NULL THEN 1 ELSE 0 END, [o].[x];
SELECT COUNT_BIG(*) AS [_col_0] FROM (SELECT [t].[id] AS [id], [t].[x] AS [x], LAG([t].[id]) OVER (ORDER BY CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x], CASE WHEN [t].[id] IS NULL THEN 1 ELSE 0 END, [t].[id] ASC) AS [#before id] FROM "t" AS [t] WHERE ([t].[x] IS NOT NULL AND [t].[id] IS NOT NULL)) AS [o] WHERE CASE WHEN [o].[id] < [o].[#before id] THEN CAST(1 AS BIT) WHEN NOT (CASE WHEN ([o].[id] = [o].[#before id]) THEN CAST(1 AS BIT) ELSE CAST(0 AS BIT) END = 1) THEN CAST(0 AS BIT) ELSE CAST(0 AS BIT) END = 1;
SELECT COUNT_BIG(CASE WHEN (([t_stored].[x] IS NOT NULL AND [t_stored].[id] IS NOT NULL)) THEN 1 END) AS [a0] FROM "t" AS [t_stored];
SELECT TOP 20 [o].[x] AS [x], [o].[id] AS [id] FROM (SELECT [t].[id] AS [id], [t].[x] AS [x], LAG([t].[id]) OVER (ORDER BY CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x], CASE WHEN [t].[id] IS NULL THEN 1 ELSE 0 END, [t].[id] ASC) AS [#before id] FROM "t" AS [t] WHERE ([t].[x] IS NOT NULL AND [t].[id] IS NOT NULL)) AS [o] WHERE CASE WHEN [o].[id] < [o].[#before id] THEN CAST(1 AS BIT) WHEN NOT (CASE WHEN ([o].[id] = [o].[#before id]) THEN CAST(1 AS BIT) ELSE CAST(0 AS BIT) END = 1) THEN CAST(0 AS BIT) ELSE CAST(0 AS BIT) END = 1 ORDER BY CASE WHEN [o].[x] IS NULL THEN 1 ELSE 0 END, [o].[x], CASE WHEN [o].[id] IS NULL THEN 1 ELSE 0 END, [o].[id];

-- sql
SELECT COUNT_BIG(*) AS [_col_0] FROM (SELECT * FROM [{shop.sql_own}] WHERE [x] = (CAST(N'{batch}' COLLATE Latin1_General_100_BIN2_UTF8 AS VARCHAR(MAX)) + CHAR(1)) OR [x] = (CAST(N'{{' COLLATE Latin1_General_100_BIN2_UTF8 AS VARCHAR(MAX)) + CHAR(1))) AS [q];
SELECT TOP 0 * FROM (SELECT * FROM [{shop.sql_own}] WHERE [x] = (CAST(N'{batch}' COLLATE Latin1_General_100_BIN2_UTF8 AS VARCHAR(MAX)) + CHAR(1)) OR [x] = (CAST(N'{{' COLLATE Latin1_General_100_BIN2_UTF8 AS VARCHAR(MAX)) + CHAR(1))) AS [q];
SELECT TOP 20 * FROM (SELECT * FROM [{shop.sql_own}] WHERE [x] = (CAST(N'{batch}' COLLATE Latin1_General_100_BIN2_UTF8 AS VARCHAR(MAX)) + CHAR(1)) OR [x] = (CAST(N'{{' COLLATE Latin1_General_100_BIN2_UTF8 AS VARCHAR(MAX)) + CHAR(1))) AS [q] ORDER BY CASE WHEN [id] IS NULL THEN 1 ELSE 0 END, [id], CASE WHEN [x] IS NULL THEN 1 ELSE 0 END, [x];
SELECT COUNT_BIG(*) AS [a0] FROM "t" AS [t_stored];
SELECT COUNT_BIG(*) AS [_col_0] FROM (SELECT [x] AS [seen], [id] AS [id] FROM [{shop.sql_own_named}] AS [c] WHERE [x] > 1) AS [q];
SELECT TOP 0 [q].[seen] AS [seen], [q].[id] AS [id] FROM (SELECT [x] AS [seen], [id] AS [id] FROM [{shop.sql_own_named}] AS [c] WHERE [x] > 1) AS [q];
SELECT TOP 20 [q].[seen] AS [seen], [q].[id] AS [id] FROM (SELECT [x] AS [seen], [id] AS [id] FROM [{shop.sql_own_named}] AS [c] WHERE [x] > 1) AS [q] ORDER BY CASE WHEN [q].[seen] IS NULL THEN 1 ELSE 0 END, [q].[seen], CASE WHEN [q].[id] IS NULL THEN 1 ELSE 0 END, [q].[id];
SELECT COUNT_BIG(*) AS [_col_0] FROM (SELECT [o].[x] AS [x] FROM [{shop.sql_cross}] AS [o] WHERE NOT EXISTS(SELECT 1 AS [1] FROM [{shop.parents}] AS [p] WHERE [p].[a] = [o].[x])) AS [q];
SELECT TOP 0 [q].[x] AS [x] FROM (SELECT [o].[x] AS [x] FROM [{shop.sql_cross}] AS [o] WHERE NOT EXISTS(SELECT 1 AS [1] FROM [{shop.parents}] AS [p] WHERE [p].[a] = [o].[x])) AS [q];
SELECT TOP 20 [q].[x] AS [x] FROM (SELECT [o].[x] AS [x] FROM [{shop.sql_cross}] AS [o] WHERE NOT EXISTS(SELECT 1 AS [1] FROM [{shop.parents}] AS [p] WHERE [p].[a] = [o].[x])) AS [q] ORDER BY CASE WHEN [q].[x] IS NULL THEN 1 ELSE 0 END, [q].[x];
SELECT COUNT_BIG(*) AS [_col_0] FROM (SELECT COUNT_BIG(*) AS [n] FROM [{shop.parents}] HAVING COUNT_BIG(*) <> 2) AS [q];
-- refused: SQL Server converts values to DECIMAL(20, 0) in another way

-- sql_value
SELECT TOP 2 [q].[c] AS [c] FROM (SELECT COUNT_BIG([x]) AS [c] FROM [{shop.own}]) AS [q];
SELECT COUNT_BIG(*) AS [a0] FROM "t" AS [t_stored];
SELECT TOP 2 [q].[m] AS [m] FROM (SELECT MAX([n]) AS [m] FROM [{shop.own}]) AS [q];

-- stdev
SELECT COUNT_BIG(*) AS [n], SUM(CAST([t].[x] AS DECIMAL(38, 0))) AS [total], MIN(CAST([t].[x] AS DECIMAL(38, 0))) AS [low], MAX(CAST([t].[x] AS DECIMAL(38, 0))) AS [high] FROM "t" AS [t] WHERE ([t].[x] IS NOT NULL);
SELECT SUM(CAST(CAST([t].[x] AS DECIMAL(38, 0)) - CAST('1801439850948201' AS DECIMAL(38, 0)) AS DECIMAL(38, 0)) * CAST(CAST([t].[x] AS DECIMAL(38, 0)) - CAST('1801439850948201' AS DECIMAL(38, 0)) AS DECIMAL(38, 0))) AS [total] FROM "t" AS [t] WHERE ([t].[x] IS NOT NULL);
SELECT COUNT_BIG(*) AS [a0] FROM "t" AS [t_stored];
SELECT COUNT_BIG(*) AS [n], SUM(CAST([t].[x] AS DECIMAL(38, 2))) AS [total], MIN(CAST([t].[x] AS DECIMAL(38, 2))) AS [low], MAX(CAST([t].[x] AS DECIMAL(38, 2))) AS [high] FROM "t" AS [t] WHERE ([t].[x] IS NOT NULL);
-- refused: SQL Server would round decimals here; write the rule without it
SELECT CASE WHEN (CAST(MAX(CAST(((CASE WHEN ([t_stored].[x]) IS NOT NULL THEN CAST(0 AS BIT) END)) AS TINYINT)) AS BIT)) = 1 THEN CAST(NULL AS FLOAT(53)) ELSE (STDEV((CAST([t_stored].[x] AS FLOAT(53))))) END AS [a0] FROM "t" AS [t_stored];

-- sum
SELECT COALESCE(SUM(CAST([t_stored].[x] AS DECIMAL(38, 0))), 0) AS [a0] FROM "t" AS [t_stored];
SELECT COUNT_BIG(*) AS [a0] FROM "t" AS [t_stored];
SELECT COALESCE(SUM(CAST([t_stored].[x] AS DECIMAL(38, 2))), 0) AS [a0] FROM "t" AS [t_stored];
SELECT COALESCE(SUM(CAST([t_stored].[x] AS FLOAT(53))), 0) AS [a0] FROM "t" AS [t_stored];

-- unique
SELECT COUNT_BIG(CASE WHEN ([t_stored].[y] IS NULL) AND ([t_stored].[x] IS NULL) THEN 1 END) AS [a0], COUNT_BIG(CASE WHEN [t_stored].[y] IS NULL THEN 1 END) AS [a1] FROM "t" AS [t_stored];
SELECT COALESCE(SUM(CAST([g].[n] AS BIGINT)), 0) AS [_col_0] FROM (SELECT COUNT_BIG(*) AS [n] FROM "t" AS [t] WHERE ([t].[y] IS NULL) AND ([t].[x] IS NOT NULL) GROUP BY [t].[x] HAVING COUNT_BIG(*) > 1) AS [g];
SELECT TOP 20 [t].[id] AS [id], [t].[x] AS [x] FROM (SELECT [t].[id] AS [id], [t].[x] AS [x] FROM "t" AS [t] WHERE ([t].[y] IS NULL)) AS [t] JOIN (SELECT TOP 20 [t].[x] AS [k0] FROM "t" AS [t] WHERE ([t].[y] IS NULL) AND ([t].[x] IS NOT NULL) GROUP BY [t].[x] HAVING COUNT_BIG(*) > 1 ORDER BY CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x]) AS [g] ON ((CASE WHEN [t].[x] = [g].[k0] THEN CAST(1 AS BIT) WHEN [t].[x] IS NULL AND [g].[k0] IS NULL THEN CAST(1 AS BIT) ELSE CAST(0 AS BIT) END = 1)) ORDER BY CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x], CASE WHEN [t].[id] IS NULL THEN 1 ELSE 0 END, [t].[id];
SELECT COUNT_BIG(*) AS [a0] FROM "t" AS [t_stored];
SELECT COUNT_BIG(CASE WHEN ([t_stored].[x] IS NULL) THEN 1 END) AS [a0], COUNT_BIG(*) AS [a1] FROM "t" AS [t_stored];
SELECT COALESCE(SUM(CAST([g].[n] AS BIGINT)), 0) AS [_col_0] FROM (SELECT COUNT_BIG(*) AS [n] FROM "t" AS [t] WHERE ([t].[x] IS NOT NULL) GROUP BY [t].[x] HAVING COUNT_BIG(*) > 1) AS [g];
SELECT TOP 20 [t].[id] AS [id], [t].[x] AS [x] FROM (SELECT [t].[id] AS [id], [t].[x] AS [x] FROM "t" AS [t] WHERE 1 = 1) AS [t] JOIN (SELECT TOP 20 [t].[x] AS [k0] FROM "t" AS [t] WHERE ([t].[x] IS NOT NULL) GROUP BY [t].[x] HAVING COUNT_BIG(*) > 1 ORDER BY CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x]) AS [g] ON ((CASE WHEN [t].[x] = [g].[k0] THEN CAST(1 AS BIT) WHEN [t].[x] IS NULL AND [g].[k0] IS NULL THEN CAST(1 AS BIT) ELSE CAST(0 AS BIT) END = 1)) ORDER BY CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x], CASE WHEN [t].[id] IS NULL THEN 1 ELSE 0 END, [t].[id];
SELECT COUNT_BIG(CASE WHEN (([t_stored].[x] IS NOT NULL AND [t_stored].[y] IS NOT NULL)) THEN 1 END) AS [a0], COUNT_BIG(*) AS [a1] FROM "t" AS [t_stored];
SELECT COALESCE(SUM(CAST([g].[n] AS BIGINT)), 0) AS [_col_0] FROM (SELECT COUNT_BIG(*) AS [n] FROM "t" AS [t] WHERE ([t].[x] IS NOT NULL AND [t].[y] IS NOT NULL) GROUP BY [t].[x], [t].[y] HAVING COUNT_BIG(*) > 1) AS [g];
SELECT TOP 20 [t].[id] AS [id], [t].[x] AS [x], [t].[y] AS [y] FROM (SELECT [t].[id] AS [id], [t].[x] AS [x], [t].[y] AS [y] FROM "t" AS [t] WHERE 1 = 1) AS [t] JOIN (SELECT TOP 20 [t].[x] AS [k0], [t].[y] AS [k1] FROM "t" AS [t] WHERE ([t].[x] IS NOT NULL AND [t].[y] IS NOT NULL) GROUP BY [t].[x], [t].[y] HAVING COUNT_BIG(*) > 1 ORDER BY CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x], CASE WHEN [t].[y] IS NULL THEN 1 ELSE 0 END, [t].[y]) AS [g] ON ((CASE WHEN [t].[x] = [g].[k0] THEN CAST(1 AS BIT) WHEN [t].[x] IS NULL AND [g].[k0] IS NULL THEN CAST(1 AS BIT) ELSE CAST(0 AS BIT) END = 1)) AND ((CASE WHEN [t].[y] = [g].[k1] THEN CAST(1 AS BIT) WHEN [t].[y] IS NULL AND [g].[k1] IS NULL THEN CAST(1 AS BIT) ELSE CAST(0 AS BIT) END = 1)) ORDER BY CASE WHEN [t].[x] IS NULL THEN 1 ELSE 0 END, [t].[x], CASE WHEN [t].[y] IS NULL THEN 1 ELSE 0 END, [t].[y], CASE WHEN [t].[id] IS NULL THEN 1 ELSE 0 END, [t].[id];
