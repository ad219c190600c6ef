SELECT id, country
FROM {{ ref("raw_customers") }}
